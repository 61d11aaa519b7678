package io.artel.events.benchmarks.contest;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/** Sees that each event is handled once, and notes when. Safe for use by several threads. */
public class Handled {
  private static final int PATIENCE_SECONDS = 300;

  private final AtomicIntegerArray times;
  private final AtomicInteger missing;
  private final CountDownLatch all = new CountDownLatch(1);
  private volatile long first;
  private volatile long last;

  /** Waits for events with the numbers from 0 to this, exclusive. */
  public Handled(int events) {
    times = new AtomicIntegerArray(events);
    missing = new AtomicInteger(events);
  }

  /** The event with this number has arrived at its handler. */
  public void handle(int number) {
    if (first == 0) {
      first = System.nanoTime() | 1;
    }
    if (times.getAndIncrement(number) == 0 && missing.decrementAndGet() == 0) {
      last = System.nanoTime();
      all.countDown();
    }
  }

  /** Waits until each event was handled. */
  public void awaitAll() throws InterruptedException {
    if (!all.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException(
          missing.get() + " of " + times.length() + " events were not handled");
    }
  }

  /** Fails if an event was handled more than once. */
  public void requireOnce() {
    for (int number = 0; number < times.length(); number++) {
      if (times.get(number) != 1) {
        throw new IllegalStateException(
            "event " + number + " was handled " + times.get(number) + " times");
      }
    }
  }

  /** From the first to the last handler call, in s. */
  public double seconds() {
    return (last - first) / 1e9;
  }
}
