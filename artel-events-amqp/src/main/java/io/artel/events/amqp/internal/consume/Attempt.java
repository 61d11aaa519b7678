package io.artel.events.amqp.internal.consume;

import io.artel.events.Event;
import io.artel.events.Outcome;
import io.artel.events.amqp.internal.metrics.HandlingMeters.Status;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One attempt at a delivery, from its handler to its ending. */
final class Attempt {

  final Delivery delivery;
  final QueueSubscription.Ending ending;
  final Instant started = Instant.now();
  final long startedNanos = System.nanoTime();

  private final OutcomeReport report;

  /** Null where keys go on after a dead letter. */
  final @Nullable HaltedKeys halts;

  Attempt(
      Delivery delivery,
      QueueSubscription.Ending ending,
      OutcomeReport report,
      @Nullable HaltedKeys halts) {
    this.delivery = delivery;
    this.ending = ending;
    this.report = report;
    this.halts = halts;
  }

  /** It has this outcome, for good: the delivery is acknowledged. */
  void settled(Outcome outcome, Status status, @Nullable String reason) {
    Event<?> event = delivery.event;
    if (halts == null || event == null || !delivery.held || outcome == Outcome.DEAD_LETTERED) {
      reported(outcome, status, reason);
      ending.settled();
      return;
    }
    halts.release(
        this,
        event,
        () -> {
          reported(outcome, status, reason);
          ending.settled();
        });
  }

  /** It has this outcome, and the delivery stays. */
  void reported(Outcome outcome, Status status, @Nullable String reason) {
    report.ended(this, outcome, status, reason);
  }

  /** How long ago its handler was called. */
  Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - startedNanos);
  }
}
