package io.artel.events.examples.play;

import static org.assertj.core.api.Assertions.assertThat;

import io.artel.events.Outcome;
import io.artel.events.QueueSpec;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class LossesTest {

  private static final UUID ONE = new UUID(1, 1);
  private static final UUID TWO = new UUID(1, 2);
  private static final UUID THREE = new UUID(1, 3);

  private final QueueLedger ledger = new QueueLedger(QueueSpec.of("stats.service.queue"));
  private long ready;
  private Set<UUID> deadLetters = Set.of();
  private Set<UUID> retrying = Set.of();

  @Test
  void anEventThatIsNowhereShouldBeLost() throws IOException {
    ledger.confirmed(ONE);

    assertThat(find(0)).isEqualTo(new Losses(1, 0, 0));
  }

  @Test
  void anEventWithAnOutcomeShouldNotBeLookedFor() throws IOException {
    ledger.confirmed(ONE);
    ledger.settled(ONE, Outcome.DISCARDED);

    assertThat(find(0)).isEqualTo(new Losses(0, 0, 0));
  }

  @Test
  void anEventInTheDeadLetterQueueTheLadderOrASourceShouldNotBeLost() throws IOException {
    ledger.confirmed(ONE);
    ledger.confirmed(TWO);
    ledger.confirmed(THREE);
    deadLetters = Set.of(ONE);
    retrying = Set.of(TWO);
    ready = 1;

    assertThat(find(0)).isEqualTo(new Losses(0, 2, 1));
  }

  @Test
  void whatSomebodyElseHasInTheQueuesShouldNotHideALoss() throws IOException {
    ledger.confirmed(ONE);
    ledger.confirmed(TWO);
    ledger.settled(TWO, Outcome.DEAD_LETTERED);
    // Our own dead letter, one of an earlier run, and what was ready before the play.
    deadLetters = Set.of(TWO, THREE);
    ready = 5;

    assertThat(find(5)).isEqualTo(new Losses(1, 0, 0));
  }

  @Test
  void oneMessageInASourceShouldExcuseOneEventOnly() throws IOException {
    ledger.confirmed(ONE);
    ledger.confirmed(TWO);
    ready = 1;

    assertThat(find(0)).isEqualTo(new Losses(1, 1, 0));
  }

  private Losses find(long before) throws IOException {
    return Losses.find(
        List.of(ledger),
        Map.of("stats.service.queue", before),
        new Losses.Places() {
          @Override
          public long ready(QueueSpec queue) {
            return ready;
          }

          @Override
          public Set<UUID> deadLetters(QueueSpec queue) {
            return new HashSet<>(deadLetters);
          }

          @Override
          public Set<UUID> retryingOrUnrouted(QueueSpec queue) {
            return new HashSet<>(retrying);
          }
        });
  }
}
