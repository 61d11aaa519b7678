package io.artel.events.examples.game;

import static io.artel.events.examples.contract.BilliardsEvents.ACHIEVEMENT_CHECK;
import static io.artel.events.examples.contract.BilliardsEvents.BALL_POTTED;
import static io.artel.events.examples.contract.BilliardsEvents.FOUL_COMMITTED;
import static io.artel.events.examples.contract.BilliardsEvents.GAME_ENDED;
import static io.artel.events.examples.contract.BilliardsEvents.GAME_STARTED;
import static io.artel.events.examples.contract.BilliardsEvents.LIVE_GAME_COMPLETED;
import static io.artel.events.examples.contract.BilliardsEvents.LIVE_PLAYER_JOINED;
import static io.artel.events.examples.contract.BilliardsEvents.LIVE_SCORE_UPDATED;
import static io.artel.events.examples.contract.BilliardsEvents.NOTIFY_GAME_COMPLETED;
import static io.artel.events.examples.contract.BilliardsEvents.PLAYER_JOINED;
import static io.artel.events.examples.contract.BilliardsEvents.SESSION_COMPLETED;
import static io.artel.events.examples.contract.BilliardsEvents.SESSION_CREATED;
import static io.artel.events.examples.contract.BilliardsEvents.STATS_BALL_POTTED;
import static io.artel.events.examples.contract.BilliardsEvents.STATS_GAME_COMPLETED;
import static io.artel.events.examples.contract.BilliardsEvents.TEMPLATE_USED;
import static io.artel.events.examples.contract.BilliardsEvents.TURN_CHANGED;

import com.fasterxml.jackson.databind.JsonNode;
import io.artel.events.Event;
import io.artel.events.FailurePolicy;
import io.artel.events.HandlerContext;
import io.artel.events.ValidationException;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.Subscription;
import io.artel.events.examples.contract.Around;
import io.artel.events.examples.contract.BilliardsEvents.AchievementCheck;
import io.artel.events.examples.contract.BilliardsEvents.BallPotted;
import io.artel.events.examples.contract.BilliardsEvents.FoulCommitted;
import io.artel.events.examples.contract.BilliardsEvents.GameCompletedLive;
import io.artel.events.examples.contract.BilliardsEvents.GameCompletedNotice;
import io.artel.events.examples.contract.BilliardsEvents.GameEnded;
import io.artel.events.examples.contract.BilliardsEvents.GameStarted;
import io.artel.events.examples.contract.BilliardsEvents.PlayerJoined;
import io.artel.events.examples.contract.BilliardsEvents.PlayerResult;
import io.artel.events.examples.contract.BilliardsEvents.PottedBall;
import io.artel.events.examples.contract.BilliardsEvents.ScoreUpdated;
import io.artel.events.examples.contract.BilliardsEvents.SessionCompleted;
import io.artel.events.examples.contract.BilliardsEvents.SessionCreated;
import io.artel.events.examples.contract.BilliardsEvents.StatsBallPotted;
import io.artel.events.examples.contract.BilliardsEvents.StatsGameCompleted;
import io.artel.events.examples.contract.BilliardsEvents.Template;
import io.artel.events.examples.contract.BilliardsEvents.TurnChanged;
import io.artel.events.examples.contract.BilliardsTopology;
import java.util.List;
import java.util.UUID;
import java.util.function.ToLongFunction;

/**
 * Keeps the sessions: checks every event against the rules, keeps the score, settles games, and
 * tells the other services. An event against the rules is refused with a {@link
 * ValidationException}, which discards it; the end of a game, which the statistics count as well,
 * is compensated instead.
 *
 * <p>Handlers only repeat what they published when an event arrives a second time.
 */
public final class GameService {

  /** The service's name. */
  public static final String NAME = "game_service";

  private static final int SESSIONS_CHECKED = 10_000;

  private final GameStore store;

  /** A service that keeps its sessions here. */
  public GameService(GameStore store) {
    this.store = store;
  }

  /** Starts reading the game events. */
  public Subscription start(ArtelEvents artel, Around around) {
    return artel
        .subscribe(BilliardsTopology.GAME_QUEUE)
        .checkSequence(SESSIONS_CHECKED)
        .on(SESSION_CREATED, around.handler(this::sessionCreated))
        .on(PLAYER_JOINED, around.handler(this::playerJoined))
        .on(TEMPLATE_USED, around.handler(this::templateUsed))
        .on(GAME_STARTED, around.handler(this::gameStarted))
        .on(BALL_POTTED, around.handler(this::ballPotted))
        .on(FOUL_COMMITTED, around.handler(this::foulCommitted))
        .on(TURN_CHANGED, around.handler(this::turnChanged))
        .on(GAME_ENDED, around.handler(this::gameEnded))
        .on(SESSION_COMPLETED, around.handler(this::sessionCompleted))
        .onFailure(GAME_ENDED, FailurePolicy.compensate(ValidationException.class))
        .start();
  }

