package io.artel.events.benchmarks;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Measurements that take turns, so that what disturbs the machine disturbs all of them, and a table
 * of what came of them.
 *
 * @param discarded the rounds at the beginning that do not count
 * @param counted the rounds that do
 */
record Rounds(int discarded, int counted) {

  /** One thing to measure. */
  interface Measurement {
    double take() throws Exception;
  }

  int all() {
    return discarded + counted;
  }

  /** Takes each measurement once in each round. */
  Map<String, List<Double>> takeTurns(Map<String, Measurement> measurements) throws Exception {
    Map<String, List<Double>> results = new LinkedHashMap<>();
    for (int round = 0; round < all(); round++) {
      for (Map.Entry<String, Measurement> each : measurements.entrySet()) {
        double result = each.getValue().take();
        if (round >= discarded) {
          results.computeIfAbsent(each.getKey(), name -> new ArrayList<>()).add(result);
        }
      }
    }
    return results;
  }

  /** {@return one result by the other, round by round} */
  static List<Double> ratios(List<Double> numerators, List<Double> denominators) {
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < numerators.size(); i++) {
      ratios.add(numerators.get(i) / denominators.get(i));
    }
    return ratios;
  }

  /** Prints the median, the least and the greatest. */
  static void printRow(String name, List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int half = sorted.size() / 2;
    double median = (sorted.get(half) + sorted.get((sorted.size() - 1) / 2)) / 2;
    double greatest = sorted.get(sorted.size() - 1);
    String number = greatest < 100 ? "%,.2f" : "%,.0f";
    print(
        "%-54s %9s  %s–%s%n",
        name, shown(number, median), shown(number, sorted.get(0)), shown(number, greatest));
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
