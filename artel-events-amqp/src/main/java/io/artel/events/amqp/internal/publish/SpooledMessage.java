package io.artel.events.amqp.internal.publish;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.rabbitmq.client.AMQP.BasicProperties;
import io.artel.events.amqp.internal.message.OutgoingMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A message as a record of the spool: a line of JSON that says everything about it, and then its
 * body, byte for byte.
 */
record SpooledMessage(OutgoingMessage message, Subject subject) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final byte LINE_END = '\n';

  byte[] toBytes() {
    ObjectNode line = JSON.createObjectNode();
    line.put("id", subject.id().toString());
    line.put("type", subject.type());
    line.put("key", subject.key() == null ? null : subject.key().toString());
    line.put("exchange", message.exchange());
    line.put("routing_key", message.routingKey());
    line.put("requires_route", message.requiresRoute());
    line.put("events", message.events());
    write(message.properties(), line.putObject("properties"));
    try {
      byte[] first = JSON.writeValueAsBytes(line);
      byte[] record = new byte[first.length + 1 + message.body().length];
      System.arraycopy(first, 0, record, 0, first.length);
      record[first.length] = LINE_END;
      System.arraycopy(message.body(), 0, record, first.length + 1, message.body().length);
      return record;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of texts and numbers is always JSON", e);
    }
  }

  private static void write(BasicProperties properties, ObjectNode out) {
    out.put("content_type", properties.getContentType());
    out.put("delivery_mode", properties.getDeliveryMode());
    out.put("priority", properties.getPriority());
    out.put("message_id", properties.getMessageId());
    out.put("correlation_id", properties.getCorrelationId());
    Date timestamp = properties.getTimestamp();
    out.put("timestamp", timestamp == null ? null : timestamp.toInstant().toEpochMilli());
    out.put("type", properties.getType());
    out.put("app_id", properties.getAppId());
    out.put("expiration", properties.getExpiration());
    ObjectNode headers = out.putObject("headers");
    Map<String, Object> all = properties.getHeaders();
    if (all != null) {
      all.forEach(
          (name, value) -> {
            if (value instanceof Integer || value instanceof Long) {
              headers.put(name, ((Number) value).longValue());
            } else {
              headers.put(name, value.toString());
            }
          });
    }
  }

  /**
   * Reads one.
   *
   * @throws IOException if it is none
   */
  static SpooledMessage of(byte[] record) throws IOException {
    int lineEnd = 0;
    while (lineEnd < record.length && record[lineEnd] != LINE_END) {
      lineEnd++;
    }
    JsonNode line = JSON.readTree(new String(record, 0, lineEnd, StandardCharsets.UTF_8));
    if (lineEnd == record.length || !line.isObject()) {
      throw new IOException("a record of the spool is no message");
    }
    byte[] body = new byte[record.length - lineEnd - 1];
    System.arraycopy(record, lineEnd + 1, body, 0, body.length);
    try {
      return new SpooledMessage(
          new OutgoingMessage(
              line.path("exchange").asText(),
              line.path("routing_key").asText(),
              properties(line.path("properties")),
              body,
              line.path("requires_route").asBoolean(),
              line.path("events").asInt()),
          new Subject(
              UUID.fromString(line.path("id").asText()),
              line.path("type").asText(),
              key(line),
              false));
    } catch (IllegalArgumentException e) {
      throw new IOException("a record of the spool is no message", e);
    }
  }

  /** A session's id again, so that it goes by the same connection as the session itself. */
  private static @Nullable UUID key(JsonNode line) {
    String text = text(line, "key");
    return text == null ? null : UUID.fromString(text);
  }

  private static BasicProperties properties(JsonNode from) {
    Map<String, Object> headers = new HashMap<>();
    for (Map.Entry<String, JsonNode> header : from.path("headers").properties()) {
      JsonNode value = header.getValue();
      if (value.isInt()) {
        headers.put(header.getKey(), value.asInt());
      } else if (value.isLong()) {
        headers.put(header.getKey(), value.asLong());
      } else {
        headers.put(header.getKey(), value.asText());
      }
    }
    return new BasicProperties.Builder()
        .contentType(text(from, "content_type"))
        .deliveryMode(number(from, "delivery_mode"))
        .priority(number(from, "priority"))
        .messageId(text(from, "message_id"))
        .correlationId(text(from, "correlation_id"))
        .timestamp(
            from.path("timestamp").isNumber()
                ? Date.from(Instant.ofEpochMilli(from.path("timestamp").asLong()))
                : null)
        .type(text(from, "type"))
        .appId(text(from, "app_id"))
        .expiration(text(from, "expiration"))
        .headers(headers)
        .build();
  }

  private static @Nullable String text(JsonNode from, String name) {
    JsonNode value = from.path(name);
    return value.isTextual() ? value.asText() : null;
  }

  private static @Nullable Integer number(JsonNode from, String name) {
    JsonNode value = from.path(name);
    return value.isInt() ? value.asInt() : null;
  }
}
