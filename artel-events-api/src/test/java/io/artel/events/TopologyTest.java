package io.artel.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TopologyTest {

  private static final Topology TOPOLOGY =
      Topology.on("artel.events")
          .queue("game.service.queue", q -> q.bind("game.*", "session.*").partitions(2))
          .queue("stats.service.queue", q -> q.bind("stats.*"))
          .queue("audit.log.queue", q -> q.bind("#").observer());

  @Test
  void deadLetterExchangeShouldBeNamedAfterTheExchange() {
    assertThat(TOPOLOGY.deadLetterExchange()).isEqualTo("artel.dlq");
    assertThat(Topology.on("billiards").deadLetterExchange()).isEqualTo("billiards.dlq");
  }

  @Test
  void queueShouldReturnAnotherTopology() {
    Topology more = TOPOLOGY.queue("friends.service.queue", q -> q.bind("friends.*"));

    assertThat(more.queues()).hasSize(4);
    assertThat(TOPOLOGY.queues()).hasSize(3);
    assertThat(more.find("friends.service.queue")).isPresent();
    assertThat(TOPOLOGY.find("friends.service.queue")).isEmpty();
  }

  @Test
  void sameQueueTwiceShouldBeRefused() {
    assertThatExceptionOfType(TopologyException.class)
        .isThrownBy(() -> TOPOLOGY.queue("audit.log.queue", q -> q))
        .withMessageContaining("audit.log.queue")
        .withMessageContaining("twice");
  }

  @Test
  void collidingNamesShouldNameBothOwners() {
    assertThatExceptionOfType(TopologyException.class)
        .isThrownBy(() -> TOPOLOGY.queue("stats.service.dlq", q -> q))
        .withMessageContaining("'stats.service.dlq' is needed twice")
        .withMessageContaining("'stats.service.queue'");
    assertThatExceptionOfType(TopologyException.class)
        .isThrownBy(() -> TOPOLOGY.queue("game.service.queue.00", q -> q))
        .withMessageContaining("'game.service.queue'");
    assertThatExceptionOfType(TopologyException.class)
        .isThrownBy(() -> TOPOLOGY.queue("retry.stats.service.queue.5000ms", q -> q))
        .withMessageContaining("'stats.service.queue'");
    assertThatExceptionOfType(TopologyException.class)
        .isThrownBy(() -> TOPOLOGY.queue("artel.dlq.unrouted", q -> q))
        .withMessageContaining("artel.dlq.unrouted");
  }

  @Test
  void ladderShouldHaveTheDefaultStepsAndThoseAskedFor() {
    QueueSpec stats = TOPOLOGY.find("stats.service.queue").orElseThrow();

    assertThat(TOPOLOGY.ladder(stats))
        .extracting(Duration::toSeconds)
        .containsExactly(5L, 10L, 20L, 40L, 80L, 160L, 300L);
    assertThat(
            TOPOLOGY
                .ladder(
                    stats.name(),
                    List.of(Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofMillis(1)))
                .ladder(stats))
        .extracting(Duration::toMillis)
        .startsWith(1L, 1000L, 5000L, 10_000L)
        .hasSize(9);
  }

  @Test
  void partitionedQueueShouldHaveNoLadder() {
    QueueSpec game = TOPOLOGY.find("game.service.queue").orElseThrow();

    assertThat(TOPOLOGY.ladder(game)).isEmpty();
    assertThat(TOPOLOGY.ladder(game.name(), List.of(Duration.ofSeconds(1))).ladder(game)).isEmpty();
  }

  @Test
  void ladderStepThatRabbitMqCannotHoldShouldBeRefused() {
    for (Duration step : List.of(Duration.ZERO, Duration.ofNanos(5), Duration.ofDays(50))) {
      assertThatExceptionOfType(TopologyException.class)
          .isThrownBy(() -> TOPOLOGY.ladder("stats.service.queue", List.of(step)))
          .withMessageContaining("stats.service.queue")
          .withMessageContaining(step.toString());
    }
  }

  @Test
  void ladderOfUnknownQueueShouldNameThoseThereAre() {
    assertThatExceptionOfType(TopologyException.class)
        .isThrownBy(() -> TOPOLOGY.ladder("nobody.queue", List.of()))
        .withMessageContaining("nobody.queue")
        .withMessageContaining("audit.log.queue");
  }

  @Test
  void requiredAudienceShouldNotBeAnObserver() {
    EventType<String> friends = EventType.of("friends.request_sent", String.class);
    EventType<String> stats = EventType.of("stats.ball_potted", String.class);
    EventCatalog catalog = EventCatalog.of(friends, stats);

    assertThat(TOPOLOGY.missingAudiences(catalog))
        .singleElement()
        .asString()
        .contains("friends.request_sent")
        .contains("optionalAudience()");
    assertThat(TOPOLOGY.missingAudiences(EventCatalog.of(friends.optionalAudience()))).isEmpty();
  }

  @Test
  void bindingThatNoTypeMatchesShouldBeFound() {
    EventCatalog catalog =
        EventCatalog.of(
            EventType.of("stats.ball_potted", String.class),
            EventType.of("game.started", String.class));

    assertThat(TOPOLOGY.idleBindings(catalog))
        .singleElement()
        .asString()
        .contains("game.service.queue")
        .contains("session.*");
    assertThat(TOPOLOGY.idleBindings(EventCatalog.empty())).isEmpty();
  }
}
