package io.artel.events.examples.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.artel.events.EventCodec;
import io.artel.events.EventType;
import io.artel.events.QueueSpec;
import io.artel.events.Topology;
import io.artel.events.examples.contract.BilliardsEvents.PottedBall;
import io.artel.events.examples.contract.BilliardsEvents.ScoreUpdated;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class BilliardsContractTest {

  private final Topology topology = BilliardsTopology.ordered();

  @Test
  void everyTypeShouldHaveAnAudienceAndEveryBindingAType() {
    assertThat(topology.missingAudiences(BilliardsEvents.catalog())).isEmpty();
    assertThat(topology.idleBindings(BilliardsEvents.catalog())).isEmpty();
  }

  @Test
  void gameEventsShouldBeOrderedBySessionUnlessPrioritiesAreChosen() {
    QueueSpec ordered = topology.find(BilliardsTopology.GAME_QUEUE).orElseThrow();
    QueueSpec prioritized =
        BilliardsTopology.prioritized().find(BilliardsTopology.GAME_QUEUE).orElseThrow();

    assertThat(ordered.partitions()).isEqualTo(8);
    assertThat(prioritized.isPartitioned()).isFalse();
    assertThat(prioritized.highestPriority()).isEqualTo(10);
    assertThat(ordered.bindings()).containsExactly("game.*", "session.*", "template.used");
  }

  @Test
  void everyTypeShouldNameItsSourceUnlessItIsACompensation() {
    assertThat(BilliardsEvents.catalog().types())
        .filteredOn(type -> !type.name().startsWith("compensation."))
        .hasSize(25)
        .allSatisfy(type -> assertThat(type.sourceService()).endsWith("_service"));
  }

  @Test
  void compensationsShouldReachTheirQueue() {
    EventType<?> compensation =
        BilliardsEvents.catalog().find("compensation.game.ball_potted").orElseThrow();
    QueueSpec queue = topology.find(BilliardsTopology.COMPENSATION_QUEUE).orElseThrow();

    assertThat(queue.takes(compensation.routingKey())).isTrue();
  }

  @Test
  void payloadsShouldBeSnakeCaseOnTheWire() {
    ScoreUpdated update = new ScoreUpdated(UUID.randomUUID(), 12, new PottedBall("red", 4));
    byte[] body =
        EventCodec.create().encode(BilliardsEvents.LIVE_SCORE_UPDATED.event(update).build());

    assertThat(new String(body, StandardCharsets.UTF_8))
        .contains("\"data\":{\"player_id\":\"" + update.playerId() + "\",\"new_score\":12,")
        .contains("\"ball_potted\":{\"color\":\"red\",\"points\":4}")
        .contains("\"source_service\":\"websocket_service\"")
        .contains("\"priority\":10");
  }
}
