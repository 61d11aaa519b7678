package io.artel.events.benchmarks.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Measurements that take turns, so that what disturbs the machine disturbs all of them; in another
 * order in each round, since what one leaves to the broker and the compiler is the next one's load.
 * The orders are the same in every run.
 *
 * @param discarded the rounds at the beginning that do not count
 * @param counted the rounds that do
 */
public record Rounds(int discarded, int counted) {

  /**
   * One thing to measure.
   *
   * @param <R> what comes of it
   */
  public interface Measurement<R> {
    /** Measures once. */
    R take() throws Exception;
  }

  /** How many there are. */
  public int all() {
    return discarded + counted;
  }

  /** Takes each measurement once in each round. */
  public <R> Map<String, List<R>> takeTurns(Map<String, Measurement<R>> measurements)
      throws Exception {
    return takeTurns(measurements, round -> {});
  }

  /**
   * Takes each measurement once in each round.
   *
   * @param finished told of each round's number, from 1, when it has ended
   */
  public <R> Map<String, List<R>> takeTurns(
      Map<String, Measurement<R>> measurements, Consumer<Integer> finished) throws Exception {
    Map<String, List<R>> results = new LinkedHashMap<>();
    measurements.keySet().forEach(name -> results.put(name, new ArrayList<>()));
    List<Map.Entry<String, Measurement<R>>> turns = new ArrayList<>(measurements.entrySet());
    Random random = new Random(all());
    for (int round = 0; round < all(); round++) {
      Collections.shuffle(turns, random);
      for (Map.Entry<String, Measurement<R>> each : turns) {
        R result = each.getValue().take();
        if (round >= discarded) {
          results.computeIfAbsent(each.getKey(), name -> new ArrayList<>()).add(result);
        }
      }
      finished.accept(round + 1);
    }
    return results;
  }
}
