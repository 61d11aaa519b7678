package io.artel.events.benchmarks.section;

import io.artel.events.benchmarks.contest.Arena;
import io.artel.events.benchmarks.contest.Arena.QueueType;
import io.artel.events.benchmarks.contest.Artel;
import io.artel.events.benchmarks.contest.BenchmarkEvents;
import io.artel.events.benchmarks.contest.Contestant;
import io.artel.events.benchmarks.contest.HandTuned;
import io.artel.events.benchmarks.report.Ratio;

/** Publishing until all is confirmed, while nobody reads. */
final class PublishingAlone {
  private static final int SESSIONS = 1000;
  private static final int THREADS = 8;

  private final Bench bench;

  PublishingAlone(Bench bench) {
    this.bench = bench;
  }

  void run() throws Exception {
    for (QueueType queueType : bench.effort().queueTypes()) {
      run(queueType);
    }
  }

  private void run(QueueType queueType) throws Exception {
    int events = bench.effort().events();
    Arena arena = Arena.of(bench.uri(), queueType, new BenchmarkEvents(SESSIONS, 0));
    Contestant raw = new HandTuned();
    Contestant artel = Artel.single();
    String byThreads = artel.name() + ", " + THREADS + " threads";
    Speeds speeds = new Speeds(bench, "publishing alone, " + queueType + " queue");
    speeds
        .row(raw.name(), () -> Run.publishing(arena, raw, 1, events))
        .row(artel.name(), () -> Run.publishing(arena, artel, 1, events))
        .row(byThreads, () -> Run.publishing(arena, artel, THREADS, events))
        .run(bench.effort().rounds());
    bench
        .report()
        .add(
            Ratio.atLeast(
                0.95,
                "publishing_vs_raw_" + queueType,
                "publishing alone by hand-tuned",
                speeds.result(artel.name()).by(speeds.result(raw.name()))));
    bench
        .report()
        .add(
            Ratio.plain(
                "publishing_8_threads_vs_1_" + queueType,
                "8 threads on one publisher by one thread",
                speeds.result(byThreads).by(speeds.result(artel.name()))));
  }
}
