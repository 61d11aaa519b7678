package io.artel.events.amqp.internal.publish;

import io.artel.events.PublishException;
import io.artel.events.PublishException.Outcome;
import io.artel.events.amqp.internal.background.Background;
import io.artel.events.amqp.internal.metrics.Meters;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of the messages of a {@link ConfirmedPublisher}: confirmed, put aside for another
 * attempt, given to the spool, or failed. It shares the publisher's lock and outbox.
 */
final class Outcomes {

  private static final Duration LONGEST_RETRY = Duration.ofSeconds(5);

  private final ReentrantLock lock;
  private final Outbox outbox;
  private final Limits limits;

  /** Takes what the broker does not answer for; null where nothing does. */
  private final @Nullable EventSpool spool;

  private final Completions completions;
  private final Meters meters;
  private final Background supervisor;
  private final Runnable sendReady;

  // Guarded by the lock
  private boolean wakeScheduled;
  private boolean retriesOver;

  /**
   * @param lock guards the outbox
   * @param supervisor for what waits for the broker
   * @param sendReady sends what has become ready in the outbox
   */
  Outcomes(
      ReentrantLock lock,
      Outbox outbox,
      Limits limits,
      @Nullable EventSpool spool,
      Completions completions,
      Meters meters,
      Background supervisor,
      Runnable sendReady) {
    this.lock = lock;
    this.outbox = outbox;
    this.limits = limits;
    this.spool = spool;
    this.completions = completions;
    this.meters = meters;
    this.supervisor = supervisor;
    this.sendReady = sendReady;
  }

  /** Takes the broker's answer to a message that nobody else has any more. */
  void settle(Pending pending, boolean acknowledged) {
    if (!acknowledged) {
      meters.nacked();
      again(
          pending,
          Outcome.REJECTED,
          "the broker refused it: a queue it is meant for is full or cannot store it");
    } else if (pending.returned != null && pending.message.requiresRoute()) {
      meters.returned();
      again(pending, Outcome.UNROUTABLE, "no queue is bound for it (" + pending.returned + ")");
    } else {
      finish(pending, null);
    }
  }

  /** Sends a message again that the broker would not have, or ends it. */
  private void again(Pending pending, Outcome outcome, String reason) {
    lock.lock();
    try {
      pending.refusedAs(outcome);
      if (retriesOver || pending.retries >= limits.retries()) {
        finish(pending, pending.failure(pending.outcome(outcome), reason));
        return;
      }
      long pause =
          Math.min(limits.firstRetry().toNanos() << pending.retries, LONGEST_RETRY.toNanos());
      pending.retries++;
      outbox.retry(pending, System.nanoTime() + pause);
      wakeIn(pause);
    } finally {
      lock.unlock();
    }
  }

  /** Called with the lock held. One wake-up serves all retries that are due by then. */
  private void wakeIn(long nanos) {
    if (!wakeScheduled) {
      wakeScheduled = supervisor.later(this::wake, Duration.ofNanos(nanos));
    }
  }

  private void wake() {
    lock.lock();
    try {
      wakeScheduled = false;
      long next = outbox.wake(System.nanoTime());
      if (next > 0) {
        wakeIn(next);
      }
    } finally {
      lock.unlock();
    }
    sendReady.run();
  }

  /** Called with the lock held: what the broker refuses from now on has failed. */
  void noMoreRetries() {
    retriesOver = true;
  }

  /** Takes it out of the window and completes the future; failure is null for a confirmation. */
  void finish(Pending pending, @Nullable PublishException failure) {
    if (pending.holdsKey) { // nobody changes that any more
      lock.lock();
      try {
        letTheNextOfItsKeyGo(pending);
      } finally {
        lock.unlock();
      }
    }
    complete(pending, failure);
  }

  private void letTheNextOfItsKeyGo(Pending pending) {
    if (outbox.settled(pending)) {
      supervisor.run(sendReady);
    }
  }

  private void complete(Pending pending, @Nullable PublishException failure) {
    completions.complete(pending, failure, !lock.isHeldByCurrentThread());
  }

  /**
   * Called with the lock held: ends what the broker did not answer for. If it goes to the spool,
   * that is so from now on for all that is newer in its key.
   */
  void unanswered(Pending pending, String reason) {
    PublishException failure = pending.failure(pending.outcomeSoFar(), reason);
    EventSpool into = spool;
    if (into == null || !pending.subject.storable()) {
      finish(pending, failure);
      return;
    }
    letTheNextOfItsKeyGo(pending);
    into.add(
        pending.message,
        pending.subject,
        stored ->
            complete(
                pending,
                stored ? failure.storedIn(PublishException.Stored.SPOOL, "the " + into) : failure));
    supervisor.run(into::write);
  }
}
