package io.artel.events.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What may be asked of the runner, and what its reports say. */
class FaultRunnerTest {

  @Test
  void scenariosShouldBeInOrder() {
    assertThat(FaultRunner.scenarios())
        .startsWith("F1", "F2", "F3", "F4", "F5", "F6", "F7a", "F7b")
        .contains(
            "F7h", "F8", "F9", "F14", "F16", "F17", "F18a", "F18e", "F19", "F20c", "F21", "F22")
        .contains("F23", "F25", "F26", "F27", "F28", "F29")
        .doesNotHaveDuplicates();
  }

  @Test
  void unknownScenarioShouldBeNamed() {
    assertThatThrownBy(() -> FaultRunner.builder().only("F7", "F777").build())
        .hasMessageStartingWith("there is no fault scenario 'F777'; choose from [F1, F2, F3, F4,");
  }

  @Test
  void unknownBrokerShouldBeNamed() {
    assertThatThrownBy(() -> FaultRunner.builder().broker("2.8"))
        .hasMessage("there is no broker '2.8' for faults; choose from [3.10, 4.0, 4.3, embedded]");
  }

  @Test
  void faultThatTheEmbeddedBrokerCannotHaveShouldBeNamed() {
    assertThatThrownBy(() -> FaultRunner.builder().only("F2", "F7e").broker("embedded").build())
        .hasMessage("the embedded broker cannot have the faults [F2]; choose a RabbitMQ");
  }

  @Test
  void soakShouldBeOfOneThatLastsSoLong() {
    assertThatThrownBy(() -> FaultRunner.builder().only("F1").soak(Duration.ofMinutes(30)).build())
        .hasMessage("soak is 1800 s, but F29, which is to last so long, is not among [F1]");
    assertThatThrownBy(() -> FaultRunner.builder().soak(Duration.ofMillis(999)))
        .hasMessage("soak is PT0.999S, but must be a second or more");
    assertThat(FaultRunner.builder().only("F29").soak(Duration.ofSeconds(1)).build()).isNotNull();
  }

  @Test
  void harmlessScenarioShouldShowNothingWrongForEverySeed() {
    List<FaultReport> heard = new ArrayList<>();
    List<FaultReport> reports =
        FaultRunner.builder()
            .only("F27")
            .broker("embedded")
            .firstSeed(7)
            .seeds(2)
            .build()
            .run(heard::add);

    assertThat(reports).isEqualTo(heard).hasSize(1);
    FaultReport report = reports.get(0);
    assertThat(report.runs()).flatExtracting(FaultRun::violations).isEmpty();
    assertThat(report.runs()).extracting(FaultRun::seed).containsExactly(7L, 8L);
    assertThat(report.confirmed()).isGreaterThan(200);
    assertThat(report.duplicates()).isZero();
    assertThat(report.bound()).isZero();
  }

  @Test
  void reportShouldBeRedForARunThatShowedNothing() {
    FaultRun empty =
        new FaultRun(
            3,
            0,
            new DeliveryOracle("q").verdict(0),
            null,
            Duration.ofSeconds(1),
            List.of("the machine burns"),
            List.of("it took a while"),
            Map.of(),
            List.of(),
            "",
            Duration.ZERO);
    FaultReport report = new FaultReport("F0", "nothing", "none", List.of(empty));

    assertThat(report.isGreen()).isFalse();
    assertThat(report.reasons())
        .containsExactly(
            "seed 3: nothing was confirmed, so nothing was shown",
            "seed 3: nothing was handled, so nothing was shown",
            "seed 3: the machine burns",
            "seed 3: it took a while");
    assertThat(report.recovery()).isEmpty();
    assertThat(report.publisherRecovery()).contains(Duration.ofSeconds(1));
    assertThat(new FaultReport("F0", "nothing", "none", List.of()).isGreen()).isFalse();
  }
}
