package io.artel.events.benchmarks.section;

import io.artel.events.benchmarks.contest.Arena;
import io.artel.events.benchmarks.contest.Arena.QueueType;
import io.artel.events.benchmarks.contest.Artel;
import io.artel.events.benchmarks.contest.BenchmarkEvents;
import io.artel.events.benchmarks.contest.Contestant;
import io.artel.events.benchmarks.contest.Envelope;
import io.artel.events.benchmarks.contest.HandTuned;
import io.artel.events.benchmarks.report.Rounds;
import java.util.List;
import java.util.Locale;

/** What becomes of the events per second as something grows, with quorum queues. */
final class Growth {
  private static final int SESSIONS = 1000;
  private static final int PARTITIONS = 8;
  private static final int LARGE = 8 * 1024;
  private static final List<Integer> NOTES = List.of(0, 1024, LARGE, 64 * 1024);

  private final Bench bench;
  private final Contestant raw = new HandTuned();
  private final Contestant artel = Artel.single();

  Growth(Bench bench) {
    this.bench = bench;
  }

  void run() throws Exception {
    sessions();
    partitions();
    bodies();
    threads();
    backlog();
  }

  private void sessions() throws Exception {
    Speeds speeds = new Speeds(bench, "more sessions, " + PARTITIONS + " partitions");
    for (int sessions : new int[] {1, SESSIONS, 100_000}) {
      Arena arena = Arena.ordered(bench.uri(), PARTITIONS, new BenchmarkEvents(sessions, 0));
      speeds.row(counted(sessions, "session"), () -> wholePath(arena, artel));
    }
    speeds.run(bench.effort().growthRounds());
  }

  private void partitions() throws Exception {
    Speeds speeds = new Speeds(bench, "more partitions, " + counted(SESSIONS, "session"));
    BenchmarkEvents events = new BenchmarkEvents(SESSIONS, 0);
    for (int partitions : new int[] {1, 2, 4, 8, 16}) {
      Arena arena = Arena.ordered(bench.uri(), partitions, events);
      speeds.row(counted(partitions, "partition"), () -> wholePath(arena, artel));
    }
    speeds.run(bench.effort().growthRounds());
  }

  private void bodies() throws Exception {
    Speeds speeds = new Speeds(bench, "larger bodies");
    for (int note : NOTES) {
      BenchmarkEvents events = new BenchmarkEvents(SESSIONS, note);
      Arena arena = Arena.of(bench.uri(), QueueType.QUORUM, events);
      String bytes = counted(Envelope.of(events, 0).json().length, "byte");
      // Fewer of the large ones: the broker writes each of them to its disk.
      int count = Math.max(1, bench.effort().events() / (note < LARGE ? 1 : 1 + note / LARGE));
      for (Contestant contestant : List.of(raw, artel)) {
        speeds.row(contestant.name() + ", " + bytes, () -> Run.wholePath(arena, contestant, count));
      }
    }
    speeds.run(bench.effort().growthRounds());
  }

  private void threads() throws Exception {
    Speeds speeds = new Speeds(bench, "more threads on one publisher, publishing alone");
    Arena arena = Arena.of(bench.uri(), QueueType.QUORUM, new BenchmarkEvents(SESSIONS, 0));
    for (int threads : new int[] {1, 2, 4, 8}) {
      speeds.row(
          counted(threads, "thread"),
          () -> Run.publishing(arena, artel, threads, bench.effort().events()));
    }
    speeds.run(bench.effort().growthRounds());
  }

  private void backlog() throws Exception {
    int backlog = bench.effort().backlog();
    Arena arena = Arena.of(bench.uri(), QueueType.QUORUM, new BenchmarkEvents(SESSIONS, 0));
    new Speeds(bench, "a backlog of " + counted(backlog, "event") + ", handling alone")
        .row(raw.name(), () -> Run.handling(arena, raw, raw, backlog))
        .row(artel.name(), () -> Run.handling(arena, raw, artel, backlog))
        .run(new Rounds(0, 1));
  }

  private Run.Speed wholePath(Arena arena, Contestant contestant) throws Exception {
    return Run.wholePath(arena, contestant, bench.effort().events());
  }

  private static String counted(int number, String what) {
    return String.format(Locale.ROOT, "%,d %s%s", number, what, number == 1 ? "" : "s");
  }
}
