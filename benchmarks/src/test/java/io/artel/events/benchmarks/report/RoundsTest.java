package io.artel.events.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.artel.events.benchmarks.report.Rounds.Measurement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RoundsTest {

  @Test
  void takeTurnsShouldMeasureAllOnceInEachRoundButNotAlwaysInTheSameOrder() throws Exception {
    List<String> taken = new ArrayList<>();
    Map<String, Measurement<Integer>> measurements = new LinkedHashMap<>();
    for (String name : List.of("a", "b", "c")) {
      measurements.put(
          name,
          () -> {
            taken.add(name);
            return taken.size();
          });
    }

    Map<String, List<Integer>> results = new Rounds(1, 9).takeTurns(measurements);

    List<List<String>> rounds = new ArrayList<>();
    for (int first = 0; first < taken.size(); first += 3) {
      rounds.add(taken.subList(first, first + 3));
    }
    assertThat(rounds)
        .hasSize(10)
        .allSatisfy(round -> assertThat(round).containsExactlyInAnyOrder("a", "b", "c"));
    assertThat(rounds).extracting(round -> round.get(0)).contains("a", "b", "c");
    assertThat(results.keySet()).containsExactly("a", "b", "c");
    assertThat(results.values())
        .allSatisfy(values -> assertThat(values).hasSize(9).doesNotContain(1, 2, 3));
  }
}
