package io.artel.events.benchmarks.section;

import io.artel.events.benchmarks.report.Rounds;
import io.artel.events.benchmarks.report.Section;
import io.artel.events.benchmarks.report.Spread;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Rows in events per second, and below them what each of these events costs. */
final class Speeds {
  private final Bench bench;
  private final String title;
  private final Map<String, Rounds.Measurement<Run.Speed>> measurements = new LinkedHashMap<>();
  private final Map<String, Spread> results = new LinkedHashMap<>();
  private boolean withCosts = true;

  Speeds(Bench bench, String title) {
    this.bench = bench;
    this.title = title;
  }

  /** Adds a row. */
  Speeds row(String name, Rounds.Measurement<Run.Speed> measurement) {
    measurements.put(name, measurement);
    return this;
  }

  /** Without what each event costs, where it is not the same for every row. */
  Speeds withoutCosts() {
    withCosts = false;
    return this;
  }

  /** Measures all rows, by turns. */
  void run(Rounds rounds) throws Exception {
    Section section = bench.report().section(title);
    Map<String, List<Run.Speed>> all =
        rounds.takeTurns(measurements, round -> bench.progress(title, round, rounds.all()));
    all.forEach(
        (name, speeds) ->
            results.put(
                name,
                section.add(
                    name,
                    "events/s",
                    Spread.of(speeds.stream().map(Run.Speed::perSecond).toList()))));
    if (withCosts) {
      addCosts(section, all);
    }
    bench.print(section);
  }

  private static void addCosts(Section section, Map<String, List<Run.Speed>> all) {
    all.forEach(
        (name, speeds) ->
            section.add(
                name + ", processor time",
                "µs/event",
                Spread.of(speeds.stream().map(Run.Speed::micros).toList())));
    all.forEach(
        (name, speeds) -> {
          if (speeds.stream().allMatch(speed -> speed.kibibytes() > 0)) {
            section.add(
                name + ", allocated",
                "KiB/event",
                Spread.of(speeds.stream().map(Run.Speed::kibibytes).toList()));
          }
        });
  }

  /** The events per second of a row. */
  Spread result(String name) {
    Spread row = results.get(name);
    if (row == null) {
      throw new IllegalArgumentException("there is no row " + name);
    }
    return row;
  }
}
