package io.artel.events.amqp.internal.consume;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Envelope;
import io.artel.events.amqp.internal.message.Headers;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells deliveries that may have brought a process down. A crash charges all that the broker had
 * sent ahead; whoever then reads one at a time charges the one alone that does it, and its
 * neighbours stay far from their delivery limit. Safe for use by several threads.
 */
final class CrashGuard {

  private static final String DELIVERY_COUNT = "x-delivery-count";

  /** So often a message came back without an end before it is suspected. */
  private static final int SUSPICIOUS = 3;

  private static final int REMEMBERED = 1000;

  private final boolean counted;

  /** Messages that were handled here, to whatever end, and did no harm; the oldest first. */
  private final Set<String> harmless = new LinkedHashSet<>();

  /**
   * For a queue.
   *
   * @param counted whether its broker counts deliveries; in a classic queue nobody does, and every
   *     message that was delivered before is suspected
   */
  CrashGuard(boolean counted) {
    this.counted = counted;
  }

  /**
   * Whether this delivery may have brought processes down.
   *
   * @param ownLosses how often this process lost its channel to the queue and lives: as many of a
   *     message's returns say nothing about it
   */
  boolean suspects(Envelope envelope, BasicProperties properties, int ownLosses) {
    // The header alone means nothing: publishers can write it.
    return envelope.isRedeliver()
        && (!counted
            || Headers.count(properties.getHeaders(), DELIVERY_COUNT, Integer.MAX_VALUE) - ownLosses
                >= SUSPICIOUS)
        && !isHarmless(properties.getMessageId());
  }

  private synchronized boolean isHarmless(@Nullable String messageId) {
    return messageId != null && harmless.contains(messageId);
  }

  /** A handler has had this message, and the process lives. */
  synchronized void survived(@Nullable String messageId) {
    if (messageId == null) {
      return;
    }
    harmless.add(messageId);
    if (harmless.size() > REMEMBERED) {
      harmless.remove(harmless.iterator().next());
    }
  }
}
