package io.artel.events.testkit;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message as it lies in a queue.
 *
 * @param exchange the exchange it was published to; empty for the default one
 * @param routingKey the routing key it was published with
 * @param properties the AMQP properties that are set, by their names in the protocol, for example
 *     {@code message_id}; texts are {@link String}, {@code delivery_mode} and {@code priority}
 *     {@link Integer}, {@code timestamp} {@link java.time.Instant}
 * @param headers the headers; values are {@link String}, {@link Number}, {@link Boolean}, {@link
 *     java.time.Instant}, {@code byte[]}, {@link java.util.List}, {@link Map} or null
 * @param body the bytes of the body, which nobody changes
 * @param redelivered whether it was delivered before
 */
@SuppressWarnings("ArrayRecordComponent") // a body has no better type, and no one compares messages
public record BrokerMessage(
    String exchange,
    String routingKey,
    Map<String, Object> properties,
    Map<String, @Nullable Object> headers,
    byte[] body,
    boolean redelivered) {

  /** {@return the body as text in UTF-8} */
  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /** {@return where it came from and how long it is, without the body itself} */
  @Override
  public String toString() {
    return "message '"
        + routingKey
        + "' from exchange '"
        + exchange
        + "', "
        + body.length
        + " bytes";
  }
}
