package io.artel.events.examples.play;

import static io.artel.events.examples.contract.BilliardsEvents.GAME_ENDED;
import static io.artel.events.examples.contract.BilliardsEvents.GAME_STARTED;
import static io.artel.events.examples.contract.BilliardsEvents.KOLKHOZ;
import static io.artel.events.examples.contract.BilliardsEvents.PLAYER_JOINED;
import static io.artel.events.examples.contract.BilliardsEvents.SESSION_CREATED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.artel.events.Event;
import io.artel.events.FlowObserver;
import io.artel.events.Outcome;
import io.artel.events.examples.contract.BilliardsEvents.GameEnded;
import io.artel.events.examples.contract.BilliardsEvents.GameStarted;
import io.artel.events.examples.contract.BilliardsEvents.PlayerJoined;
import io.artel.events.examples.contract.BilliardsEvents.SessionCreated;
import io.artel.events.examples.contract.BilliardsTopology;
import io.artel.events.examples.stats.PlayerStats;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** What the statistics counted of a game that the game service refuses is taken back. */
abstract class RolledBack {

  private static final Duration SOON = Duration.ofSeconds(30);

  private final UUID anna = UUID.randomUUID();
  private final UUID boris = UUID.randomUUID();
  private final UUID session = UUID.randomUUID();
  private final UUID game = UUID.randomUUID();
  private final Queue<FlowObserver.Settlement> settled = new ConcurrentLinkedQueue<>();

  abstract BrokerAddress address();

  @Test
  void aRefusedEndShouldLeaveTheStatisticsAsTheyWere() {
    FlowObserver observer =
        new FlowObserver() {
          @Override
          public void settled(Settlement settlement) {
            settled.add(settlement);
          }
        };
    try (Billiards services = Billiards.start(address(), BilliardsTopology.ordered(), observer)) {
      publish(services, SESSION_CREATED.event(new SessionCreated(anna)));
      publish(services, PLAYER_JOINED.event(new PlayerJoined(anna)));
      publish(services, PLAYER_JOINED.event(new PlayerJoined(boris)));
      publish(
          services,
          GAME_STARTED.event(new GameStarted(KOLKHOZ, List.of(anna, boris), "table 1", null)));
      Event<?> end = publish(services, end(90));
      Event<?> endAgain = publish(services, end(1000));
      await()
          .atMost(SOON)
          .until(
              () ->
                  outcomes(BilliardsTopology.STATS_QUEUE, end).size() == 1
                      && outcomes(BilliardsTopology.STATS_QUEUE, endAgain).size() == 1
                      && settled.stream()
                          .anyMatch(
                              each -> each.queue().equals(BilliardsTopology.COMPENSATION_QUEUE)));

      assertThat(outcomes(BilliardsTopology.GAME_QUEUE, end)).containsExactly(Outcome.HANDLED);
      assertThat(outcomes(BilliardsTopology.GAME_QUEUE, endAgain))
          .containsExactly(Outcome.COMPENSATED);
      assertThat(services.stats().all())
          .extractingByKey(anna)
          .returns(90L, PlayerStats::secondsPlayed);
      assertThat(services.stats().all())
          .extractingByKey(boris)
          .returns(90L, PlayerStats::secondsPlayed);
      assertThat(settled)
          .filteredOn(each -> each.queue().equals(BilliardsTopology.COMPENSATION_QUEUE))
          .extracting(FlowObserver.Settlement::outcome)
          .containsExactly(Outcome.HANDLED);
    }
  }

  private Event.Builder<GameEnded> end(long seconds) {
    return GAME_ENDED.event(new GameEnded(KOLKHOZ, List.of(anna, boris), seconds));
  }

  private <T> Event<T> publish(Billiards services, Event.Builder<T> builder) {
    Event<T> event = builder.id(UUID.randomUUID()).session(session).game(game).user(anna).build();
    services.players().publish(event);
    return event;
  }

  private List<Outcome> outcomes(String queue, Event<?> event) {
    return settled.stream()
        .filter(each -> each.queue().equals(queue))
        .filter(each -> each.event() != null && each.event().id().equals(event.id()))
        .map(FlowObserver.Settlement::outcome)
        .toList();
  }
}
