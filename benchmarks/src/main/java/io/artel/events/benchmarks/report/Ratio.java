package io.artel.events.benchmarks.report;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One number that is compared with a bar.
 *
 * @param name as in the report's JSON
 * @param meaning what is divided by what
 * @param least how much it must be at least, or null
 * @param most how much it may be at most, or null
 */
public record Ratio(
    String name, String meaning, Spread values, @Nullable Double least, @Nullable Double most) {

  /** At least so much. */
  public static Ratio atLeast(double least, String name, String meaning, Spread values) {
    return new Ratio(name, meaning, values, least, null);
  }

  /** At most so much. */
  public static Ratio atMost(double most, String name, String meaning, Spread values) {
    return new Ratio(name, meaning, values, null, most);
  }

  /** Without a bar. */
  public static Ratio plain(String name, String meaning, Spread values) {
    return new Ratio(name, meaning, values, null, null);
  }

  boolean hasBar() {
    return least != null || most != null;
  }

  /** Whether the median is on the right side of the bar. */
  public boolean met() {
    return (least == null || values.median() >= least) && (most == null || values.median() <= most);
  }

  String bar() {
    if (least != null) {
      return "≥ " + shown(least);
    }
    return most == null ? "" : "≤ " + shown(most);
  }

  String verdict() {
    return !hasBar() ? "" : met() ? "met" : "missed";
  }

  private static String shown(double number) {
    return String.format(Locale.ROOT, number == Math.rint(number) ? "%,.0f" : "%,.2f", number);
  }
}
