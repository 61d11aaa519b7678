package io.artel.events.examples.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RankingTest {

  @Property(tries = 100)
  void aRankShouldBeOneMoreThanThereAreBetterResults(
      @ForAll long seed, @ForAll @IntRange(min = 0, max = 300) int steps) {
    Random random = new Random(seed);
    Ranking ranking = new Ranking();
    List<Long> nets = new ArrayList<>();
    for (int step = 0; step < steps; step++) {
      if (!nets.isEmpty() && random.nextInt(3) == 0) {
        ranking.remove(nets.remove(random.nextInt(nets.size())));
      } else {
        long net = random.nextInt(40) - 20L;
        ranking.add(net);
        nets.add(net);
      }
    }

    for (long net = -21; net <= 21; net++) {
      long asked = net;
      assertThat((long) ranking.rank(net))
          .isEqualTo(1 + nets.stream().filter(other -> other > asked).count());
    }
  }

  @Test
  void aResultThatNobodyHasShouldNotBeRemoved() {
    Ranking ranking = new Ranking();
    ranking.add(5);

    assertThatThrownBy(() -> ranking.remove(6)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ranking.remove(4)).isInstanceOf(IllegalArgumentException.class);
  }
}
