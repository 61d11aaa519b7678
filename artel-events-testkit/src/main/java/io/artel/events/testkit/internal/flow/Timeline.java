package io.artel.events.testkit.internal.flow;

import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Function;

/** Writes steps as lines: milliseconds since the first, what happened, to which event, where. */
final class Timeline {
  /** Of a longer timeline only the end is shown: what went wrong is there. */
  private static final int LONGEST = 200;

  private static final int LONGEST_LEFT = 50;

  private Timeline() {}

  static String of(List<Step> steps, Function<UUID, String> label, List<String> left) {
    StringBuilder text = new StringBuilder("Timeline (ms):");
    if (steps.isEmpty()) {
      return text.append(" nothing was seen.").toString();
    }
    List<Step> shown = steps.subList(Math.max(0, steps.size() - LONGEST), steps.size());
    if (shown.size() < steps.size()) {
      text.append("\n  … ").append(steps.size() - shown.size()).append(" steps before");
    }
    int width = shown.stream().mapToInt(step -> name(step, label).length()).max().orElse(0);
    long start = steps.get(0).nanos();
    for (Step step : shown) {
      String line =
          String.format(
              Locale.ROOT,
              "%n%9.1f  %-13s  %-" + Math.max(1, width) + "s  %s",
              (step.nanos() - start) / 1e6,
              step.what(),
              name(step, label),
              step.where());
      text.append(line.stripTrailing());
    }
    if (!left.isEmpty()) {
      text.append("\nLeft:");
      left.stream().limit(LONGEST_LEFT).forEach(line -> text.append("\n  ").append(line));
      if (left.size() > LONGEST_LEFT) {
        text.append("\n  … ").append(left.size() - LONGEST_LEFT).append(" more");
      }
    }
    return text.toString();
  }

  private static String name(Step step, Function<UUID, String> label) {
    UUID event = step.event();
    return event == null ? "" : label.apply(event);
  }
}
