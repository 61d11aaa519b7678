package io.artel.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventPriorityTest {

  @Test
  void numbersShouldBeThoseOfTheWire() {
    assertThat(Arrays.stream(EventPriority.values()).map(EventPriority::number))
        .containsExactly(1, 5, 8, 10);
  }

  @ParameterizedTest
  @EnumSource
  void numberShouldLeadBackToItsPriority(EventPriority priority) {
    assertThat(EventPriority.of(priority.number())).isEqualTo(priority);
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 2, 9, 11, Integer.MAX_VALUE})
  void otherNumberShouldBeRefused(int number) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EventPriority.of(number))
        .withMessageContaining(String.valueOf(number));
  }
}
