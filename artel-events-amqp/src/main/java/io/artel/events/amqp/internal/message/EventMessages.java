package io.artel.events.amqp.internal.message;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.artel.events.Event;
import io.artel.events.EventCodec;
import io.artel.events.EventPriority;
import io.artel.events.PartitionHeader;
import io.artel.events.Topology;
import java.time.Duration;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Events as messages; {@code docs/wire-format.md} says for users what is done here. */
public final class EventMessages {

  /** The content type of an event's body; exactly so, since Python services compare it. */
  public static final String CONTENT_TYPE = "application/json";

  private static final int PERSISTENT = 2;

  private final String exchange;
  private final EventCodec codec;
  private final @Nullable String lowPriorityExpiration;

  /** For each of these sizes of ordered sets, events say which partition they go to. */
  private final List<Integer> setSizes;

  /**
   * For the exchange of this topology, and the ordered sets in it.
   *
   * @param lowPriorityTtl how long LOW events without a session live, or null for ever
   */
  public EventMessages(Topology topology, EventCodec codec, @Nullable Duration lowPriorityTtl) {
    this.exchange = topology.exchange();
    this.codec = codec;
    this.setSizes = PartitionHeader.sizes(topology);
    this.lowPriorityExpiration =
        lowPriorityTtl == null ? null : String.valueOf(lowPriorityTtl.toMillis());
  }

  /** The message of an event. */
  public OutgoingMessage message(Event<?> event) {
    byte[] body = codec.encode(event);
    String id = event.id().toString();
    long now = System.currentTimeMillis();
    UUID correlationId = event.correlationId();
    UUID causationId = event.causationId();
    Map<String, Object> headers = new HashMap<>();
    headers.put(Headers.EVENT_TYPE, event.type());
    headers.put(Headers.SOURCE_SERVICE, event.sourceService());
    headers.put(Headers.SESSION_ID, event.key());
    for (int size : setSizes) {
      headers.put(PartitionHeader.name(size), PartitionHeader.partition(event.key(), size));
    }
    headers.put(Headers.RETRY_COUNT, event.retries());
    headers.put(Headers.PUBLISHED_AT, now);
    if (correlationId != null) {
      headers.put(Headers.CORRELATION_ID, correlationId.toString());
    }
    if (causationId != null) {
      headers.put(Headers.CAUSATION_ID, causationId.toString());
    }
    boolean keyed = event.sessionId() != null;
    BasicProperties properties =
        new BasicProperties.Builder()
            .contentType(CONTENT_TYPE)
            .deliveryMode(PERSISTENT)
            .messageId(id)
            .correlationId(correlationId == null ? null : correlationId.toString())
            .timestamp(Date.from(event.timestamp()))
            .type(event.type())
            .appId(event.sourceService())
            .headers(headers)
            // A quorum queue of 4.3 delivers by priority, asked or not: it would reorder a session.
            .priority(keyed ? null : event.priority().number())
            .expiration(
                !keyed && event.priority() == EventPriority.LOW ? lowPriorityExpiration : null)
            .build();
    return new OutgoingMessage(
        exchange, event.routingKey(), properties, body, event.requiresAudience());
  }
}
