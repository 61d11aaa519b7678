package io.artel.events.benchmarks.section;

import io.artel.events.benchmarks.contest.Arena;
import io.artel.events.benchmarks.contest.Contestant;
import io.artel.events.benchmarks.contest.Contestant.Publishing;
import io.artel.events.benchmarks.contest.Handled;
import java.io.Closeable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntPredicate;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Publishes at a fixed rate, and measures how long each event takes from the moment it was due to
 * its handler. An event that is published late, because one before it was slow, was due all the
 * same: nothing slow hides what comes after it.
 */
final class Pace {

  /** What handles, given who is told of each event. */
  interface Handling {
    Closeable start(Handled handled) throws Exception;
  }

  /** How long events took, in ms. */
  record Latency(double p50, double p99, double p999, double greatest) {}

  private static final int DIGITS = 3;
  private static final double NANOS_PER_MILLI = 1e6;

  private final int rate;
  private final int events;
  private volatile long start;

  Pace(int rate, double seconds) {
    this.rate = rate;
    this.events = (int) (rate * seconds);
  }

  /** With a handler that does nothing. */
  Latency measure(Arena arena, Contestant contestant) throws Exception {
    return measure(
        arena, contestant, handled -> contestant.handling(arena, handled), number -> true);
  }

  /**
   * With this handling.
   *
   * @param counts which events' latencies do
   */
  Latency measure(Arena arena, Contestant publisher, Handling handling, IntPredicate counts)
      throws Exception {
    arena.declare();
    Histogram histogram = new ConcurrentHistogram(DIGITS);
    histogram.setAutoResize(true);
    Handled handled =
        new Handled(events) {
          @Override
          public void handle(int number) {
            if (counts.test(number)) {
              histogram.recordValue(Math.max(0, System.nanoTime() - due(number)));
            }
            super.handle(number);
          }
        };
    Closeable running = handling.start(handled);
    try (Publishing publishing = publisher.publishing(arena)) {
      start = System.nanoTime();
      for (int number = 0; number < events; number++) {
        awaitDue(number);
        publishing.publish(number);
      }
      publishing.awaitConfirmed(events);
      handled.awaitAll();
    } finally {
      running.close();
    }
    handled.requireOnce();
    arena.requireEmpty();
    return new Latency(
        millis(histogram, 50),
        millis(histogram, 99),
        millis(histogram, 99.9),
        millis(histogram, 100));
  }

  private long due(int number) {
    return start + (long) (number * 1e9 / rate);
  }

  private void awaitDue(int number) {
    for (long left = due(number) - System.nanoTime();
        left > 0;
        left = due(number) - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private static double millis(Histogram histogram, double percentile) {
    return histogram.getValueAtPercentile(percentile) / NANOS_PER_MILLI;
  }
}
