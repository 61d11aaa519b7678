package io.artel.events.testkit.internal.embedded.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.artel.events.testkit.internal.embedded.message.DeathHistory.Death;
import io.artel.events.testkit.internal.embedded.wire.FieldValue;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeathHistoryTest {
  @Test
  void repeatedDeathCountsUpAndMovesToTheFront() {
    DeathHistory history =
        DeathHistory.NONE
            .died(death("a", "rejected"))
            .died(death("b", "expired"))
            .died(death("a", "rejected"));
    assertThat(told(history)).containsExactly("a rejected 2", "b expired 1");
  }

  @Test
  void eachReasonHasItsOwnEntry() {
    DeathHistory history =
        DeathHistory.NONE.died(death("a", "rejected")).died(death("a", "expired"));
    assertThat(told(history)).containsExactly("a expired 1", "a rejected 1");
  }

  @Test
  void queueIsACycleIfNothingWasRejectedSinceItWasThere() {
    DeathHistory history =
        DeathHistory.NONE
            .died(death("a", "expired"))
            .died(death("b", "rejected"))
            .died(death("c", "maxlen"));
    assertThat(history.cycles("c")).isTrue();
    assertThat(history.cycles("b")).isFalse();
    assertThat(history.cycles("a")).isFalse();
    assertThat(history.cycles("elsewhere")).isFalse();
  }

  @Test
  void headerOfAnotherTypeTellsNothing() {
    assertThat(told(DeathHistory.of(FieldValue.of("text")))).isEmpty();
    assertThat(told(DeathHistory.of(null))).isEmpty();
  }

  @Test
  void entriesThatAreNoTablesAreKeptAndAreNoCycle() {
    DeathHistory history =
        DeathHistory.of(FieldValue.of(List.of(FieldValue.of("odd")))).died(death("a", "expired"));
    assertThat(history.asHeader().elements()).hasSize(2);
    assertThat(history.cycles("a")).isTrue();
    assertThat(history.cycles("b")).isFalse();
  }

  private static Death death(String queue, String reason) {
    return new Death(queue, reason, 0, "exchange", List.of("key"), null);
  }

  private static List<String> told(DeathHistory history) {
    return history.asHeader().elements().stream()
        .map(FieldValue::table)
        .map(entry -> entry.get("queue") + " " + entry.get("reason") + " " + entry.get("count"))
        .toList();
  }
}