  void sessionCreated(Event<SessionCreated> event, HandlerContext context) {
    once(event, session -> done(session::create));
  }

  void playerJoined(Event<PlayerJoined> event, HandlerContext context) {
    UUID player = event.data().playerId();
    once(event, session -> done(() -> session.join(player)));
    context.publish(LIVE_PLAYER_JOINED.event(new PlayerJoined(player)).user(player));
  }

  void templateUsed(Event<Template> event, HandlerContext context) {
    JsonNode stake = event.data().rules().path("stake");
    once(
        event,
        session ->
            done(
                () -> {
                  if (!stake.isIntegralNumber() || !stake.canConvertToLong()) {
                    throw new ValidationException("a template names its stake as a whole number");
                  }
                  session.stake(stake.longValue());
                }));
  }

  void gameStarted(Event<GameStarted> event, HandlerContext context) {
    once(event, session -> done(() -> session.start(event.gameId(), event.data())));
  }

  void ballPotted(Event<BallPotted> event, HandlerContext context) {
    BallPotted potted = event.data();
    int score = (int) once(event, session -> session.pot(event.gameId(), potted));
    UUID player = potted.playerId();
    context.publish(
        STATS_BALL_POTTED
            .event(
                new StatsBallPotted(
                    player, potted.ballColor(), potted.ballPoints(), potted.gameType()))
            .user(player));
    context.publish(
        LIVE_SCORE_UPDATED
            .event(
                new ScoreUpdated(
                    player, score, new PottedBall(potted.ballColor(), potted.ballPoints())))
            .user(player));
  }

  void foulCommitted(Event<FoulCommitted> event, HandlerContext context) {
    FoulCommitted foul = event.data();
    int score = (int) once(event, session -> session.foul(event.gameId(), foul));
    context.publish(
        LIVE_SCORE_UPDATED
            .event(new ScoreUpdated(foul.playerId(), score, null))
            .user(foul.playerId()));
  }

  void turnChanged(Event<TurnChanged> event, HandlerContext context) {
    once(event, session -> done(() -> session.turn(event.gameId(), event.data())));
  }

  void gameEnded(Event<GameEnded> event, HandlerContext context) {
    once(event, session -> done(() -> session.end(event.gameId())));
    UUID sessionId = sessionOf(event);
    List<PlayerResult> results =
        store
            .read(sessionId, session -> session.finished().get(event.gameId()))
            .orElseThrow(() -> new IllegalStateException("the results of " + event + " are gone"));
    String gameType = event.data().gameType();
    for (PlayerResult result : results) {
      context.publish(
          STATS_GAME_COMPLETED
              .event(
                  new StatsGameCompleted(
                      gameType,
                      result.finalScore(),
                      result.ballsPotted(),
                      result.rublesEarned(),
                      result.rublesPaid(),
                      result.netResult(),
                      result.position(),
                      event.data().durationSeconds()))
              .user(result.userId()));
    }
    for (PlayerResult winner : KolkhozSettlement.winners(results)) {
      context.publish(
          ACHIEVEMENT_CHECK
              .event(new AchievementCheck("game_won", gameType, results))
              .user(winner.userId()));
    }
    context.publish(
        NOTIFY_GAME_COMPLETED,
        new GameCompletedNotice(
            gameType, results, KolkhozSettlement.soleWinner(results).orElse(null), sessionId));
    context.publish(LIVE_GAME_COMPLETED, new GameCompletedLive("The game is over.", results, true));
  }

  void sessionCompleted(Event<SessionCompleted> event, HandlerContext context) {
    once(event, session -> done(session::complete));
  }

  private long once(Event<?> event, ToLongFunction<GameSession> change) {
    return store.once(event.id(), sessionOf(event), change);
  }

  private static long done(Runnable change) {
    change.run();
    return 0;
  }

  private static UUID sessionOf(Event<?> event) {
    UUID session = event.sessionId();
    if (session == null) {
      throw new ValidationException("a game event names its session");
    }
    return session;
  }
}
