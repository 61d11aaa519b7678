package io.artel.events.testkit.internal.broker;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.LongString;
import io.artel.events.testkit.BrokerMessage;
import java.util.Collections;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns what the client got into the testkit's own plain message. */
final class RealMessage {

  private RealMessage() {}

  static BrokerMessage of(GetResponse response) {
    Map<String, @Nullable Object> headers = table(response.getProps().getHeaders());
    return new BrokerMessage(
        response.getEnvelope().getExchange(),
        response.getEnvelope().getRoutingKey(),
        properties(response.getProps()),
        headers,
        response.getBody(),
        response.getEnvelope().isRedeliver());
  }

  private static Map<String, Object> properties(BasicProperties properties) {
    Map<String, Object> set = new LinkedHashMap<>();
    put(set, "content_type", properties.getContentType());
    put(set, "content_encoding", properties.getContentEncoding());
    put(set, "delivery_mode", properties.getDeliveryMode());
    put(set, "priority", properties.getPriority());
    put(set, "correlation_id", properties.getCorrelationId());
    put(set, "reply_to", properties.getReplyTo());
    put(set, "expiration", properties.getExpiration());
    put(set, "message_id", properties.getMessageId());
    put(set, "timestamp", plain(properties.getTimestamp()));
    put(set, "type", properties.getType());
    put(set, "user_id", properties.getUserId());
    put(set, "app_id", properties.getAppId());
    put(set, "cluster_id", properties.getClusterId());
    return Collections.unmodifiableMap(set);
  }

  private static void put(Map<String, Object> set, String name, @Nullable Object value) {
    if (value != null) {
      set.put(name, value);
    }
  }

  private static Map<String, @Nullable Object> table(@Nullable Map<?, ?> table) {
    Map<String, @Nullable Object> plain = new LinkedHashMap<>();
    if (table != null) {
      table.forEach((key, value) -> plain.put(String.valueOf(key), plain(value)));
    }
    return Collections.unmodifiableMap(plain);
  }

  private static @Nullable Object plain(@Nullable Object value) {
    if (value instanceof LongString text) {
      return text.toString();
    }
    if (value instanceof Date date) {
      return date.toInstant();
    }
    if (value instanceof List<?> list) {
      return list.stream().<@Nullable Object>map(RealMessage::plain).toList();
    }
    return value instanceof Map<?, ?> table ? table(table) : value;
  }
}
