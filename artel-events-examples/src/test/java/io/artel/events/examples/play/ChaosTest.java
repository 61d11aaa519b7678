package io.artel.events.examples.play;

import static org.assertj.core.api.Assertions.assertThat;

import io.artel.events.EventType;
import io.artel.events.testkit.FakeHandlerContext;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ChaosTest {

  private static final EventType<String> TYPE = EventType.of("chaos.test", String.class);

  private static List<String> failures(long seed) throws Exception {
    List<String> failures = new ArrayList<>();
    var handler = new Chaos(seed).<String>handler((event, context) -> {});
    for (int i = 0; i < 1200; i++) {
      var event = TYPE.event("x").id(new UUID(1, i)).source("test").build();
      try {
        handler.handle(event, FakeHandlerContext.of(event));
        failures.add("");
      } catch (RuntimeException e) {
        failures.add(e.getClass().getSimpleName());
      }
    }
    return failures;
  }

  @Test
  void theSeedShouldDecideWhichEventsFailAndHow() throws Exception {
    List<String> failures = failures(1);

    assertThat(failures(1)).isEqualTo(failures);
    assertThat(failures(2)).isNotEqualTo(failures);
    assertThat(failures.stream().distinct())
        .containsExactlyInAnyOrder(
            "",
            "TransientException",
            "PermanentException",
            "ValidationException",
            "BusinessRuleException",
            "IllegalMonitorStateException");
    assertThat(failures.stream().filter(failure -> !failure.isEmpty()).count())
        .isBetween(50L, 150L);
  }
}
