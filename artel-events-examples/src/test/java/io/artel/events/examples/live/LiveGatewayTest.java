package io.artel.events.examples.live;

import static io.artel.events.examples.contract.BilliardsEvents.LIVE_GAME_COMPLETED;
import static io.artel.events.examples.contract.BilliardsEvents.LIVE_NOTIFICATION;
import static io.artel.events.examples.contract.BilliardsEvents.LIVE_PLAYER_JOINED;
import static io.artel.events.examples.contract.BilliardsEvents.LIVE_SCORE_UPDATED;
import static org.assertj.core.api.Assertions.assertThat;

import io.artel.events.Event;
import io.artel.events.examples.contract.BilliardsEvents.GameCompletedLive;
import io.artel.events.examples.contract.BilliardsEvents.LiveNotification;
import io.artel.events.examples.contract.BilliardsEvents.PlayerJoined;
import io.artel.events.examples.contract.BilliardsEvents.PlayerResult;
import io.artel.events.examples.contract.BilliardsEvents.ScoreUpdated;
import io.artel.events.examples.contract.BilliardsTopology;
import io.artel.events.testkit.FakeHandlerContext;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class LiveGatewayTest {

  private static final UUID ANNA = new UUID(1, 1);
  private static final UUID BORIS = new UUID(1, 2);

  private final Scoreboard scoreboard = new Scoreboard();
  private final LiveGateway gateway = new LiveGateway(scoreboard);

  @Test
  void theBoardShouldShowTheBestScoresOfRunningGames() {
    Event<PlayerJoined> joined = LIVE_PLAYER_JOINED.event(new PlayerJoined(BORIS)).build();
    gateway.playerJoined(joined, context(joined));
    score(ANNA, 4);
    score(ANNA, 11);

    assertThat(scoreboard.top(5))
        .containsExactly(new Scoreboard.Line(ANNA, 11), new Scoreboard.Line(BORIS, 0));
    assertThat(scoreboard.top(1)).hasSize(1);

    Event<GameCompletedLive> over =
        LIVE_GAME_COMPLETED
            .event(
                new GameCompletedLive(
                    "over", List.of(new PlayerResult(ANNA, 11, 2, 0, 0, 0, 1)), true))
            .build();
    gateway.gameCompleted(over, context(over));
    assertThat(scoreboard.top(5)).containsExactly(new Scoreboard.Line(BORIS, 0));
  }

  @Test
  void notificationsShouldBeCounted() {
    Event<LiveNotification> event =
        LIVE_NOTIFICATION.event(new LiveNotification("title", "body")).user(ANNA).build();

    gateway.notified(event, context(event));

    assertThat(gateway.notifications()).isEqualTo(1);
  }

  private void score(UUID player, int score) {
    Event<ScoreUpdated> event =
        LIVE_SCORE_UPDATED.event(new ScoreUpdated(player, score, null)).build();
    gateway.scoreUpdated(event, context(event));
  }

  private static FakeHandlerContext context(Event<?> event) {
    return FakeHandlerContext.of(event).queue(BilliardsTopology.BROADCAST);
  }
}
