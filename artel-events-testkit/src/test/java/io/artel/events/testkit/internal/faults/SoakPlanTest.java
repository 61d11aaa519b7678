package io.artel.events.testkit.internal.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.artel.events.testkit.internal.faults.Nemesis.Side;
import io.artel.events.testkit.internal.faults.SoakPlan.Step;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a soak does is told by its seed. */
class SoakPlanTest {
  private static final int MANY = 90;

  @Test
  void seedShouldDecideAll() {
    assertThat(steps(3, "4.3.6", MANY)).isEqualTo(steps(3, "4.3.6", MANY));
    assertThat(steps(4, "4.3.6", MANY)).isNotEqualTo(steps(3, "4.3.6", MANY));
  }

  @Test
  void longerSoakShouldBeginLikeAShorterOne() {
    assertThat(steps(3, "4.3.6", MANY)).startsWith(steps(3, "4.3.6", 7).toArray(Step[]::new));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, Long.MIN_VALUE})
  void eachKindShouldComeBeforeOneComesAgain(long seed) {
    Nemesis[] all = Nemesis.values();
    List<Nemesis> kinds = steps(seed, "4.3.6", 3 * all.length).stream().map(Step::nemesis).toList();

    for (int i = 0; i < kinds.size(); i += all.length) {
      assertThat(kinds.subList(i, i + all.length)).containsExactlyInAnyOrder(all);
    }
  }

  @Test
  void everySideShouldHaveItsTurn() {
    assertThat(steps(1, "4.3.6", MANY)).extracting(Step::side).contains(Side.values());
  }

  @Test
  void eventsShouldFlowForSecondsBeforeEach() {
    assertThat(steps(1, "4.3.6", MANY))
        .extracting(Step::pause)
        .allMatch(pause -> pause.compareTo(Duration.ofSeconds(1)) >= 0)
        .allMatch(pause -> pause.compareTo(Duration.ofSeconds(5)) < 0);
  }

  @Test
  void brokersThatMoveSessionsWhenTheyRestartShouldNotRestart() {
    assertThat(Nemesis.on("3.10.8"))
        .hasSize(Nemesis.values().length - 1)
        .doesNotContain(Nemesis.BROKER_KILLED);
    assertThat(Nemesis.on("4.0.5")).containsExactly(Nemesis.values());
    assertThat(Nemesis.on("30.1")).containsExactly(Nemesis.values());
  }

  private static List<Step> steps(long seed, String version, int count) {
    SoakPlan plan = new SoakPlan(seed, Nemesis.on(version));
    return Stream.generate(plan::next).limit(count).toList();
  }
}
