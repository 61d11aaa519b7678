package io.artel.events.examples.stats;

import static io.artel.events.examples.contract.BilliardsEvents.ACHIEVEMENT_CHECK;
import static io.artel.events.examples.contract.BilliardsEvents.GAME_ENDED;
import static io.artel.events.examples.contract.BilliardsEvents.NOTIFY_ACHIEVEMENT_UNLOCKED;
import static io.artel.events.examples.contract.BilliardsEvents.SESSION_COMPLETED;
import static io.artel.events.examples.contract.BilliardsEvents.STATS_BALL_POTTED;
import static io.artel.events.examples.contract.BilliardsEvents.STATS_GAME_COMPLETED;
import static io.artel.events.examples.contract.BilliardsEvents.USER_RANK_UPDATED;
import static io.artel.events.examples.contract.BilliardsEvents.USER_REGISTERED;

import io.artel.events.Compensations;
import io.artel.events.Event;
import io.artel.events.HandlerContext;
import io.artel.events.ValidationException;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.Subscription;
import io.artel.events.examples.contract.Around;
import io.artel.events.examples.contract.BilliardsEvents.AchievementCheck;
import io.artel.events.examples.contract.BilliardsEvents.AchievementUnlocked;
import io.artel.events.examples.contract.BilliardsEvents.GameEnded;
import io.artel.events.examples.contract.BilliardsEvents.SessionCompleted;
import io.artel.events.examples.contract.BilliardsEvents.StatsBallPotted;
import io.artel.events.examples.contract.BilliardsEvents.StatsGameCompleted;
import io.artel.events.examples.contract.BilliardsEvents.UserRankUpdated;
import io.artel.events.examples.contract.BilliardsEvents.UserSeen;
import io.artel.events.examples.contract.BilliardsTopology;
import java.util.UUID;

/**
 * Counts what players do, ranks them after each settled game, and unlocks achievements. Its queue
 * keeps no order among games, and none is needed: everything it keeps is a sum.
 */
public final class StatsService {

  /** The service's name. */
  public static final String NAME = "stats_service";

  /** The achievement check that follows a won game. */
  private static final String GAME_WON = "game_won";

  private final StatsStore store;

  /** A service that keeps its statistics here. */
  public StatsService(StatsStore store) {
    this.store = store;
  }

  /**
   * Starts reading what is to be taken back: games that another service refused, which saw their
   * end at the same time.
   */
  public Subscription startUndoing(ArtelEvents artel) {
    return artel
        .subscribe(BilliardsTopology.COMPENSATION_QUEUE)
        .onOther(Compensations.none().undo(GAME_ENDED, this::undoGame))
        .start();
  }

  /** Starts reading what the statistics are made of. */
  public Subscription start(ArtelEvents artel, Around around) {
    return artel
        .subscribe(BilliardsTopology.STATS_QUEUE)
        .on(USER_REGISTERED, around.handler(this::userRegistered))
        .on(STATS_BALL_POTTED, around.handler(this::ballPotted))
        .on(GAME_ENDED, around.handler(this::gameEnded))
        .on(STATS_GAME_COMPLETED, around.handler(this::gameCompleted))
        .on(ACHIEVEMENT_CHECK, around.handler(this::achievementCheck))
        .on(SESSION_COMPLETED, around.handler(this::sessionCompleted))
        // Our own news comes back to us, because stats.* is bound; others are meant.
        .on(USER_RANK_UPDATED, around.handler((event, context) -> {}))
        .start();
  }

  void userRegistered(Event<UserSeen> event, HandlerContext context) {
    store.register(event.id(), userOf(event), event.data().displayName());
  }

  void ballPotted(Event<StatsBallPotted> event, HandlerContext context) {
    store.ballPotted(event.id(), event.data().playerId(), event.data().ballPoints());
  }

  void gameEnded(Event<GameEnded> event, HandlerContext context) {
    store.gamePlayed(event.id(), event.data().participants(), event.data().durationSeconds());
  }

  void undoGame(Event<GameEnded> event, HandlerContext context) {
    store.undoGamePlayed(event.id(), event.data().participants(), event.data().durationSeconds());
  }

  void gameCompleted(Event<StatsGameCompleted> event, HandlerContext context) {
    UUID user = userOf(event);
    StatsGameCompleted game = event.data();
    RankChange change = store.gameSettled(event.id(), user, game.rublesEarned(), game.rublesPaid());
    if (change.isNews()) {
      context.publish(
          USER_RANK_UPDATED, new UserRankUpdated(user, change.rank(), change.previous()));
    }
  }

  void achievementCheck(Event<AchievementCheck> event, HandlerContext context) {
    if (!event.data().achievementType().equals(GAME_WON)) {
      throw new ValidationException("only " + GAME_WON + " is checked here");
    }
    long wins = store.gameWon(event.id(), userOf(event));
    Achievement.ofWin(wins)
        .ifPresent(
            achievement ->
                context.publish(
                    NOTIFY_ACHIEVEMENT_UNLOCKED,
                    new AchievementUnlocked(
                        achievement.id(),
                        achievement.title(),
                        achievement.description(),
                        achievement.rarity())));
  }

  void sessionCompleted(Event<SessionCompleted> event, HandlerContext context) {
    store.sessionCompleted(event.id(), event.data().participants());
  }

  private static UUID userOf(Event<?> event) {
    UUID user = event.userId();
    if (user == null) {
      throw new ValidationException("an event about a user names the user");
    }
    return user;
  }
}
