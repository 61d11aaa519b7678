package io.artel.events.testkit.internal.embedded.exchange;

import io.artel.events.testkit.internal.embedded.message.Message;
import io.artel.events.testkit.internal.embedded.message.Properties;
import io.artel.events.testkit.internal.embedded.wire.AmqpException;
import io.artel.events.testkit.internal.embedded.wire.Dialect;
import io.artel.events.testkit.internal.embedded.wire.FieldTable;
import io.artel.events.testkit.internal.embedded.wire.FieldValue;
import io.artel.events.testkit.internal.embedded.wire.WireWriter;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;

/** A virtual host for tests: exchanges, and queues that are only names. */
final class Host {
  private static final int HEADERS_FLAG = 1 << 13;

  final Set<String> queues = new LinkedHashSet<>();
  final Exchanges exchanges;

  Host(Dialect dialect) {
    exchanges = new Exchanges(dialect, "/", queues::contains);
  }

  /** Declares a durable exchange. */
  Host exchange(String name, String type) {
    return exchange(name, type, FieldTable.EMPTY);
  }

  Host exchange(String name, String type, FieldTable arguments) {
    exchanges.declare(name, type, true, false, false, arguments);
    return this;
  }

  /** Declares an exchange that goes with its last binding. */
  Host autoDelete(String name) {
    exchanges.declare(name, "fanout", true, true, false, FieldTable.EMPTY);
    return this;
  }

  /** Binds a queue, which exists from now on. */
  Host bind(String source, String queue, String key) {
    return bind(source, queue, key, FieldTable.EMPTY);
  }

  Host bind(String source, String queue, String key, FieldTable arguments) {
    queues.add(queue);
    exchanges.bind(source, Destination.queue(queue), key, arguments, () -> {});
    return this;
  }

  Host unbind(String source, String queue, String key) {
    return unbind(source, queue, key, FieldTable.EMPTY);
  }

  Host unbind(String source, String queue, String key, FieldTable arguments) {
    exchanges.unbind(source, Destination.queue(queue), key, arguments, () -> {});
    return this;
  }

  Host bindExchange(String source, String destination, String key) {
    exchanges.bind(source, Destination.exchange(destination), key, FieldTable.EMPTY, () -> {});
    return this;
  }

  Host unbindExchange(String source, String destination, String key) {
    exchanges.unbind(source, Destination.exchange(destination), key, FieldTable.EMPTY, () -> {});
    return this;
  }

  /** Deletes a queue. */
  void delete(String queue) {
    queues.remove(queue);
    exchanges.queueDeleted(queue);
  }

  List<String> route(String exchange, String key) {
    return exchanges.route(exchange, message(exchange, key, null));
  }

  List<String> route(String exchange, String key, @Nullable FieldTable headers) {
    return exchanges.route(exchange, message(exchange, key, headers));
  }

  static Message message(String exchange, String key, @Nullable FieldTable headers) {
    WireWriter out = new WireWriter();
    if (headers == null) {
      out.shortInt(0);
    } else {
      out.shortInt(HEADERS_FLAG).table(headers);
    }
    return new Message(exchange, key, Properties.of(out.toBytes()), new byte[0]);
  }

  static FieldTable table(String name, FieldValue value) {
    return FieldTable.EMPTY.with(name, value);
  }

  static FieldTable table(String name, String value) {
    return table(name, FieldValue.of(value));
  }

  /** {@return the text of the error that the call ends with, marked if it ends the connection} */
  static String errorOf(ThrowingCallable call) {
    AmqpException error = Assertions.catchThrowableOfType(AmqpException.class, call);
    Assertions.assertThat(error).as("error").isNotNull();
    return (error.endsConnection() ? "connection: " : "")
        + error.code().code()
        + " "
        + error.text();
  }
}
