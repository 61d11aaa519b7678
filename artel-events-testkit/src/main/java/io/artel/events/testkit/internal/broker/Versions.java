package io.artel.events.testkit.internal.broker;

import java.util.Arrays;
import java.util.Comparator;

/** Versions as brokers write them: numbers with dots, and at times a suffix. */
public final class Versions {
  /** Older versions first. */
  static final Comparator<String> OLDEST_FIRST =
      (left, right) -> Arrays.compare(numbers(left), numbers(right));

  private Versions() {}

  /** Whether a full version is the wanted one: {@code 4.3} wants 4.3.6 but not 4.30.0. */
  static boolean belongs(String version, String wanted) {
    return version.equals(wanted) || version.startsWith(wanted + ".");
  }

  /** Whether a broker of this version lacks what came with that one, named by its first numbers. */
  public static boolean isBefore(String version, String since) {
    return OLDEST_FIRST.compare(version, since) < 0;
  }

  private static int[] numbers(String version) {
    return Arrays.stream(version.split("[^0-9]+"))
        .filter(number -> !number.isEmpty())
        .mapToInt(Integer::parseInt)
        .toArray();
  }
}
