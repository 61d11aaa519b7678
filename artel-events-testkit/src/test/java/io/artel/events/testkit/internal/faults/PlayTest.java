package io.artel.events.testkit.internal.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.artel.events.testkit.FaultRun;
import org.junit.jupiter.api.Test;

/** What a run tells in which something goes wrong that no scenario foresees. */
class PlayTest {

  private static FaultRun once(Scenario.Act act) {
    try (EmbeddedNode node = new EmbeddedNode()) {
      return Play.once(Scenario.of("T1", "a test", act), node, 1);
    }
  }

  @Test
  void figuresOfScenarioThatFailsShouldBeTold() {
    FaultRun run =
        once(
            stage -> {
              stage.fault();
              stage.figure("seen", 7);
              throw new IllegalStateException("all is lost");
            });

    assertThat(run.reasons())
        .containsExactly("the scenario failed: java.lang.IllegalStateException: all is lost");
    assertThat(run.figures()).containsEntry("seen", 7L);
    assertThat(run.verdict().confirmed()).isPositive();
  }

  @Test
  void figuresShouldBeToldIfWhatIsLeftCannotBeLookedAt() {
    FaultRun run =
        once(
            stage -> {
              stage.fault();
              stage.figure("seen", 7);
              String letters = stage.topology.find(Stage.ORDERED).orElseThrow().deadLetterQueue();
              stage.administer(channel -> channel.queueDelete(letters));
            });

    assertThat(run.reasons())
        .singleElement()
        .asString()
        .startsWith("what is left in queues could not be looked at: ")
        .contains("dlq");
    assertThat(run.figures()).containsEntry("seen", 7L);
    assertThat(run.verdict().confirmed()).isPositive();
    assertThat(run.verdict().lost()).isZero();
  }
}
