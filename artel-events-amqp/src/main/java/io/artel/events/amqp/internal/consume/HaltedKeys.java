package io.artel.events.amqp.internal.consume;

import io.artel.events.Event;
import io.artel.events.HaltStore;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a subscription does with sessions that stand still behind a dead letter. The store may
 * block, and so is asked on workers only.
 */
final class HaltedKeys {

  private static final Logger log = LoggerFactory.getLogger(HaltedKeys.class);

  /** When the store is asked again after it failed. */
  static final Duration AGAIN = Duration.ofSeconds(1);

  /** Something done to the store. */
  private interface Change {
    void in(HaltStore store) throws Exception;
  }

  private final HaltStore store;
  private final String queue;

  HaltedKeys(HaltStore store, String queue) {
    this.store = store;
    this.queue = queue;
  }

  /**
   * Whether a handler may have this event: its session is not halted, or by this event, or only by
   * later ones. The last happens where the acknowledgement of an event that was released got lost.
   */
  boolean admits(Delivery delivery, Event<?> event) throws Exception {
    Optional<UUID> first = store.firstHeld(queue, event.key());
    delivery.held = first.isPresent() && first.get().equals(event.id());
    return first.isEmpty() || delivery.held || store.isReleased(queue, event.key(), event.id());
  }

  /** Halts the event's session, or keeps it halted, and then goes on. */
  void hold(Attempt attempt, Event<?> event, Runnable then) {
    change(attempt, event, halts -> halts.hold(queue, event.key(), event.id()), then);
  }

  /** The event has come back and is done with; then goes on. */
  void release(Attempt attempt, Event<?> event, Runnable then) {
    change(attempt, event, halts -> halts.release(queue, event.key(), event.id()), then);
  }

  private void change(Attempt attempt, Event<?> event, Change change, Runnable then) {
    attempt.ending.later(() -> changeNow(attempt, event, change, then), Duration.ZERO);
  }

  private void changeNow(Attempt attempt, Event<?> event, Change change, Runnable then) {
    if (!attempt.delivery.session.isOpen()) {
      attempt.ending.abandoned();
      return;
    }
    try {
      change.in(store);
    } catch (Exception e) {
      log.warn(
          "'{}': whether the session of {} is halted cannot be written to {}, again in {}",
          queue,
          event,
          store,
          AGAIN,
          e);
      attempt.ending.later(() -> changeNow(attempt, event, change, then), AGAIN);
      return;
    }
    then.run();
  }
}
