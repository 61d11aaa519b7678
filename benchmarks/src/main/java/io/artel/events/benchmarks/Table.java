package io.artel.events.benchmarks;

import io.artel.events.benchmarks.report.Spread;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;

/** What the benchmarks with a main method of their own print. */
final class Table {
  private static final int SMALL = 100;

  private Table() {}

  /** {@return one result by the other, round by round} */
  static List<Double> ratios(List<Double> numerators, List<Double> denominators) {
    return Spread.of(numerators).by(Spread.of(denominators)).rounds();
  }

  /** Prints the median, the least and the greatest. */
  static void printRow(String name, List<Double> values) {
    Spread spread = Spread.of(values);
    String number = spread.greatest() < SMALL ? "%,.2f" : "%,.0f";
    print(
        "%-54s %9s  %s–%s%n",
        name,
        shown(number, spread.median()),
        shown(number, spread.least()),
        shown(number, spread.greatest()));
  }

  private static String shown(String format, double number) {
    return String.format(Locale.ROOT, format, number);
  }

  static void printMachine() {
    print(
        "Java %s, %d processors, load average %.2f%n",
        Runtime.version(),
        Runtime.getRuntime().availableProcessors(),
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
  }

  static void print(String format, Object... arguments) {
    System.out.printf(Locale.ROOT, format, arguments);
  }
}
