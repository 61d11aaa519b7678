package io.artel.events.testkit.internal.embedded.control;

import io.artel.events.testkit.BrokerMessage;
import io.artel.events.testkit.internal.embedded.message.Message;
import io.artel.events.testkit.internal.embedded.message.Properties;
import io.artel.events.testkit.internal.embedded.wire.ByteString;
import io.artel.events.testkit.internal.embedded.wire.Decimal;
import io.artel.events.testkit.internal.embedded.wire.FieldTable;
import io.artel.events.testkit.internal.embedded.wire.FieldValue;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns what is on the wire into what Java programs use. */
final class JavaValues {
  private static final int PERSISTENT = 2;

  private JavaValues() {}

  static BrokerMessage message(Message message, boolean redelivered) {
    return new BrokerMessage(
        message.exchange(),
        message.routingKey(),
        properties(message.properties()),
        table(message.properties().headers()),
        message.body(),
        redelivered);
  }

  private static Map<String, Object> properties(Properties properties) {
    Map<String, Object> map = new LinkedHashMap<>();
    put(map, "content_type", properties.contentType());
    put(map, "content_encoding", properties.contentEncoding());
    put(map, "delivery_mode", properties.persistent() ? PERSISTENT : null);
    put(map, "priority", properties.priority() < 0 ? null : properties.priority());
    put(map, "correlation_id", properties.correlationId());
    put(map, "reply_to", properties.replyTo());
    put(map, "expiration", properties.expiration());
    put(map, "message_id", properties.messageId());
    Long seconds = properties.timestamp();
    put(map, "timestamp", seconds == null ? null : Instant.ofEpochSecond(seconds));
    put(map, "type", properties.type());
    put(map, "user_id", properties.userId());
    put(map, "app_id", properties.appId());
    return Collections.unmodifiableMap(map);
  }

  private static void put(Map<String, Object> map, String name, @Nullable Object value) {
    if (value != null) {
      map.put(name, value);
    }
  }

  static Map<String, @Nullable Object> table(FieldTable table) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    table.forEach((name, value) -> map.put(name, value(value)));
    return Collections.unmodifiableMap(map);
  }

  private static @Nullable Object value(FieldValue field) {
    return switch (field.type()) {
      case LONGSTR -> field.value().toString();
      case BINARY -> ((ByteString) field.value()).bytes();
      case TIMESTAMP -> Instant.ofEpochSecond((Long) field.value());
      case DECIMAL -> {
        Decimal decimal = (Decimal) field.value();
        yield new BigDecimal(BigInteger.valueOf(decimal.unscaled()), decimal.scale());
      }
      case TABLE -> table(field.table());
      case ARRAY -> array(field.elements());
      case VOID -> null;
      default -> field.value();
    };
  }

  private static List<@Nullable Object> array(List<FieldValue> elements) {
    List<@Nullable Object> list = new ArrayList<>();
    elements.forEach(element -> list.add(value(element)));
    return Collections.unmodifiableList(list);
  }
}
