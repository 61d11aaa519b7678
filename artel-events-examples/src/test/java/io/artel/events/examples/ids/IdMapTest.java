package io.artel.events.examples.ids;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class IdMapTest {

  @Property(tries = 30)
  void itShouldKnowWhatAHashMapKnows(
      @ForAll long seed, @ForAll @IntRange(min = 0, max = 5000) int count) {
    Random random = new Random(seed);
    IdMap map = new IdMap();
    Map<UUID, Long> expected = new HashMap<>();
    for (int i = 0; i < count; i++) {
      // Few distinct bits, so that ids collide and repeat.
      UUID id = new UUID(random.nextInt(60), random.nextInt(60) * 1024L);
      long value = random.nextInt();
      Long before = expected.put(id, value);
      assertThat(map.put(id, value)).isEqualTo(before == null ? IdMap.ABSENT : before);
    }

    Map<UUID, Long> visited = new HashMap<>();
    map.forEach(visited::put);
    assertThat(visited).isEqualTo(expected);
    assertThat(map.size()).isEqualTo(expected.size());
    assertThat(expected).allSatisfy((id, value) -> assertThat(map.get(id)).isEqualTo(value));
    assertThat(map.get(new UUID(61, 0))).isEqualTo(IdMap.ABSENT);
  }

  @Test
  void theValueThatMeansAbsentShouldBeRefused() {
    assertThatThrownBy(() -> new IdMap().put(UUID.randomUUID(), IdMap.ABSENT))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theSameNameShouldMeanTheSameIdAndKindsShouldNotMix() {
    assertThat(NamedIds.player("Anna")).isEqualTo(NamedIds.player("Anna"));
    assertThat(NamedIds.player("Anna").version()).isEqualTo(3);
    assertThat(NamedIds.player("Anna")).isNotEqualTo(NamedIds.session("Anna"));
    assertThat(NamedIds.game("friday", 1)).isNotEqualTo(NamedIds.game("friday", 2));
  }
}
