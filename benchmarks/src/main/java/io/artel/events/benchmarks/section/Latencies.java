package io.artel.events.benchmarks.section;

import io.artel.events.benchmarks.contest.Arena;
import io.artel.events.benchmarks.contest.Arena.QueueType;
import io.artel.events.benchmarks.contest.Artel;
import io.artel.events.benchmarks.contest.BenchmarkEvents;
import io.artel.events.benchmarks.contest.Contestant;
import io.artel.events.benchmarks.contest.HandTuned;
import io.artel.events.benchmarks.report.Ratio;
import io.artel.events.benchmarks.report.Rounds;
import io.artel.events.benchmarks.report.Section;
import io.artel.events.benchmarks.report.Spread;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** How long events take at fixed rates, with a quorum queue. */
final class Latencies {
  private static final int SESSIONS = 1000;
  private static final int PARTITIONS = 8;

  private final Bench bench;

  Latencies(Bench bench) {
    this.bench = bench;
  }

  void run() throws Exception {
    Effort effort = bench.effort();
    run(effort.latencyRate(), effort.latencyRounds(), effort.latencySeconds(), true);
    for (int rate : effort.otherRates()) {
      run(rate, effort.otherRounds(), effort.latencySeconds() / 2, false);
    }
  }

  private void run(int rate, Rounds rounds, double seconds, boolean withBars) throws Exception {
    BenchmarkEvents events = new BenchmarkEvents(SESSIONS, 0);
    Arena arena = Arena.of(bench.uri(), QueueType.QUORUM, events);
    Arena ordered = Arena.ordered(bench.uri(), PARTITIONS, events);
    Contestant raw = new HandTuned();
    Contestant artel = Artel.single();
    Pace pace = new Pace(rate, seconds);
    Map<String, Rounds.Measurement<Pace.Latency>> measurements = new LinkedHashMap<>();
    measurements.put(raw.name(), () -> pace.measure(arena, raw));
    measurements.put(artel.name(), () -> pace.measure(arena, artel));
    measurements.put(artel.name() + ", ordered", () -> pace.measure(ordered, artel));
    String title = String.format(Locale.ROOT, "latency at %,d events/s, quorum queue", rate);
    Map<String, List<Pace.Latency>> all =
        rounds.takeTurns(measurements, round -> bench.progress(title, round, rounds.all()));
    Section section = bench.report().section(title);
    all.forEach((name, latencies) -> add(section, name, latencies));
    bench.print(section);
    addRatio(50, rate, all, Pace.Latency::p50, withBars ? 1.25 : Double.NaN);
    addRatio(99, rate, all, Pace.Latency::p99, withBars ? 1.5 : Double.NaN);
  }

  /** Adds a row for each percentile. */
  static void add(Section section, String name, List<Pace.Latency> latencies) {
    section.add(name + ", p50", "ms", spread(latencies, Pace.Latency::p50));
    section.add(name + ", p99", "ms", spread(latencies, Pace.Latency::p99));
    section.add(name + ", p99.9", "ms", spread(latencies, Pace.Latency::p999));
    section.add(name + ", greatest", "ms", spread(latencies, Pace.Latency::greatest));
  }

  static Spread spread(List<Pace.Latency> latencies, ToDoubleFunction<Pace.Latency> percentile) {
    return Spread.of(latencies.stream().map(percentile::applyAsDouble).toList());
  }

  private void addRatio(
      int percentile,
      int rate,
      Map<String, List<Pace.Latency>> all,
      ToDoubleFunction<Pace.Latency> value,
      double most) {
    List<List<Pace.Latency>> rows = List.copyOf(all.values());
    Spread ratio = spread(rows.get(1), value).medianBy(spread(rows.get(0), value));
    String name = "p" + percentile + "_" + rate + "_vs_raw";
    String meaning = "p" + percentile + " by hand-tuned at " + rate + " events/s";
    bench
        .report()
        .add(
            Double.isNaN(most)
                ? Ratio.plain(name, meaning, ratio)
                : Ratio.atMost(most, name, meaning, ratio));
  }
}
