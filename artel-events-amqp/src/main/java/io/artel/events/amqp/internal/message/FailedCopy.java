package io.artel.events.amqp.internal.message;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Envelope;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Makes the copy of a delivery that waits for its next attempt or lies in a dead-letter queue: the
 * original bytes, without anything that the broker would act upon or that it added, and with what
 * went wrong.
 */
public final class FailedCopy {

  private static final int MAX_TEXT = 500;

  /**
   * Beyond this many bytes of properties only those headers are kept that we need: RabbitMQ's
   * frames, of which one must hold all of it, have twice as many.
   */
  private static final int MAX_PROPERTIES = 64 * 1024;

  /** What AMQP can hold as message id, type, …: counted in bytes of UTF-8. */
  private static final int MAX_SHORT_TEXT = 255;

  /** The headers that a copy keeps even where it cannot keep all. */
  private static final List<String> KEPT_TEXTS =
      List.of(
          Headers.EVENT_TYPE,
          Headers.SOURCE_SERVICE,
          Headers.CORRELATION_ID,
          Headers.SESSION_ID,
          Headers.CAUSATION_ID);

  /** The headers that a copy writes anew, or leaves out. */
  private static final List<String> WRITTEN =
      List.of(
          Headers.RETRY_COUNT,
          Headers.FIRST_FAILED_AT,
          Headers.FAILED_QUEUE,
          Headers.ERROR_CLASS,
          Headers.ERROR_MESSAGE,
          Headers.ERROR_TYPE);

  private FailedCopy() {}

  /**
   * What went wrong.
   *
   * @param errorClass transient, validation, malformed, …
   * @param failure the exception, or null where there was none
   * @param reason a sentence
   */
  public record Failure(String errorClass, @Nullable Throwable failure, String reason) {}

  /** The copy for a retry queue, which this counts as one more retry. */
  public static OutgoingMessage forRetry(
      String retryQueue,
      String queue,
      Envelope envelope,
      BasicProperties properties,
      byte[] body,
      int retryCount,
      Failure failure) {
    return copy("", retryQueue, queue, envelope, properties, body, retryCount, failure);
  }

  /** The copy for a dead-letter exchange. */
  public static OutgoingMessage forDeadLetter(
      String exchange,
      String routingKey,
      String queue,
      Envelope envelope,
      BasicProperties properties,
      byte[] body,
      int retryCount,
      Failure failure) {
    return copy(exchange, routingKey, queue, envelope, properties, body, retryCount, failure);
  }

  /** The copy with the name of the broker where it failed, if that is one of several. */
  public static OutgoingMessage at(@Nullable String broker, OutgoingMessage copy) {
    if (broker == null) {
      return copy;
    }
    Map<String, Object> headers = new HashMap<>(copy.properties().getHeaders());
    headers.put(Headers.FAILED_BROKER, cut(broker));
    return new OutgoingMessage(
        copy.exchange(),
        copy.routingKey(),
        copy.properties().builder().headers(headers).build(),
        copy.body(),
        copy.requiresRoute());
  }

  /** The copy for a dead-letter exchange of a message that could not be published. */
  public static OutgoingMessage ofUnpublished(
      String exchange, String routingKey, OutgoingMessage message, Failure failure) {
    BasicProperties properties = message.properties();
    return copy(
        exchange,
        routingKey,
        null,
        new Envelope(0, false, message.exchange(), message.routingKey()),
        properties,
        message.body(),
        Headers.count(properties.getHeaders(), Headers.RETRY_COUNT, Integer.MAX_VALUE),
        failure);
  }

