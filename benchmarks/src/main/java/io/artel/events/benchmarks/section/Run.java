package io.artel.events.benchmarks.section;

import io.artel.events.benchmarks.contest.Arena;
import io.artel.events.benchmarks.contest.Contestant;
import io.artel.events.benchmarks.contest.Contestant.Publishing;
import io.artel.events.benchmarks.contest.Handled;
import java.io.Closeable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** One contestant at work, once; it fails unless every event got to its end exactly once. */
final class Run {

  /**
   * What came of it.
   *
   * @param perSecond events
   * @param micros of processor time per event, in this JVM
   * @param kibibytes allocated per event, in this JVM
   */
  record Speed(double perSecond, double micros, double kibibytes) {}

  private Run() {}

  /** Publishes and handles: from the first publish until all are confirmed and handled. */
  static Speed wholePath(Arena arena, Contestant contestant, int events) throws Exception {
    arena.declare();
    Handled handled = new Handled(events);
    Speed speed;
    Closeable handling = contestant.handling(arena, handled);
    try (Publishing publishing = contestant.publishing(arena)) {
      Cost cost = new Cost();
      long start = System.nanoTime();
      for (int number = 0; number < events; number++) {
        publishing.publish(number);
      }
      publishing.awaitConfirmed(events);
      handled.awaitAll();
      speed = speed(events, (System.nanoTime() - start) / 1e9, cost);
    } finally {
      handling.close();
    }
    handled.requireOnce();
    arena.requireEmpty();
    return speed;
  }

  /** Publishes, and nobody reads: until all are confirmed. */
  static Speed publishing(Arena arena, Contestant contestant, int threads, int events)
      throws Exception {
    arena.declare();
    Speed speed;
    ExecutorService crew = Executors.newFixedThreadPool(threads);
    try (Publishing publishing = contestant.publishing(arena)) {
      Cost cost = new Cost();
      long start = System.nanoTime();
      publish(publishing, crew, threads, events);
      publishing.awaitConfirmed(events);
      speed = speed(events, (System.nanoTime() - start) / 1e9, cost);
    } finally {
      crew.shutdownNow(); // not before: what a thread has allocated is known while it lives
    }
    long stored = arena.stored();
    if (stored != events) {
      throw new IllegalStateException(stored + " of " + events + " messages are in the queue");
    }
    return speed;
  }

  private static void publish(Publishing publishing, ExecutorService crew, int threads, int events)
      throws Exception {
    List<Callable<Void>> shares = new ArrayList<>();
    for (int thread = 0; thread < threads; thread++) {
      int first = thread;
      shares.add(
          () -> {
            for (int number = first; number < events; number += threads) {
              publishing.publish(number);
            }
            return null;
          });
    }
    for (Future<Void> share : crew.invokeAll(shares)) {
      share.get();
    }
  }

  /** Handles what is in the queue: from the first event to the last. */
  static Speed handling(Arena arena, Contestant publisher, Contestant contestant, int events)
      throws Exception {
    publishing(arena, publisher, 1, events);
    Handled handled = new Handled(events);
    Speed speed;
    Cost cost = new Cost();
    Closeable handling = contestant.handling(arena, handled);
    try {
      handled.awaitAll();
      speed = speed(events, handled.seconds(), cost);
    } finally {
      handling.close();
    }
    handled.requireOnce();
    arena.requireEmpty();
    return speed;
  }

  private static Speed speed(int events, double seconds, Cost cost) {
    return new Speed(events / seconds, cost.processorMicros() / events, cost.kibibytes() / events);
  }
}
