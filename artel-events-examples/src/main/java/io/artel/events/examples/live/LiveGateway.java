package io.artel.events.examples.live;

import static io.artel.events.examples.contract.BilliardsEvents.LIVE_GAME_COMPLETED;
import static io.artel.events.examples.contract.BilliardsEvents.LIVE_NOTIFICATION;
import static io.artel.events.examples.contract.BilliardsEvents.LIVE_PLAYER_JOINED;
import static io.artel.events.examples.contract.BilliardsEvents.LIVE_SCORE_UPDATED;

import io.artel.events.Event;
import io.artel.events.HandlerContext;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.Subscription;
import io.artel.events.examples.contract.BilliardsEvents.GameCompletedLive;
import io.artel.events.examples.contract.BilliardsEvents.LiveNotification;
import io.artel.events.examples.contract.BilliardsEvents.PlayerJoined;
import io.artel.events.examples.contract.BilliardsEvents.ScoreUpdated;
import io.artel.events.examples.contract.BilliardsTopology;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Hears what is meant for those who watch, in a queue of its own that every other gateway has too,
 * and feeds a scoreboard.
 */
public final class LiveGateway {

  /** The service's name. */
  public static final String NAME = "websocket_service";

  private final Scoreboard scoreboard;
  private final AtomicLong notifications = new AtomicLong();

  /** A gateway that writes on this board. */
  public LiveGateway(Scoreboard scoreboard) {
    this.scoreboard = scoreboard;
  }

  /** Starts listening. */
  public Subscription start(ArtelEvents artel) {
    return artel
        .subscribeBroadcast(BilliardsTopology.BROADCAST, BilliardsTopology.BROADCAST_BINDING)
        .on(LIVE_PLAYER_JOINED, this::playerJoined)
        .on(LIVE_SCORE_UPDATED, this::scoreUpdated)
        .on(LIVE_GAME_COMPLETED, this::gameCompleted)
        .on(LIVE_NOTIFICATION, this::notified)
        .start();
  }

  /** How many notifications went to users. */
  public long notifications() {
    return notifications.get();
  }

  void playerJoined(Event<PlayerJoined> event, HandlerContext context) {
    scoreboard.show(event.data().playerId(), 0);
  }

  void scoreUpdated(Event<ScoreUpdated> event, HandlerContext context) {
    scoreboard.show(event.data().playerId(), event.data().newScore());
  }

  void gameCompleted(Event<GameCompletedLive> event, HandlerContext context) {
    event.data().results().forEach(result -> scoreboard.remove(result.userId()));
  }

  void notified(Event<LiveNotification> event, HandlerContext context) {
    notifications.incrementAndGet();
  }
}
