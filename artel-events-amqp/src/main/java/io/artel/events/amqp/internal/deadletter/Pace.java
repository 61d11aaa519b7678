package io.artel.events.amqp.internal.deadletter;

import java.util.concurrent.TimeUnit;

/** Lets so many pass per second, evenly. Used by one thread. */
final class Pace {

  private final double nanosEach;
  private final long start = System.nanoTime();
  private long passed;

  Pace(double perSecond) {
    nanosEach = 1e9 / perSecond;
  }

  /** Waits until the next one may pass. */
  void await() throws InterruptedException {
    long due = start + (long) (passed * nanosEach);
    passed++;
    long wait = due - System.nanoTime();
    if (wait > 0) {
      TimeUnit.NANOSECONDS.sleep(wait);
    }
  }
}
