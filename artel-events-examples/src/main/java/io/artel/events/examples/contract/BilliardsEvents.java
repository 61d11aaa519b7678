package io.artel.events.examples.contract;

import static io.artel.events.EventPriority.CRITICAL;
import static io.artel.events.EventPriority.HIGH;
import static io.artel.events.EventPriority.LOW;

import com.fasterxml.jackson.databind.JsonNode;
import io.artel.events.EventCatalog;
import io.artel.events.EventType;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Every event type of the platform with its payload, default priority and default source. Component
 * names are snake_case on the wire.
 */
public final class BilliardsEvents {

  private static final String GAME = "game_service";
  private static final String STATS = "stats_service";
  private static final String NOTIFICATIONS = "notification_service";
  private static final String WEBSOCKET = "websocket_service";
  private static final String FRIENDS = "friends_service";
  private static final String AUTH = "auth_service";
  private static final String TEMPLATES = "template_service";

  /** The only kind of game so far. */
  public static final String KOLKHOZ = "kolkhoz";

  /** A game begins; the participants play in this order. */
  public record GameStarted(
      String gameType, List<UUID> participants, String table, @Nullable UUID templateId) {}

  /** A ball went in; the score and the seat are as whoever reports it sees them. */
  public record BallPotted(
      UUID playerId,
      String ballColor,
      int ballPoints,
      int totalScore,
      int turnPosition,
      String gameType) {}

  /** A foul, and the points that it costs. */
  public record FoulCommitted(UUID playerId, int penaltyPoints, String reason) {}

  /** The player who is at the table from now on, and that player's seat, the first being 1. */
  public record TurnChanged(UUID playerId, int turnPosition) {}

  /** A game is over. */
  public record GameEnded(String gameType, List<UUID> participants, long durationSeconds) {}

  /** A player opens a session. */
  public record SessionCreated(UUID playerId) {}

  /** A player comes to a session. */
  public record PlayerJoined(UUID playerId) {}

  /** A session is over. */
  public record SessionCompleted(List<UUID> participants) {}

  /** A ball for the statistics. */
  public record StatsBallPotted(UUID playerId, String ballColor, int ballPoints, String gameType) {}

  /** What one game came to for one player. */
  public record StatsGameCompleted(
      String gameType,
      int finalScore,
      int ballsPotted,
      long rublesEarned,
      long rublesPaid,
      long netResult,
      int position,
      long gameDuration) {}

  /** What one game came to for one player, as it is shown to the others. */
  public record PlayerResult(
      UUID userId,
      int finalScore,
      int ballsPotted,
      long rublesEarned,
      long rublesPaid,
      long netResult,
      int position) {}

  /** Something happened that may be worth an achievement. */
  public record AchievementCheck(
      String achievementType, String gameType, List<PlayerResult> context) {}

  /** A player's rank by net result; the first is 1. Without a previous rank on the first game. */
  public record UserRankUpdated(UUID userId, int rank, @Nullable Integer previousRank) {}

  /** A game's results for its players; without a winner when it is a draw at the top. */
  public record GameCompletedNotice(
      String gameType, List<PlayerResult> results, @Nullable UUID winner, UUID sessionId) {}

  /** A player has a new achievement. */
  public record AchievementUnlocked(
      String achievementId, String achievementName, String achievementDescription, String rarity) {}

  /** A text for a user's device. */
  public record PushRequired(String title, String body) {}

  /** The new score of a player; the ball is missing after a foul. */
  public record ScoreUpdated(UUID playerId, int newScore, @Nullable PottedBall ballPotted) {}

  /** The ball of a {@link ScoreUpdated}. */
  public record PottedBall(String color, int points) {}

  /** The results of a game, for those who watch. */
  public record GameCompletedLive(
      String message, List<PlayerResult> results, boolean nextGameAvailable) {}

  /** A text for a user who watches. */
  public record LiveNotification(String title, String body) {}

  /** A friendship, asked for or accepted. */
  public record Friendship(UUID fromUserId, UUID toUserId) {}

  /** A new user, or one who is back. */
  public record UserSeen(String displayName) {}

  /** A template of games, made or used. */
  public record Template(UUID templateId, String gameType, JsonNode rules) {}

  /** What is to be undone. */
  public record Compensation(
      JsonNode originalEvent, String errorReason, String compensationAction) {}

  public static final EventType<GameStarted> GAME_STARTED =
      EventType.of("game.started", GameStarted.class).priority(HIGH).source(GAME);
  public static final EventType<BallPotted> BALL_POTTED =
      EventType.of("game.ball_potted", BallPotted.class).priority(HIGH).source(GAME);
  public static final EventType<FoulCommitted> FOUL_COMMITTED =
      EventType.of("game.foul_committed", FoulCommitted.class).priority(HIGH).source(GAME);
  public static final EventType<TurnChanged> TURN_CHANGED =
      EventType.of("game.turn_changed", TurnChanged.class).source(GAME);
  public static final EventType<GameEnded> GAME_ENDED =
      EventType.of("game.ended", GameEnded.class).priority(HIGH).source(GAME);

