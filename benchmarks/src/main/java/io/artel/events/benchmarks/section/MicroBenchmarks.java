package io.artel.events.benchmarks.section;

import static java.util.Objects.requireNonNull;

import io.artel.events.benchmarks.report.Ratio;
import io.artel.events.benchmarks.report.Section;
import io.artel.events.benchmarks.report.Spread;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** All JMH benchmarks, with what each operation allocates. */
final class MicroBenchmarks {
  private static final String ALLOCATED = "gc.alloc.rate.norm";

  private final Bench bench;

  MicroBenchmarks(Bench bench) {
    this.bench = bench;
  }

  void run() throws Exception {
    Effort.Micro micro = bench.effort().micro();
    TimeValue time = TimeValue.milliseconds(micro.millis());
    System.setProperty("jmh.ignoreLock", "true"); // others on this machine are others' affair
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include(".*Benchmark\\..*")
                    .forks(micro.forks())
                    .warmupIterations(micro.iterations())
                    .warmupTime(time)
                    .measurementIterations(micro.iterations())
                    .measurementTime(time)
                    .addProfiler(GCProfiler.class)
                    .verbosity(VerboseMode.SILENT)
                    .build())
            .run();
    Section section = bench.report().section("without a broker (JMH)");
    Map<String, Spread> times = new LinkedHashMap<>();
    for (RunResult result : results) {
      String name = name(result);
      times.put(name, values(result, null));
      section.add(name, result.getPrimaryResult().getScoreUnit(), times.get(name));
    }
    for (RunResult result : results) {
      section.add(name(result) + ", allocated", "B/op", values(result, ALLOCATED));
    }
    bench.print(section);
    bench
        .report()
        .add(
            Ratio.atLeast(
                0.9,
                "codec_vs_jackson",
                "speed of encoding and decoding by that of plain Jackson",
                sum(times, "jacksonEncode", "jacksonDecode").by(sum(times, "encode", "decode"))));
  }

  private static Spread sum(Map<String, Spread> times, String one, String other) {
    List<Double> sums = new ArrayList<>();
    List<Double> ones = codec(times, one).rounds();
    List<Double> others = codec(times, other).rounds();
    for (int i = 0; i < ones.size(); i++) {
      sums.add(ones.get(i) + others.get(i));
    }
    return Spread.of(sums);
  }

  private static Spread codec(Map<String, Spread> times, String method) {
    Spread found = times.get("CodecBenchmark." + method);
    if (found == null) {
      throw new IllegalStateException("CodecBenchmark." + method + " was not run");
    }
    return found;
  }

  private static String name(RunResult result) {
    BenchmarkParams params = result.getParams();
    StringBuilder name =
        new StringBuilder(params.getBenchmark().replaceFirst("^.*\\.([^.]+\\.[^.]+)$", "$1"));
    params
        .getParamsKeys()
        .forEach(key -> name.append(", ").append(params.getParam(key)).append(' ').append(key));
    return name.toString();
  }

  /**
   * The values of all iterations of all forks.
   *
   * @param secondary what the profiler calls it, or null for the time
   */
  private static Spread values(RunResult result, @Nullable String secondary) {
    List<Double> values = new ArrayList<>();
    for (BenchmarkResult fork : result.getBenchmarkResults()) {
      for (IterationResult iteration : fork.getIterationResults()) {
        Result<?> measured =
            secondary == null
                ? iteration.getPrimaryResult()
                : requireNonNull(iteration.getSecondaryResults().get(secondary), secondary);
        values.add(measured.getScore());
      }
    }
    return Spread.of(values);
  }
}