  private static OutgoingMessage copy(
      String exchange,
      String routingKey,
      @Nullable String queue,
      Envelope envelope,
      BasicProperties original,
      byte[] body,
      int retryCount,
      Failure failure) {
    Map<String, Object> before = original.getHeaders() == null ? Map.of() : original.getHeaders();
    // A copy of ours comes back through the default exchange, or a redriven one by that of an
    // ordered set; then the first address is a header.
    boolean returned = envelope.getExchange().isEmpty() || Headers.redrives(before) > 0;
    String firstExchange = returned ? Headers.text(before, Headers.ORIGINAL_EXCHANGE) : null;
    String firstKey = returned ? Headers.text(before, Headers.ORIGINAL_ROUTING_KEY) : null;
    Instant firstFailure = Headers.time(before, Headers.FIRST_FAILED_AT);
    Map<String, Object> headers = new HashMap<>();
    headers.put(Headers.RETRY_COUNT, retryCount);
    headers.put(
        Headers.FIRST_FAILED_AT,
        firstFailure == null ? System.currentTimeMillis() : firstFailure.toEpochMilli());
    if (queue != null) {
      headers.put(Headers.FAILED_QUEUE, queue);
    }
    headers.put(
        Headers.ORIGINAL_EXCHANGE, firstExchange != null ? firstExchange : envelope.getExchange());
    headers.put(
        Headers.ORIGINAL_ROUTING_KEY, firstKey != null ? firstKey : envelope.getRoutingKey());
    headers.put(Headers.ERROR_CLASS, failure.errorClass());
    headers.put(Headers.ERROR_MESSAGE, cut(failure.reason()));
    Throwable thrown = failure.failure();
    if (thrown != null) {
      headers.put(Headers.ERROR_TYPE, cut(thrown.getClass().getName()));
    }
    return copy(exchange, routingKey, original, body, headers);
  }

  /** The copy with these headers beside those of the original, as far as they can be kept. */
  static OutgoingMessage copy(
      String exchange,
      String routingKey,
      BasicProperties original,
      byte[] body,
      Map<String, Object> headers) {
    Map<String, Object> before = original.getHeaders() == null ? Map.of() : original.getHeaders();
    Map<String, Object> all = foreignHeaders(before);
    all.putAll(headers);
    BasicProperties properties = properties(original, all);
    if (!fits(properties, body.length)) {
      Map<String, Object> few = keptHeaders(before);
      few.putAll(headers);
      properties = properties(original, few);
    }
    return new OutgoingMessage(exchange, routingKey, properties, body, true);
  }

  private static BasicProperties properties(BasicProperties original, Map<String, Object> headers) {
    String messageId = shortText(original.getMessageId());
    return new BasicProperties.Builder()
        .contentType(shortText(original.getContentType()))
        .contentEncoding(shortText(original.getContentEncoding()))
        .deliveryMode(2)
        .messageId(messageId != null ? messageId : UUID.randomUUID().toString())
        .correlationId(shortText(original.getCorrelationId()))
        .timestamp(original.getTimestamp())
        .type(shortText(original.getType()))
        .appId(shortText(original.getAppId()))
        .headers(headers)
        .build();
  }

  /**
   * Whether the client can send these. Not all that it reads can be written again: bytes that are
   * no UTF-8 become longer, and a name of 255 of them has no room any more.
   */
  private static boolean fits(BasicProperties properties, int bodyLength) {
    try {
      return properties.toFrame(1, bodyLength).size() <= MAX_PROPERTIES;
    } catch (IOException | IllegalArgumentException e) {
      return false;
    }
  }

  static @Nullable String shortText(@Nullable String text) {
    return text == null || text.getBytes(StandardCharsets.UTF_8).length <= MAX_SHORT_TEXT
        ? text
        : null;
  }

  /** The headers without what went wrong before, the broker's own, and those that make it route. */
  private static Map<String, Object> foreignHeaders(Map<String, Object> before) {
    Map<String, Object> headers = new HashMap<>(before);
    WRITTEN.forEach(headers::remove);
    headers
        .keySet()
        .removeIf(
            name -> {
              String lower = name.toLowerCase(Locale.ROOT);
              return lower.startsWith("x-") || lower.equals("cc") || lower.equals("bcc");
            });
    return headers;
  }

  private static Map<String, Object> keptHeaders(Map<String, Object> before) {
    Map<String, Object> headers = new HashMap<>();
    for (String name : KEPT_TEXTS) {
      String text = Headers.text(before, name);
      if (text != null && text.length() <= MAX_TEXT) {
        headers.put(name, text);
      }
    }
    Instant published = Headers.time(before, Headers.PUBLISHED_AT);
    if (published != null) {
      headers.put(Headers.PUBLISHED_AT, published.toEpochMilli());
    }
    int redrives = Headers.redrives(before);
    if (redrives > 0) {
      headers.put(Headers.REDRIVE_COUNT, redrives);
    }
    return headers;
  }

  static String cut(@Nullable String text) {
    if (text == null) {
      return "";
    }
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "…";
  }
}
