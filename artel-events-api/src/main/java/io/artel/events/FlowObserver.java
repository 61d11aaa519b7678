package io.artel.events;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Sees what becomes of every event: for audits, reports and tests. Called on the library's threads,
 * by several at once; must be quick and must not throw.
 */
public interface FlowObserver {

  /** The observer that looks away. */
  FlowObserver NONE = new FlowObserver() {};

  /**
   * This event is about to be sent, on the thread that publishes it: events of one key come here in
   * the order in which they are published. What cannot be sent at all only {@link #failed}.
   */
  default void publishing(Event<?> event) {}

  /** The broker has confirmed this event. Every publish ends here or in {@link #failed}, once. */
  default void confirmed(Event<?> event, PublishReceipt receipt) {}

  /** This event was not confirmed. */
  default void failed(Event<?> event, PublishException failure) {}

  /** One attempt at a delivery has ended, and the broker has been or is being told. */
  default void settled(Settlement settlement) {}

  /** A subscription to this queue of the topology has started; there may be several. */
  default void subscribed(String queue) {}

  /** A subscription to this queue has stopped; what it was given is settled or given back. */
  default void unsubscribed(String queue) {}

  /**
   * The end of one attempt.
   *
   * @param queue the queue, as the topology names it
   * @param event the event, or null where the bytes are none
   * @param attempt which attempt it was; 1 is the first
   * @param outcome how it ended
   * @param reason why, where it was not simply handled or ignored; without payload as far as the
   *     handler's exceptions are
   * @param publishedAt when its publisher sent it, or null where the message does not say
   * @param started when the handler was called
   * @param processing from the handler's call until the outcome was certain, what it published
   *     being confirmed
   */
  record Settlement(
      String queue,
      @Nullable Event<?> event,
      int attempt,
      Outcome outcome,
      @Nullable String reason,
      @Nullable Instant publishedAt,
      Instant started,
      Duration processing) {}
}
