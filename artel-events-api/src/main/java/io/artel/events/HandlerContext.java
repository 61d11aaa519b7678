package io.artel.events;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/**
 * One delivery, as its handler sees it: where it came from, what to publish because of it, and
 * other ends than "done". Valid until the handler returns, and for use by the handler's thread
 * only.
 */
public interface HandlerContext {

  /** The queue it came from, as the topology names it: without a partition number. */
  String queue();

  /** Which call of the handler for this event this is, counting retries; 1 is the first. */
  int attempt();

  /** Whether the broker says that it delivered this message before. */
  boolean redelivered();

  /**
   * The message's headers; values are {@link String}, {@link Number}, {@link Boolean}, {@link
   * java.time.Instant}, {@code byte[]}, {@link java.util.List} or {@link Map}. Written by others:
   * decide nothing by them that an attacker should not decide.
   */
  Map<String, Object> headers();

  /**
   * Whether the channel that this delivery came on is still open, and this process has not just
   * stood still for a heartbeat or more. When it is not so, the broker has given the message to
   * somebody else, or will. A handler that asks directly before what it must not do beside another
   * owner leaves open only the moment in between.
   */
  boolean stillOwned();

  /**
   * The number of the channel that this delivery came on, among those that its consumer has had in
   * this process; grows with each new one.
   */
  long generation();

  /**
   * Whether the subscription is being stopped. A handler that takes long looks now and then, and
   * comes to an end: done, failed or to be retried, like any other. If it does not within the time
   * that stopping allows, its delivery is given back and its thread interrupted.
   */
  boolean isStopping();

  /**
   * Publishes an event caused by this one: in the same flow, of the same session, game and user
   * unless given. The delivery is acknowledged only after the event is confirmed; a publish that
   * fails counts as a failure of this attempt.
   *
   * <p>Its id is derived from this event, the queue and the child's type and ordinal, so that a
   * second run of the handler publishes the same events again instead of new ones. For that, a
   * handler must publish the same children in the same order when run again, else give ids.
   *
   * <p>Blocks only while too many events are in flight.
   *
   * @return the event that is being published
   */
  <T> Event<T> publish(Event.Builder<T> child);

  /** Publishes an event of this type and payload; see {@link #publish(Event.Builder)}. */
  default <T> Event<T> publish(EventType<T> type, T data) {
    return publish(type.event(data));
  }

  /**
   * The event that {@link #publish(Event.Builder)} would publish, with its id and everything that
   * it inherits, and does not publish it: to keep it first, in the transaction of a database for
   * example, and to publish it afterwards. It counts among the children of its type.
   */
  <T> Event<T> prepare(Event.Builder<T> child);

  /**
   * Publishes an event as it is: one that was prepared, by this run of the handler or by an earlier
   * one. The delivery is acknowledged only after it is confirmed.
   */
  void publish(Event<?> prepared);

  /**
   * Keeps the delivery unacknowledged until this work is done as well: for handlers that go on
   * elsewhere. If it fails, the attempt fails with its exception.
   */
  void await(CompletionStage<?> work);

  /**
   * Ends this attempt: the event is to be handled again after this delay or, where the queue has a
   * retry ladder, after the ladder's nearest step that is not shorter, else its longest. It counts
   * as a retry; after {@link Event#maxRetries()} of them, and never more than {@value
   * FailurePolicy#MAX_RETRIES}, the event is dead-lettered instead, whatever the policy says.
   *
   * <p>Returns: the handler goes on and should end. If it throws afterwards, the failure policy
   * decides instead. So it is with the other ends.
   *
   * @throws IllegalArgumentException if the delay is negative
   * @throws IllegalStateException if another end was said already, or the handler has returned
   */
  void retry(Duration after);

  /**
   * Ends this event: it goes to the queue's dead-letter queue with this reason.
   *
   * @throws IllegalStateException if another end was said already, or the handler has returned
   */
  void deadLetter(String reason);

  /**
   * Ends this event: it is dropped, logged and counted with this reason.
   *
   * @throws IllegalStateException if another end was said already, or the handler has returned
   */
  void discard(String reason);

  /**
   * Ends this event as handled, by an earlier run whose effect was found: it is acknowledged when
   * what was published here is confirmed, and counted as a duplicate.
   *
   * @throws IllegalStateException if another end was said already, or the handler has returned
   */
  void alreadyHandled();
}
