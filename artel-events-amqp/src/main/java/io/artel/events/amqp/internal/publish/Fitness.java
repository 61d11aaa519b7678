package io.artel.events.amqp.internal.publish;

import java.time.Duration;

/**
 * Whether a publisher gets its messages to its broker, as far as those need to know who could give
 * them to another one. Safe for use by several threads.
 */
final class Fitness {

  private static final long NEVER = 0;

  /** Since when it has been waiting for its broker, by {@link System#nanoTime}. */
  private volatile long waitingSince = NEVER;

  /** Until when a broker that was silent is not trusted, by {@link System#nanoTime}. */
  private volatile long silentUntil = NEVER;

  /** Whether its broker was there at all. */
  private volatile boolean met;

  /** The broker was met, or has answered, and nothing is waiting for it any more. */
  void fine() {
    if (!met) {
      met = true;
    }
    if (waitingSince != NEVER) {
      waitingSince = NEVER;
    }
  }

  /** It waits for its broker, if it did not before. */
  void waiting(long now) {
    if (waitingSince == NEVER) {
      waitingSince = now | 1;
    }
  }

  /** The broker did not answer in time, though it was there: it is not trusted for so long. */
  void silent(long now, Duration distrust) {
    silentUntil = (now + distrust.toNanos()) | 1;
  }

  /** Whether messages pass, as far as is known. */
  boolean isFine() {
    return met && waitingSince == NEVER && !isSilent();
  }

  /** Whether it has waited for longer than this, so that others should be asked. */
  boolean isAway(Duration patience) {
    if (!met || isSilent()) {
      return true;
    }
    long since = waitingSince;
    return since != NEVER && System.nanoTime() - since >= patience.toNanos();
  }

  private boolean isSilent() {
    long until = silentUntil;
    return until != NEVER && until - System.nanoTime() > 0;
  }
}
