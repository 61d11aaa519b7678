package io.artel.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ChildIdsTest {

  private static final UUID PARENT = UUID.fromString("00000000-0000-0000-0000-000000001111");

  /** The expected ids are those of Python's {@code uuid.uuid5(parent, "queue:type:ordinal")}. */
  @Test
  void idsShouldBeThoseThatPythonDerives() {
    assertThat(ChildIds.derive(PARENT, "game.service.queue", "stats.ball_potted", 0))
        .hasToString("546f79d1-8af2-5561-a621-49305f6d9eb7");
    assertThat(ChildIds.derive(PARENT, "game.service.queue", "stats.ball_potted", 1))
        .hasToString("364cb68f-774e-5947-a63e-5ac9ca8a6092");
    assertThat(
            ChildIds.derive(
                UUID.fromString("f47ac10b-58cc-4372-a567-0e02b2c3d479"),
                "очередь",
                "a.b",
                Integer.MAX_VALUE))
        .hasToString("bbd9ba61-70ba-54c3-a493-1b9c1db78d96");
  }

  @Test
  void idsShouldBeNameBasedVersionFive() {
    UUID id = ChildIds.derive(UUID.randomUUID(), "q", "a.b", 0);

    assertThat(id.version()).isEqualTo(5);
    assertThat(id.variant()).isEqualTo(2);
  }

  @Test
  void everyPartShouldMatter() {
    Set<UUID> ids = new HashSet<>();
    for (UUID parent : new UUID[] {PARENT, new UUID(0, 0)}) {
      for (String queue : new String[] {"a.queue", "b.queue"}) {
        for (String type : new String[] {"a.b", "a.c"}) {
          for (int ordinal = 0; ordinal < 12; ordinal++) {
            ids.add(ChildIds.derive(parent, queue, type, ordinal));
          }
        }
      }
    }

    assertThat(ids).hasSize(2 * 2 * 2 * 12);
  }
}
