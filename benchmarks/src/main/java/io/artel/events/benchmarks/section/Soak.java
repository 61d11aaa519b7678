package io.artel.events.benchmarks.section;

import io.artel.events.benchmarks.contest.Arena;
import io.artel.events.benchmarks.contest.Artel;
import io.artel.events.benchmarks.contest.BenchmarkEvents;
import io.artel.events.benchmarks.report.Ratio;
import io.artel.events.benchmarks.report.Report;
import io.artel.events.benchmarks.report.Section;
import io.artel.events.benchmarks.report.Spread;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * Publishes and handles at a fixed rate for a long time, and looks again and again at what is kept:
 * the heap after a collection, threads, channels. What the second half needs by what the first half
 * needed is 1 where nothing grows.
 */
public final class Soak {
  private static final int SESSIONS = 1000;
  private static final int PARTITIONS = 8;
  private static final int RATE = 2000;
  private static final int SAMPLES = 40;
  private static final double BYTES_PER_MEBIBYTE = 1024 * 1024;

  /** May be so much more than 1: the heap after a collection is not the same each time. */
  private static final double FLAT = 1.1;

  private record Sample(double heap, int threads, OptionalInt channels) {}

  private final String uri;
  private final Supplier<OptionalInt> channels;
  private final Duration time;
  private final Report report;
  private final PrintWriter out;

  /**
   * On this broker.
   *
   * @param channels how many are open there, if that can be known
   */
  public Soak(
      String uri, Supplier<OptionalInt> channels, Duration time, Report report, PrintWriter out) {
    this.uri = uri;
    this.channels = channels;
    this.time = time;
    this.report = report;
    this.out = out;
  }

  /** Runs for its time. */
  public void run() throws Exception {
    Arena arena = Arena.ordered(uri, PARTITIONS, new BenchmarkEvents(SESSIONS, 0));
    double seconds = time.toMillis() / 1000.0;
    CompletableFuture<Pace.Latency> end = new CompletableFuture<>();
    Thread working =
        new Thread(
            () -> {
              try {
                end.complete(new Pace(RATE, seconds).measure(arena, Artel.single()));
              } catch (Exception | Error e) { // want of memory is what it looks for
                end.completeExceptionally(e);
              }
            },
            "soak");
    working.start();
    List<Sample> samples = new ArrayList<>();
    long pause = Math.max(1, time.toMillis() / SAMPLES);
    long start = System.nanoTime();
    while (!isOver(end, pause)) {
      Sample sample = sample();
      samples.add(sample);
      out.printf(
          "%6d s: %.1f MiB of heap, %d threads, %s channels%n",
          TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start),
          sample.heap,
          sample.threads,
          sample.channels.isPresent() ? sample.channels.getAsInt() : "?");
      out.flush();
    }
    add(samples, end.get());
  }

  /** Waits so long for the end. */
  private static boolean isOver(CompletableFuture<?> end, long millis) throws Exception {
    try {
      end.get(millis, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    }
  }

  private Sample sample() {
    System.gc();
    return new Sample(
        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / BYTES_PER_MEBIBYTE,
        ManagementFactory.getThreadMXBean().getThreadCount(),
        channels.get());
  }

  private void add(List<Sample> samples, Pace.Latency latency) {
    if (samples.size() < 4) {
      throw new IllegalStateException("too short to say whether anything grows: " + time);
    }
    Section section = report.section("soak of " + time + " at " + RATE + " events/s");
    // No higher ones: each look at the heap and the channels holds up everything.
    section.add("artel-events, ordered, p50", "ms", Spread.of(List.of(latency.p50())));
    section.add("artel-events, ordered, p99", "ms", Spread.of(List.of(latency.p99())));
    add(section, "heap", "MiB", samples, Sample::heap);
    add(section, "threads", "threads", samples, Sample::threads);
    if (samples.stream().allMatch(sample -> sample.channels.isPresent())) {
      add(section, "channels", "channels", samples, sample -> sample.channels.getAsInt());
    }
    Report.print(out, section);
    report.printRatios(out);
  }

  private void add(
      Section section,
      String what,
      String unit,
      List<Sample> samples,
      ToDoubleFunction<Sample> value) {
    // The first quarter warms up.
    List<Double> values =
        samples.subList(samples.size() / 4, samples.size()).stream()
            .map(value::applyAsDouble)
            .toList();
    section.add(what, unit, Spread.of(values));
    int half = values.size() / 2;
    double before = Spread.of(values.subList(0, half)).median();
    double after = Spread.of(values.subList(half, values.size())).median();
    report.add(
        Ratio.atMost(
            FLAT,
            what + "_growth",
            what + " in the second half by the first",
            Spread.of(List.of(after / before))));
  }
}
