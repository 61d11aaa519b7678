package io.artel.events;

import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Publishes events, confirmed. Safe for use by several threads, and made to be shared: one instance
 * keeps the order of each key ({@link Event#key()}) as its publish calls were made.
 *
 * <p>Every publish ends in exactly one of a {@link PublishReceipt} and a {@link PublishException}.
 */
public interface EventPublisher {

  /** The name that events say as their source service unless they or their type name another. */
  String name();

  /**
   * Publishes and waits until the broker has confirmed the event.
   *
   * <p>Blocks while too many events are in flight, and until the confirmation. In a callback of
   * {@link #publishAsync(Event)} it would wait for itself, and fails at once.
   *
   * @throws PublishException with what is known about the event: {@code NOT_SENT} if there was no
   *     room in time or it cannot be encoded, {@code UNKNOWN} if the thread is interrupted while it
   *     waits for the confirmation, which leaves it interrupted
   */
  PublishReceipt publish(Event<?> event);

  /** Builds the event, with {@link #name()} as its source service by default, and publishes it. */
  default PublishReceipt publish(Event.Builder<?> event) {
    return publish(event.build(name()));
  }

  /**
   * Publishes without waiting for the confirmation.
   *
   * <p>Blocks only while too many events are in flight. The stage completes on a thread of the
   * library's own, with a receipt or with a {@link PublishException}; callbacks should be short.
   */
  CompletionStage<PublishReceipt> publishAsync(Event<?> event);

  /**
   * Builds the event, with {@link #name()} as its source service by default, and publishes it
   * without waiting for the confirmation.
   */
  default CompletionStage<PublishReceipt> publishAsync(Event.Builder<?> event) {
    return publishAsync(event.build(name()));
  }

  /**
   * Publishes these events in their order, and waits until each has its outcome. Where {@link
   * Batching} is switched on, they are packed into as few messages as it allows, and none of them
   * waits for others to come.
   *
   * <p>Blocks as {@link #publish(Event)} does. An event that fails does not keep later ones from
   * being published.
   *
   * @return the receipts, in the order of the events
   * @throws NullPointerException if one of the events is null; then none was published
   * @throws PublishException of the first event in the list that was not confirmed; those of
   *     further ones are suppressed in it
   */
  List<PublishReceipt> publishAll(List<? extends Event<?>> events);

  /**
   * Publishes these events in their order without waiting for confirmations; otherwise as {@link
   * #publishAll(List)}. Blocks only while too many events are in flight. The stage completes when
   * every event has its outcome.
   *
   * @throws NullPointerException if one of the events is null; then none was published
   */
  CompletionStage<List<PublishReceipt>> publishAllAsync(List<? extends Event<?>> events);
}
