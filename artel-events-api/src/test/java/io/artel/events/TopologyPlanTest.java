package io.artel.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.artel.events.TopologyPlan.Finding;
import io.artel.events.TopologyPlan.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TopologyPlanTest {

  @Test
  void planWithoutFindingsShouldSayThatThereIsNothingToDo() {
    TopologyPlan plan = new TopologyPlan("topology artel.events", "RabbitMQ 4.3.6", List.of());

    assertThat(plan.nothingToDo()).isTrue();
    assertThat(plan).hasToString("topology artel.events on RabbitMQ 4.3.6: nothing to do");
  }

  @ParameterizedTest
  @EnumSource(names = {"REFUSED", "DIFFERENT", "MISSING"})
  void whatDeclaringWouldChangeOrFailOnShouldBeSomethingToDo(Kind kind) {
    TopologyPlan plan = plan(new Finding(kind, "queue 'q'", "why"));

    assertThat(plan.nothingToDo()).isFalse();
    assertThat(plan.toString()).contains("1 " + kind).doesNotContain("nothing to do");
  }

  @ParameterizedTest
  @EnumSource(names = {"RETIRED", "EXTRA", "NOT_CHECKED"})
  void whatDeclaringLeavesAloneShouldBeShownBesideNothingToDo(Kind kind) {
    TopologyPlan plan = plan(new Finding(kind, "queue 'q'", "why"));

    assertThat(plan.nothingToDo()).isTrue();
    assertThat(plan.toString()).contains("nothing to do").contains("queue 'q': why");
  }

  @Test
  void findingsShouldBeSortedByUrgency() {
    TopologyPlan plan =
        plan(
            new Finding(Kind.NOT_CHECKED, "e", ""),
            new Finding(Kind.MISSING, "c", ""),
            new Finding(Kind.MISSING, "d", ""),
            new Finding(Kind.REFUSED, "a", ""),
            new Finding(Kind.DIFFERENT, "b", ""));

    assertThat(plan.findings())
        .extracting(Finding::subject)
        .containsExactly("a", "b", "c", "d", "e");
    assertThat(plan.findings(Kind.MISSING)).extracting(Finding::subject).containsExactly("c", "d");
    assertThat(plan.toString()).contains("1 refused, 1 different, 2 missing, 1 not checked");
  }

  private static TopologyPlan plan(Finding... findings) {
    return new TopologyPlan("topology artel.events", "RabbitMQ 4.3.6", List.of(findings));
  }
}
