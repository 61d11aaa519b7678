package io.artel.events.benchmarks.section;

import io.artel.events.benchmarks.contest.Arena;
import io.artel.events.benchmarks.contest.Arena.QueueType;
import io.artel.events.benchmarks.contest.Artel;
import io.artel.events.benchmarks.contest.BenchmarkEvents;
import io.artel.events.benchmarks.contest.Contestant;
import io.artel.events.benchmarks.contest.HandTuned;
import io.artel.events.benchmarks.contest.SpringAmqp;
import io.artel.events.benchmarks.report.Ratio;

/** Handling what is in the queue already, with a handler that does nothing. */
final class HandlingAlone {
  private static final int SESSIONS = 1000;

  private final Bench bench;

  HandlingAlone(Bench bench) {
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
    Speeds speeds = new Speeds(bench, "handling alone, " + queueType + " queue");
    Contestant artel = Artel.single();
    for (Contestant contestant : new Contestant[] {raw, artel, SpringAmqp.tuned()}) {
      speeds.row(contestant.name(), () -> Run.handling(arena, raw, contestant, events));
    }
    speeds.run(bench.effort().rounds());
    bench
        .report()
        .add(
            Ratio.atLeast(
                0.95,
                "handling_vs_raw_" + queueType,
                "handling alone by hand-tuned",
                speeds.result(artel.name()).by(speeds.result(raw.name()))));
  }
}
