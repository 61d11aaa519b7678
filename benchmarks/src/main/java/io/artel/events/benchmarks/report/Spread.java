package io.artel.events.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The values of all rounds, as their median and how far they lie apart.
 *
 * @param rounds in the order in which they were taken
 */
public record Spread(double median, double least, double greatest, List<Double> rounds) {

  /** Of these values. */
  public static Spread of(List<Double> rounds) {
    List<Double> sorted = rounds.stream().sorted().toList();
    int half = sorted.size() / 2;
    double median = (sorted.get(half) + sorted.get((sorted.size() - 1) / 2)) / 2;
    return new Spread(median, sorted.get(0), sorted.get(sorted.size() - 1), List.copyOf(rounds));
  }

  /** {@return these by others, round by round} */
  public Spread by(Spread others) {
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < rounds.size(); i++) {
      ratios.add(rounds.get(i) / others.rounds.get(i));
    }
    return of(ratios);
  }

  /**
   * {@return the median of these by the median of others, for what swings too much to be compared
   * round by round}
   */
  public Spread medianBy(Spread others) {
    Spread ratios = by(others);
    return new Spread(median / others.median, ratios.least, ratios.greatest, ratios.rounds);
  }

  /** {@return the greater of each round} */
  public Spread orGreater(Spread others) {
    List<Double> greater = new ArrayList<>();
    for (int i = 0; i < rounds.size(); i++) {
      greater.add(Math.max(rounds.get(i), others.rounds.get(i)));
    }
    return of(greater);
  }

  /** The median as people read it. */
  String shown() {
    return shown(median);
  }

  /** From the least to the greatest, as people read it. */
  String shownRange() {
    return shown(least) + "–" + shown(greatest);
  }

  private String shown(double number) {
    return String.format(Locale.ROOT, greatest < 100 ? "%,.2f" : "%,.0f", number);
  }
}
