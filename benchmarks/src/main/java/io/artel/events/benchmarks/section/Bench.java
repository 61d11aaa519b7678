package io.artel.events.benchmarks.section;

import io.artel.events.benchmarks.report.Report;
import io.artel.events.benchmarks.report.Section;
import java.io.PrintWriter;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** Measures on one broker what was asked for, and prints each table when it is complete. */
public final class Bench {

  /** What can be measured. */
  public enum Part {
    /** The whole path, as fast as it goes. */
    FLOW,
    /** Publishing alone. */
    PUBLISHING,
    /** Handling alone. */
    HANDLING,
    /** Handling alone with handlers that wait for something else. */
    SLOW_HANDLERS,
    /** How long events take at fixed rates. */
    LATENCY,
    /** What a slow session and failing events do to others. */
    NEIGHBOURS,
    /** What needs no broker, with JMH. */
    MICRO,
    /** More sessions, partitions, bytes, threads, and a backlog. */
    GROWTH;

    /** What is measured unless asked otherwise. */
    public static Set<Part> usual() {
      return EnumSet.complementOf(EnumSet.of(GROWTH));
    }

    /** What a first look has. */
    public static Set<Part> quick() {
      return EnumSet.of(FLOW, LATENCY, MICRO);
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final String uri;
  private final double leastBySpring;
  private final Effort effort;
  private final Report report;
  private final PrintWriter out;

  Bench(String uri, double leastBySpring, Effort effort, Report report, PrintWriter out) {
    this.uri = uri;
    this.leastBySpring = leastBySpring;
    this.effort = effort;
    this.report = report;
    this.out = out;
  }

  /** Of that length that figures to publish need. */
  public static Bench full(String uri, String version, Report report, PrintWriter out) {
    return new Bench(uri, leastBySpring(version), Effort.full(), report, out);
  }

  /** Of a few minutes. */
  public static Bench quick(String uri, String version, Report report, PrintWriter out) {
    return new Bench(uri, leastBySpring(version), Effort.quick(), report, out);
  }

  /** As little as shows that everything does its work. */
  static Bench tiny(String uri, Report report, PrintWriter out) {
    return new Bench(uri, 0, Effort.tiny(), report, out);
  }

  /** The broker of 3.x is slow enough to hide some of the difference. */
  private static double leastBySpring(String version) {
    return version.startsWith("3.") ? 3.5 : 4;
  }

  /** Measures. */
  public void run(Set<Part> parts) throws Exception {
    for (Part part : parts) {
      switch (part) {
        case FLOW -> new Flow(this, leastBySpring).run();
        case PUBLISHING -> new PublishingAlone(this).run();
        case HANDLING -> new HandlingAlone(this).run();
        case SLOW_HANDLERS -> new SlowHandlers(this).run();
        case LATENCY -> new Latencies(this).run();
        case NEIGHBOURS -> new Neighbours(this).run();
        case MICRO -> new MicroBenchmarks(this).run();
        case GROWTH -> new Growth(this).run();
      }
    }
    report.printRatios(out);
  }

  String uri() {
    return uri;
  }

  Effort effort() {
    return effort;
  }

  Report report() {
    return report;
  }

  void print(Section section) {
    Report.print(out, section);
  }

  /** Says how far it is. */
  void progress(String what, int round, int all) {
    out.printf("%s: round %d of %d%n", what, round, all);
    out.flush();
  }
}
