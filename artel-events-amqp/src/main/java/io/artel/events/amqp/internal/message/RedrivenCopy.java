package io.artel.events.amqp.internal.message;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.artel.events.PartitionHeader;
import io.artel.events.QueueSpec;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Makes the copy of a dead letter that is put back: the original bytes, as if they had never
 * failed, but with a count of how often they were put back.
 */
public final class RedrivenCopy {

  private RedrivenCopy() {}

  /**
   * The copy that says as well which partition of an ordered set it goes to, if publishers say that
   * of this one.
   *
   * @param key the event's key, where the letter has no header with it
   */
  public static OutgoingMessage of(
      QueueSpec target,
      String exchange,
      String routingKey,
      BasicProperties letter,
      byte[] body,
      Supplier<String> key) {
    OutgoingMessage copy = of(exchange, routingKey, letter, body);
    if (target.partitioner() != QueueSpec.Partitioner.PUBLISHER) {
      return copy;
    }
    Map<String, Object> headers = new HashMap<>(copy.properties().getHeaders());
    String session = Headers.text(headers, Headers.SESSION_ID);
    headers.put(
        PartitionHeader.name(target.partitions()),
        PartitionHeader.partition(session != null ? session : key.get(), target.partitions()));
    return new OutgoingMessage(
        copy.exchange(),
        copy.routingKey(),
        copy.properties().builder().headers(headers).build(),
        copy.body(),
        copy.requiresRoute());
  }

  /** The copy for this exchange. It has the letter's message id, or one that its bytes give. */
  public static OutgoingMessage of(
      String exchange, String routingKey, BasicProperties letter, byte[] body) {
    Map<String, Object> before = letter.getHeaders() == null ? Map.of() : letter.getHeaders();
    Map<String, Object> headers = new HashMap<>();
    headers.put(Headers.RETRY_COUNT, 0);
    headers.put(
        Headers.REDRIVE_COUNT, Math.min(Headers.redrives(before) + 1, Headers.MAX_REDRIVE_COUNT));
    for (String name : new String[] {Headers.ORIGINAL_EXCHANGE, Headers.ORIGINAL_ROUTING_KEY}) {
      String text = Headers.text(before, name);
      if (text != null) {
        headers.put(name, FailedCopy.cut(text));
      }
    }
    return FailedCopy.copy(exchange, routingKey, identified(letter, body), body, headers);
  }

  private static BasicProperties identified(BasicProperties letter, byte[] body) {
    return FailedCopy.shortText(letter.getMessageId()) != null
        ? letter
        : letter.builder().messageId(UUID.nameUUIDFromBytes(body).toString()).build();
  }
}
