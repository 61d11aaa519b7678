package io.artel.events.amqp.internal.consume;

import io.artel.events.Event;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One run of a handler over one event, from its call until all that it began is done. */
final class HandlerRun {

  /** What comes of a run. */
  interface Conclusion {
    /** It is over, and failed with this unless it is null. */
    void of(HandlerRun run, @Nullable Throwable failure);
  }

  final Attempt attempt;
  final Event<?> event;
  final DeliveryContext context;
  private final Conclusion conclusion;

  HandlerRun(Attempt attempt, Event<?> event, DeliveryContext context, Conclusion conclusion) {
    this.attempt = attempt;
    this.event = event;
    this.context = context;
    this.conclusion = conclusion;
  }

  /** Whether the delivery may still be handled here. */
  boolean isOwned() {
    return attempt.delivery.session.isOpen();
  }

  /** The handler has returned, or thrown this. Called with the log context of the event. */
  void returned(@Nullable Throwable thrown) {
    CompletableFuture<Void> work = context.end();
    if (work.isDone() && !work.isCompletedExceptionally()) {
      attempt.ending.guard(() -> conclusion.of(this, thrown));
      return;
    }
    // The worker is free; the lane is held until the confirmations are there.
    var unused =
        work.whenComplete(
            (done, problem) ->
                attempt.ending.guard(
                    () -> concludeLater(thrown != null ? thrown : Failures.cause(problem))));
  }

  private void concludeLater(@Nullable Throwable failure) {
    LogContext.of(context.queue(), event, attempt.delivery.attempt);
    try {
      conclusion.of(this, failure);
    } finally {
      LogContext.clear();
    }
  }

  /** It was not handled, and the broker has it, or will have it, again. */
  void abandoned() {
    attempt.ending.abandoned();
  }
}