  public static final EventType<SessionCreated> SESSION_CREATED =
      EventType.of("session.created", SessionCreated.class).source(GAME);
  public static final EventType<PlayerJoined> PLAYER_JOINED =
      EventType.of("session.player_joined", PlayerJoined.class).source(GAME);
  public static final EventType<SessionCompleted> SESSION_COMPLETED =
      EventType.of("session.completed", SessionCompleted.class).source(GAME);

  public static final EventType<StatsBallPotted> STATS_BALL_POTTED =
      EventType.of("stats.ball_potted", StatsBallPotted.class).source(STATS);
  public static final EventType<StatsGameCompleted> STATS_GAME_COMPLETED =
      EventType.of("stats.game_completed", StatsGameCompleted.class).source(STATS);
  public static final EventType<AchievementCheck> ACHIEVEMENT_CHECK =
      EventType.of("stats.achievement_check", AchievementCheck.class).source(STATS);
  public static final EventType<UserRankUpdated> USER_RANK_UPDATED =
      EventType.of("stats.user_rank_updated", UserRankUpdated.class).source(STATS);

  public static final EventType<GameCompletedNotice> NOTIFY_GAME_COMPLETED =
      EventType.of("notifications.game_completed", GameCompletedNotice.class)
          .priority(HIGH)
          .source(NOTIFICATIONS);
  public static final EventType<AchievementUnlocked> NOTIFY_ACHIEVEMENT_UNLOCKED =
      EventType.of("notifications.achievement_unlocked", AchievementUnlocked.class)
          .priority(HIGH)
          .source(NOTIFICATIONS);
  public static final EventType<PushRequired> NOTIFY_PUSH_REQUIRED =
      EventType.of("notifications.push_required", PushRequired.class)
          .priority(HIGH)
          .source(NOTIFICATIONS);

  public static final EventType<ScoreUpdated> LIVE_SCORE_UPDATED =
      EventType.of("websocket.score_updated", ScoreUpdated.class)
          .priority(CRITICAL)
          .optionalAudience()
          .source(WEBSOCKET);
  public static final EventType<GameCompletedLive> LIVE_GAME_COMPLETED =
      EventType.of("websocket.game_completed", GameCompletedLive.class)
          .priority(CRITICAL)
          .optionalAudience()
          .source(WEBSOCKET);
  public static final EventType<PlayerJoined> LIVE_PLAYER_JOINED =
      EventType.of("websocket.player_joined", PlayerJoined.class)
          .priority(CRITICAL)
          .optionalAudience()
          .source(WEBSOCKET);
  public static final EventType<LiveNotification> LIVE_NOTIFICATION =
      EventType.of("websocket.notification", LiveNotification.class)
          .priority(CRITICAL)
          .optionalAudience()
          .source(WEBSOCKET);

  public static final EventType<Friendship> FRIEND_REQUEST_SENT =
      EventType.of("friends.request_sent", Friendship.class).source(FRIENDS);
  public static final EventType<Friendship> FRIEND_REQUEST_ACCEPTED =
      EventType.of("friends.request_accepted", Friendship.class).source(FRIENDS);

  public static final EventType<UserSeen> USER_REGISTERED =
      EventType.of("auth.user_registered", UserSeen.class).source(AUTH);
  public static final EventType<UserSeen> USER_LOGGED_IN =
      EventType.of("auth.user_logged_in", UserSeen.class)
          .priority(LOW)
          .optionalAudience()
          .source(AUTH);

  public static final EventType<Template> TEMPLATE_CREATED =
      EventType.of("template.created", Template.class).optionalAudience().source(TEMPLATES);
  public static final EventType<Template> TEMPLATE_USED =
      EventType.of("template.used", Template.class).source(TEMPLATES);

  private static final EventCatalog CATALOG = withCompensations(plainTypes());

  private BilliardsEvents() {}

  /** All of them, and for each one the {@code compensation.<type>} that may follow its failure. */
  public static EventCatalog catalog() {
    return CATALOG;
  }

  private static List<EventType<?>> plainTypes() {
    return List.of(
        GAME_STARTED,
        BALL_POTTED,
        FOUL_COMMITTED,
        TURN_CHANGED,
        GAME_ENDED,
        SESSION_CREATED,
        PLAYER_JOINED,
        SESSION_COMPLETED,
        STATS_BALL_POTTED,
        STATS_GAME_COMPLETED,
        ACHIEVEMENT_CHECK,
        USER_RANK_UPDATED,
        NOTIFY_GAME_COMPLETED,
        NOTIFY_ACHIEVEMENT_UNLOCKED,
        NOTIFY_PUSH_REQUIRED,
        LIVE_SCORE_UPDATED,
        LIVE_GAME_COMPLETED,
        LIVE_PLAYER_JOINED,
        LIVE_NOTIFICATION,
        FRIEND_REQUEST_SENT,
        FRIEND_REQUEST_ACCEPTED,
        USER_REGISTERED,
        USER_LOGGED_IN,
        TEMPLATE_CREATED,
        TEMPLATE_USED);
  }

  private static EventCatalog withCompensations(List<EventType<?>> types) {
    List<EventType<?>> all = new ArrayList<>(types);
    for (EventType<?> type : types) {
      all.add(EventType.of("compensation." + type.name(), Compensation.class).priority(HIGH));
    }
    return EventCatalog.of(all);
  }
}
