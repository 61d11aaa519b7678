package io.artel.events.amqp.internal.publish;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofHours;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FitnessTest {

  private final Fitness fitness = new Fitness();

  @Test
  void whoWasNeverMetShouldBeAway() {
    assertThat(fitness.isFine()).isFalse();
    assertThat(fitness.isAway(ofHours(1))).isTrue();
  }

  @Test
  void whoWaitsShouldBeAwayOnlyAfterAWhile() {
    fitness.fine();
    assertThat(fitness.isFine()).isTrue();
    assertThat(fitness.isAway(ZERO)).isFalse();

    fitness.waiting(System.nanoTime());

    assertThat(fitness.isFine()).isFalse();
    assertThat(fitness.isAway(ofHours(1))).isFalse();
    assertThat(fitness.isAway(ZERO)).isTrue();
  }

  @Test
  void itShouldBeTheFirstWaitThatCounts() {
    fitness.fine();
    fitness.waiting(System.nanoTime() - ofHours(1).toNanos());
    fitness.waiting(System.nanoTime());

    assertThat(fitness.isAway(ofHours(1))).isTrue();
    fitness.fine();
    assertThat(fitness.isFine()).isTrue();
  }

  @Test
  void whoWasSilentShouldNotBeTrustedForAWhile() {
    fitness.fine();
    fitness.silent(System.nanoTime(), ofHours(1));
    fitness.fine();

    assertThat(fitness.isFine()).isFalse();
    assertThat(fitness.isAway(ofHours(1))).isTrue();

    fitness.silent(System.nanoTime() - ofHours(2).toNanos(), ofHours(1));
    assertThat(fitness.isFine()).isTrue();
  }
}
