package io.artel.events.testkit.internal.embedded.exchange;

import io.artel.events.testkit.internal.embedded.message.Properties;
import io.artel.events.testkit.internal.embedded.wire.Dialect;
import io.artel.events.testkit.internal.embedded.wire.FieldTable;
import io.artel.events.testkit.internal.embedded.wire.FieldType;
import io.artel.events.testkit.internal.embedded.wire.FieldValue;
import io.artel.events.testkit.internal.embedded.wire.ReplyCode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The part of a message that a consistent hash exchange looks at. */
final class HashInput {
  private static final String HEADER = "hash-header";
  private static final String PROPERTY = "hash-property";
  private static final List<String> PROPERTIES =
      List.of("correlation_id", "message_id", "timestamp");
  private static final long MILLIS = 1000;
  private static final int ABSENT = new ErlangHash().atom("undefined").value();

  private final @Nullable String header;
  private final @Nullable String property;
  private final Dialect dialect;

  /**
   * Reads what to hash from an exchange's arguments.
   *
   * @throws io.artel.events.testkit.internal.embedded.wire.AmqpException if they make no sense
   */
  HashInput(FieldTable arguments, Dialect dialect) {
    this.header = text(arguments, HEADER);
    this.property = text(arguments, PROPERTY);
    this.dialect = dialect;
    if (header != null && property != null) {
      throw ReplyCode.PRECONDITION_FAILED.error(
          HEADER + " and " + PROPERTY + " are mutually exclusive");
    }
    if (property != null && !PROPERTIES.contains(property)) {
      throw ReplyCode.PRECONDITION_FAILED.error("Unsupported property: " + property);
    }
  }

  private static @Nullable String text(FieldTable arguments, String name) {
    FieldValue value = arguments.get(name);
    if (value == null) {
      return null;
    }
    if (!value.isText()) {
      throw crash();
    }
    return value.toString();
  }

  boolean isRoutingKey() {
    return header == null && property == null;
  }

  /** {@return what the buckets are chosen with} */
  long of(Arrival arrival) {
    Properties properties = arrival.message().properties();
    if (header != null) {
      return ofHeader(properties.headers().get(header));
    }
    if (property != null) {
      String value = value(properties, property);
      return value == null ? ABSENT : ErlangHash.of(value);
    }
    return ErlangHash.of(arrival.message().routingKey());
  }

  private static @Nullable String value(Properties properties, String property) {
    if (property.equals("timestamp")) {
      Long seconds = properties.timestamp();
      return seconds == null ? null : seconds.toString();
    }
    return property.equals("message_id") ? properties.messageId() : properties.correlationId();
  }

  private long ofHeader(@Nullable FieldValue value) {
    if (value == null) {
      return ABSENT;
    }
    if (!dialect.since(Dialect.V4_0)) {
      return new ErlangHash().typed(value).value();
    }
    // A number is not hashed at all, and of a list only the first element is.
    if (value.type() == FieldType.TIMESTAMP) {
      return (Long) value.value() * MILLIS;
    }
    if (value.type().isInteger()) {
      return value.integer();
    }
    if (value.type() == FieldType.ARRAY && !value.elements().isEmpty()) {
      return new ErlangHash().typed(value.elements().get(0)).value();
    }
    if (value.type() == FieldType.TABLE && !value.table().isEmpty()) {
      Map.Entry<String, FieldValue> first = value.table().asMap().entrySet().iterator().next();
      return new ErlangHash().entry(first.getKey(), first.getValue()).value();
    }
    boolean emptyList = value.type() == FieldType.ARRAY || value.type() == FieldType.TABLE;
    if (emptyList && !dialect.since(Dialect.V4_3)) {
      throw crash();
    }
    return new ErlangHash().field(value).value();
  }

  /** Here RabbitMQ's channel crashes, and the connection with it; it tells nothing more. */
  private static RuntimeException crash() {
    return ReplyCode.INTERNAL_ERROR.error("");
  }
}
