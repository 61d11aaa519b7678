package io.artel.events.examples.notifications;

import static io.artel.events.examples.contract.BilliardsEvents.FRIEND_REQUEST_ACCEPTED;
import static io.artel.events.examples.contract.BilliardsEvents.FRIEND_REQUEST_SENT;
import static io.artel.events.examples.contract.BilliardsEvents.GAME_STARTED;
import static io.artel.events.examples.contract.BilliardsEvents.LIVE_NOTIFICATION;
import static io.artel.events.examples.contract.BilliardsEvents.NOTIFY_ACHIEVEMENT_UNLOCKED;
import static io.artel.events.examples.contract.BilliardsEvents.NOTIFY_GAME_COMPLETED;
import static io.artel.events.examples.contract.BilliardsEvents.NOTIFY_PUSH_REQUIRED;
import static io.artel.events.examples.contract.BilliardsEvents.USER_RANK_UPDATED;

import io.artel.events.Event;
import io.artel.events.HandlerContext;
import io.artel.events.ValidationException;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.Subscription;
import io.artel.events.examples.contract.Around;
import io.artel.events.examples.contract.BilliardsEvents.AchievementUnlocked;
import io.artel.events.examples.contract.BilliardsEvents.Friendship;
import io.artel.events.examples.contract.BilliardsEvents.GameCompletedNotice;
import io.artel.events.examples.contract.BilliardsEvents.GameStarted;
import io.artel.events.examples.contract.BilliardsEvents.LiveNotification;
import io.artel.events.examples.contract.BilliardsEvents.PushRequired;
import io.artel.events.examples.contract.BilliardsEvents.UserRankUpdated;
import io.artel.events.examples.contract.BilliardsTopology;
import io.artel.events.examples.notifications.NotificationStore.Notification;
import java.util.UUID;

/** Keeps what users are told, and tells those who watch right now. */
public final class NotificationService {

  /** The service's name. */
  public static final String NAME = "notification_service";

  /** A user is told of a new rank only up to this one. */
  static final int TOP_RANKS = 10;

  private final NotificationStore store;

  /** A service that keeps its notifications here. */
  public NotificationService(NotificationStore store) {
    this.store = store;
  }

  /** Starts reading what users are told. */
  public Subscription start(ArtelEvents artel, Around around) {
    return artel
        .subscribe(BilliardsTopology.NOTIFICATIONS_QUEUE)
        .on(GAME_STARTED, around.handler(this::gameStarted))
        .on(NOTIFY_GAME_COMPLETED, around.handler(this::gameCompleted))
        .on(NOTIFY_ACHIEVEMENT_UNLOCKED, around.handler(this::achievementUnlocked))
        .on(NOTIFY_PUSH_REQUIRED, around.handler(this::pushRequired))
        .on(USER_RANK_UPDATED, around.handler(this::rankUpdated))
        .on(FRIEND_REQUEST_SENT, around.handler(this::friendRequestSent))
        .on(FRIEND_REQUEST_ACCEPTED, around.handler(this::friendRequestAccepted))
        .start();
  }

  void gameStarted(Event<GameStarted> event, HandlerContext context) {
    store.keep(
        event.id(),
        new Notification(null, "Game on", "A game starts at " + event.data().table() + "."));
  }

  void gameCompleted(Event<GameCompletedNotice> event, HandlerContext context) {
    store.keep(
        event.id(),
        new Notification(
            null,
            "Game over",
            event.data().winner() == null ? "It is a draw." : "There is a winner."));
  }

  void achievementUnlocked(Event<AchievementUnlocked> event, HandlerContext context) {
    tell(
        event,
        context,
        userOf(event),
        event.data().achievementName(),
        event.data().achievementDescription());
  }

  void pushRequired(Event<PushRequired> event, HandlerContext context) {
    tell(event, context, userOf(event), event.data().title(), event.data().body());
  }

  void rankUpdated(Event<UserRankUpdated> event, HandlerContext context) {
    UserRankUpdated update = event.data();
    Integer previous = update.previousRank();
    boolean better = previous == null || update.rank() < previous;
    if (better && update.rank() <= TOP_RANKS) {
      tell(event, context, update.userId(), "New rank", "You are number " + update.rank() + ".");
    }
  }

  void friendRequestSent(Event<Friendship> event, HandlerContext context) {
    tell(
        event,
        context,
        event.data().toUserId(),
        "Friend request",
        "Somebody would like to be your friend.");
  }

  void friendRequestAccepted(Event<Friendship> event, HandlerContext context) {
    tell(
        event,
        context,
        event.data().fromUserId(),
        "Friend request accepted",
        "You have a new friend.");
  }

  private void tell(Event<?> event, HandlerContext context, UUID user, String title, String body) {
    store.keep(event.id(), new Notification(user, title, body));
    context.publish(LIVE_NOTIFICATION.event(new LiveNotification(title, body)).user(user));
  }

  private static UUID userOf(Event<?> event) {
    UUID user = event.userId();
    if (user == null) {
      throw new ValidationException("a notification names its user");
    }
    return user;
  }
}
