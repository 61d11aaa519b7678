package io.artel.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class IdempotencyWindowTest {

  private static final UUID FIRST = new UUID(0, 1);
  private static final UUID SECOND = new UUID(0, 2);
  private static final UUID THIRD = new UUID(0, 3);

  private Instant now = Instant.parse("2026-11-23T12:00:00Z");
  private final Clock clock =
      new Clock() {
        @Override
        public ZoneId getZone() {
          return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
          return this;
        }

        @Override
        public Instant instant() {
          return now;
        }
      };

  @Test
  void eventsShouldBeKnownByQueueAndId() {
    IdempotencyWindow window = IdempotencyWindow.ofSize(10);

    window.markHandled("a.queue", FIRST);

    assertThat(window.isHandled("a.queue", FIRST)).isTrue();
    assertThat(window.isHandled("b.queue", FIRST)).isFalse();
    assertThat(window.isHandled("a.queue", SECOND)).isFalse();
  }

  @Test
  void theOldestShouldMakeRoomForTheNewest() {
    IdempotencyWindow window = IdempotencyWindow.ofSize(2);

    window.markHandled("a.queue", FIRST);
    window.markHandled("a.queue", SECOND);
    window.markHandled("a.queue", FIRST);
    window.markHandled("a.queue", THIRD);

    assertThat(window.isHandled("a.queue", FIRST)).isTrue();
    assertThat(window.isHandled("a.queue", SECOND)).isFalse();
    assertThat(window.isHandled("a.queue", THIRD)).isTrue();
  }

  @Test
  void eventsShouldBeForgottenWhenTheyAreOldEnough() {
    IdempotencyWindow window =
        IdempotencyWindow.ofSize(10).maxAge(Duration.ofMinutes(5)).clock(clock);
    window.markHandled("a.queue", FIRST);

    now = now.plus(Duration.ofMinutes(5)).minusNanos(1);
    assertThat(window.isHandled("a.queue", FIRST)).isTrue();
    now = now.plusNanos(1);
    assertThat(window.isHandled("a.queue", FIRST)).isFalse();
    window.markHandled("a.queue", SECOND);
    now = now.minusNanos(1);
    assertThat(window.isHandled("a.queue", FIRST)).isFalse();
  }

  @Test
  void boundsThatRememberNothingShouldBeRefused() {
    assertThatThrownBy(() -> IdempotencyWindow.ofSize(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("size is 0");
    assertThatThrownBy(() -> IdempotencyWindow.ofSize(1).maxAge(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("maxAge is PT0S");
  }
}
