package io.artel.events.examples.notifications;

import static io.artel.events.examples.contract.BilliardsEvents.FRIEND_REQUEST_ACCEPTED;
import static io.artel.events.examples.contract.BilliardsEvents.FRIEND_REQUEST_SENT;
import static io.artel.events.examples.contract.BilliardsEvents.GAME_STARTED;
import static io.artel.events.examples.contract.BilliardsEvents.KOLKHOZ;
import static io.artel.events.examples.contract.BilliardsEvents.LIVE_NOTIFICATION;
import static io.artel.events.examples.contract.BilliardsEvents.NOTIFY_ACHIEVEMENT_UNLOCKED;
import static io.artel.events.examples.contract.BilliardsEvents.NOTIFY_PUSH_REQUIRED;
import static io.artel.events.examples.contract.BilliardsEvents.USER_RANK_UPDATED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.artel.events.Event;
import io.artel.events.EventHandler;
import io.artel.events.ValidationException;
import io.artel.events.examples.contract.BilliardsEvents.AchievementUnlocked;
import io.artel.events.examples.contract.BilliardsEvents.Friendship;
import io.artel.events.examples.contract.BilliardsEvents.GameStarted;
import io.artel.events.examples.contract.BilliardsEvents.LiveNotification;
import io.artel.events.examples.contract.BilliardsEvents.PushRequired;
import io.artel.events.examples.contract.BilliardsEvents.UserRankUpdated;
import io.artel.events.examples.contract.BilliardsTopology;
import io.artel.events.testkit.FakeHandlerContext;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NotificationServiceTest {

  private static final UUID ANNA = new UUID(1, 1);
  private static final UUID BORIS = new UUID(1, 2);

  private final NotificationStore store = new InMemoryNotificationStore();
  private final NotificationService service = new NotificationService(store);

  @Test
  void anAchievementShouldReachItsUserAndBeKeptOnce() throws Exception {
    Event<AchievementUnlocked> event =
        NOTIFY_ACHIEVEMENT_UNLOCKED
            .event(new AchievementUnlocked("first_win", "First win", "You won.", "common"))
            .user(ANNA)
            .build();

    FakeHandlerContext context = handle(event, service::achievementUnlocked);
    FakeHandlerContext again = handle(event, service::achievementUnlocked);

    assertThat(context.payloads(LIVE_NOTIFICATION))
        .containsExactly(new LiveNotification("First win", "You won."));
    assertThat(context.published()).extracting(Event::userId).containsExactly(ANNA);
    assertThat(again.published())
        .extracting(Event::id)
        .isEqualTo(context.published().stream().<UUID>map(Event::id).toList());
    assertThat(store.count()).isEqualTo(1);
    assertThat(store.latest()).hasSize(1);
  }

  @Test
  void aNewRankShouldBeToldOnlyIfItIsBetterAndAtTheTop() throws Exception {
    assertThat(told(1, null)).isEqualTo(1);
    assertThat(told(3, 7)).isEqualTo(1);
    assertThat(told(7, 3)).isZero();
    assertThat(told(11, 20)).isZero();
  }

  @Test
  void aFriendRequestShouldReachTheOtherOne() throws Exception {
    Friendship friendship = new Friendship(ANNA, BORIS);

    assertThat(
            handle(FRIEND_REQUEST_SENT.event(friendship).build(), service::friendRequestSent)
                .published())
        .extracting(Event::userId)
        .containsExactly(BORIS);
    assertThat(
            handle(
                    FRIEND_REQUEST_ACCEPTED.event(friendship).build(),
                    service::friendRequestAccepted)
                .published())
        .extracting(Event::userId)
        .containsExactly(ANNA);
  }

  @Test
  void theStartOfAGameShouldBeKeptWithoutATextForAnybody() throws Exception {
    FakeHandlerContext context =
        handle(
            GAME_STARTED
                .event(new GameStarted(KOLKHOZ, List.of(ANNA, BORIS), "table 7", null))
                .build(),
            service::gameStarted);

    assertThat(context.published()).isEmpty();
    assertThat(store.latest().get(0).body()).contains("table 7");
  }

  @Test
  void aTextForNobodyShouldBeRefused() {
    assertThatThrownBy(
            () ->
                handle(
                    NOTIFY_PUSH_REQUIRED.event(new PushRequired("Hello", "you")).build(),
                    service::pushRequired))
        .isInstanceOf(ValidationException.class);
    assertThat(store.count()).isZero();
  }

  @Test
  void theStoreShouldKeepOnlyTheLatest() {
    for (int i = 0; i < 1100; i++) {
      store.keep(new UUID(5, i), new NotificationStore.Notification(ANNA, "title", "number " + i));
    }

    assertThat(store.count()).isEqualTo(1100);
    assertThat(store.latest()).hasSize(1000);
    assertThat(store.latest().get(999).body()).isEqualTo("number 1099");
  }

  private int told(int rank, @Nullable Integer previous) throws Exception {
    return handle(
            USER_RANK_UPDATED.event(new UserRankUpdated(ANNA, rank, previous)).build(),
            service::rankUpdated)
        .published()
        .size();
  }

  private static <T> FakeHandlerContext handle(Event<T> event, EventHandler<T> handler)
      throws Exception {
    FakeHandlerContext context =
        FakeHandlerContext.of(event).queue(BilliardsTopology.NOTIFICATIONS_QUEUE);
    handler.handle(event, context);
    return context;
  }
}
