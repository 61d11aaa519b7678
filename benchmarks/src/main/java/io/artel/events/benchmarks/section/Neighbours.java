package io.artel.events.benchmarks.section;

import io.artel.events.EventHandler;
import io.artel.events.TransientException;
import io.artel.events.benchmarks.contest.Arena;
import io.artel.events.benchmarks.contest.Arena.QueueType;
import io.artel.events.benchmarks.contest.Artel;
import io.artel.events.benchmarks.contest.BenchmarkEvents;
import io.artel.events.benchmarks.contest.BenchmarkEvents.BallPotted;
import io.artel.events.benchmarks.contest.Handled;
import io.artel.events.benchmarks.report.Ratio;
import io.artel.events.benchmarks.report.Rounds;
import io.artel.events.benchmarks.report.Section;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * How long other events take while one session's handler is slow, and while every tenth event fails
 * at its first attempt, by how long they take without that.
 */
final class Neighbours {
  private static final int SESSIONS = 1000;
  private static final int PARTITIONS = 8;
  private static final int SLOW_MILLIS = 100;
  private static final int ONE_FAILS_OF = 10;

  private final Bench bench;
  private final Artel artel = Artel.single();

  Neighbours(Bench bench) {
    this.bench = bench;
  }

  void run() throws Exception {
    Effort effort = bench.effort();
    BenchmarkEvents events = new BenchmarkEvents(SESSIONS, 0);
    Arena ordered = Arena.ordered(bench.uri(), PARTITIONS, events);
    Arena plain = Arena.of(bench.uri(), QueueType.QUORUM, events);
    Pace pace = new Pace(effort.neighbourRate(), effort.latencySeconds() / 2);
    Map<String, Rounds.Measurement<Pace.Latency>> measurements = new LinkedHashMap<>();
    measurements.put(
        "ordered, quiet",
        () -> others(pace, ordered, Neighbours::inSlowSession, Neighbours::none, Neighbours::none));
    measurements.put(
        "ordered, others than a slow session",
        () ->
            others(
                pace,
                ordered,
                Neighbours::inSlowSession,
                Neighbours::inSlowSession,
                Neighbours::none));
    measurements.put(
        "not ordered, quiet",
        () -> others(pace, plain, Neighbours::fails, Neighbours::none, Neighbours::none));
    measurements.put(
        "not ordered, others than 10 % that fail",
        () -> others(pace, plain, Neighbours::fails, Neighbours::none, Neighbours::fails));
    String title = "latency of neighbours at " + effort.neighbourRate() + " events/s";
    Rounds rounds = effort.neighbourRounds();
    Map<String, List<Pace.Latency>> all =
        rounds.takeTurns(measurements, round -> bench.progress(title, round, rounds.all()));
    Section section = bench.report().section(title);
    all.forEach((name, latencies) -> Latencies.add(section, name, latencies));
    bench.print(section);
    List<List<Pace.Latency>> rows = List.copyOf(all.values());
    compare("slow_session", "others than a slow session", rows.get(1), rows.get(0));
    compare("retry_storm", "others than 10 % that fail", rows.get(3), rows.get(2));
  }

  private static boolean inSlowSession(int number) {
    return number % SESSIONS == 0;
  }

  private static boolean fails(int number) {
    return number % ONE_FAILS_OF == 0;
  }

  private static boolean none(int number) {
    return false;
  }

  private void compare(
      String name, String meaning, List<Pace.Latency> disturbed, List<Pace.Latency> quiet) {
    bench
        .report()
        .add(
            Ratio.atMost(
                1.25,
                name + "_p50_vs_quiet",
                "median latency of " + meaning + ", by quiet",
                Latencies.spread(disturbed, Pace.Latency::p50)
                    .medianBy(Latencies.spread(quiet, Pace.Latency::p50))));
    bench
        .report()
        .add(
            Ratio.atMost(
                2,
                name + "_p99_vs_quiet",
                "p99 of " + meaning + ", by quiet",
                Latencies.spread(disturbed, Pace.Latency::p99)
                    .medianBy(Latencies.spread(quiet, Pace.Latency::p99))));
  }

  private Pace.Latency others(
      Pace pace, Arena arena, IntPredicate left, IntPredicate slow, IntPredicate failing)
      throws Exception {
    return pace.measure(
        arena,
        artel,
        handled -> artel.handling(arena, handler(handled, slow, failing)),
        left.negate());
  }

  private static EventHandler<BallPotted> handler(
      Handled handled, IntPredicate slow, IntPredicate failing) {
    return (event, context) -> {
      int number = event.data().totalScore();
      if (slow.test(number)) {
        Thread.sleep(SLOW_MILLIS);
      }
      if (failing.test(number) && context.attempt() == 1) {
        throw new TransientException("the first attempt fails");
      }
      handled.handle(number);
    };
  }
}
