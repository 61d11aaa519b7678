package io.artel.events.testkit.internal.embedded.queue;

import io.artel.events.testkit.internal.embedded.clock.Timers;
import io.artel.events.testkit.internal.embedded.message.Message;
import io.artel.events.testkit.internal.embedded.message.Properties;
import io.artel.events.testkit.internal.embedded.wire.Dialect;
import io.artel.events.testkit.internal.embedded.wire.FieldTable;
import io.artel.events.testkit.internal.embedded.wire.FieldType;
import io.artel.events.testkit.internal.embedded.wire.FieldValue;
import io.artel.events.testkit.internal.embedded.wire.WireWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Queues with a clock that stands still and an exchange that routes to the queue of the key. */
final class QueueRoom {
  final Timers timers = new Timers(InstantSource.fixed(Instant.parse("2026-01-02T03:04:05Z")));
  final Object connection = new Object();
  final List<String> deleted = new ArrayList<>();
  final Queues queues;

  /** The exchanges that are missing, and so swallow dead letters. */
  final List<String> missing = new ArrayList<>();

  QueueRoom(Dialect dialect) {
    timers.stop();
    queues =
        new Queues(
            dialect,
            "/",
            timers,
            (exchange, message, copies) ->
                missing.contains(exchange) ? List.of() : List.of(message.routingKey()),
            queue -> deleted.add(queue.name()));
  }

  MessageQueue classic(String name, Object... arguments) {
    return declare(name, table(arguments));
  }

  MessageQueue quorum(String name, Object... arguments) {
    return declare(name, table(arguments).with("x-queue-type", FieldValue.of("quorum")));
  }

  MessageQueue declare(String name, FieldTable arguments) {
    return queues.declare(name, true, false, false, arguments, connection);
  }

  /** {@return a table of names and values by turns: texts, numbers and truth values} */
  static FieldTable table(Object... namesAndValues) {
    Map<String, FieldValue> fields = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      fields.put((String) namesAndValues[i], value(namesAndValues[i + 1]));
    }
    return FieldTable.of(fields);
  }

  private static FieldValue value(Object value) {
    if (value instanceof Boolean truth) {
      return FieldValue.of(truth);
    }
    if (value instanceof Integer number) {
      return new FieldValue(FieldType.SIGNEDINT, number.longValue());
    }
    return value instanceof Long number ? FieldValue.of(number) : FieldValue.of((String) value);
  }

  static Message message(String body) {
    return message(body, -1);
  }

  static Message message(String body, int priority) {
    WireWriter out = new WireWriter();
    if (priority < 0) {
      out.shortInt(1 << 12).octet(2);
    } else {
      out.shortInt(1 << 12 | 1 << 11).octet(2).octet(priority);
    }
    return message(body, out);
  }

  static Message expiring(String body, String expiration) {
    return message(body, new WireWriter().shortInt(1 << 8).shortString(expiration));
  }

  static Message withHeaders(String body, FieldTable headers) {
    return message(body, new WireWriter().shortInt(1 << 13).table(headers));
  }

  private static Message message(String body, WireWriter properties) {
    return new Message(
        "from", "key", Properties.of(properties.toBytes()), body.getBytes(StandardCharsets.UTF_8));
  }

  static void publish(MessageQueue queue, String... bodies) {
    for (String body : bodies) {
      queue.publish(message(body));
    }
  }

  static List<QueuedMessage> take(MessageQueue queue, int count) {
    List<QueuedMessage> taken = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      taken.add(take(queue));
    }
    return taken;
  }

  static QueuedMessage take(MessageQueue queue) {
    QueuedMessage message = queue.get(false);
    if (message == null) {
      throw new AssertionError("Queue '" + queue.name() + "' is empty.");
    }
    return message;
  }

  static List<String> ready(MessageQueue queue) {
    return queue.readyMessages().stream().map(QueueRoom::body).toList();
  }

  static String body(QueuedMessage message) {
    return new String(message.message().body(), StandardCharsets.UTF_8);
  }

  /** {@return a header's value as text, or null} */
  static @Nullable String header(QueuedMessage message, String name) {
    FieldValue value = message.message().properties().headers().get(name);
    return value == null ? null : value.toString();
  }
}
