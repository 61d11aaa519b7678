package io.artel.events.benchmarks.section;

import io.artel.events.benchmarks.contest.Arena;
import io.artel.events.benchmarks.contest.Arena.QueueType;
import io.artel.events.benchmarks.contest.Artel;
import io.artel.events.benchmarks.contest.BenchmarkEvents;
import io.artel.events.benchmarks.contest.Contestant;
import io.artel.events.benchmarks.contest.HandTuned;
import io.artel.events.benchmarks.contest.Handled;
import io.artel.events.benchmarks.report.Ratio;
import java.io.Closeable;
import java.util.concurrent.locks.LockSupport;

/**
 * Handling what is in the queue already, in the order of each session, with a handler that waits
 * for something else: sessions beside each other, by one thread that handles all.
 */
final class SlowHandlers {
  private static final int SESSIONS = 1000;
  private static final int PARTITIONS = 8;
  private static final int WORKERS = 64;
  private static final int HANDLER_MILLIS = 5;

  /** One thread is so much slower that its rounds would take minutes with as many events. */
  private static final int FEWER = 20;

  private final Bench bench;

  SlowHandlers(Bench bench) {
    this.bench = bench;
  }

  void run() throws Exception {
    int events = bench.effort().events();
    BenchmarkEvents inSessions = new BenchmarkEvents(SESSIONS, 0);
    Arena one = Arena.of(bench.uri(), QueueType.QUORUM, inSessions);
    Arena ordered = Arena.ordered(bench.uri(), PARTITIONS, inSessions);
    Contestant raw = new HandTuned();
    String oneThread = raw.name() + ", one thread";
    String workers = Artel.single().name() + ", ordered, " + WORKERS + " workers";
    Speeds speeds =
        new Speeds(bench, "handling alone, handlers take " + HANDLER_MILLIS + " ms, quorum queue")
            .withoutCosts() // connecting is a part of them, and counts for more with fewer events
            .row(oneThread, () -> Run.handling(one, raw, slow(raw), events / FEWER))
            .row(
                workers,
                () -> Run.handling(ordered, raw, slow(Artel.single().workers(WORKERS)), events));
    speeds.run(bench.effort().rounds());
    bench
        .report()
        .add(
            Ratio.atLeast(
                40,
                "ordered_" + WORKERS + "_workers_vs_one_thread",
                "ordered handlers that take "
                    + HANDLER_MILLIS
                    + " ms, "
                    + WORKERS
                    + " workers by one thread",
                speeds.result(workers).by(speeds.result(oneThread))));
  }

  private static Contestant slow(Contestant contestant) {
    return new Contestant() {
      @Override
      public String name() {
        return contestant.name();
      }

      @Override
      public Publishing publishing(Arena arena) throws Exception {
        return contestant.publishing(arena);
      }

      @Override
      public Closeable handling(Arena arena, Handled handled) throws Exception {
        return contestant.handling(
            arena,
            new Handled(0) {
              @Override
              public void handle(int number) {
                waitFor(HANDLER_MILLIS);
                handled.handle(number);
              }
            });
      }
    };
  }

  private static void waitFor(int millis) {
    long end = System.nanoTime() + millis * 1_000_000L;
    for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
