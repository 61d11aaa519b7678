package io.artel.events.examples.stats;

import static io.artel.events.examples.contract.BilliardsEvents.ACHIEVEMENT_CHECK;
import static io.artel.events.examples.contract.BilliardsEvents.GAME_ENDED;
import static io.artel.events.examples.contract.BilliardsEvents.KOLKHOZ;
import static io.artel.events.examples.contract.BilliardsEvents.NOTIFY_ACHIEVEMENT_UNLOCKED;
import static io.artel.events.examples.contract.BilliardsEvents.SESSION_COMPLETED;
import static io.artel.events.examples.contract.BilliardsEvents.STATS_BALL_POTTED;
import static io.artel.events.examples.contract.BilliardsEvents.STATS_GAME_COMPLETED;
import static io.artel.events.examples.contract.BilliardsEvents.USER_RANK_UPDATED;
import static io.artel.events.examples.contract.BilliardsEvents.USER_REGISTERED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.artel.events.Event;
import io.artel.events.EventHandler;
import io.artel.events.ValidationException;
import io.artel.events.examples.contract.BilliardsEvents.AchievementCheck;
import io.artel.events.examples.contract.BilliardsEvents.AchievementUnlocked;
import io.artel.events.examples.contract.BilliardsEvents.GameEnded;
import io.artel.events.examples.contract.BilliardsEvents.SessionCompleted;
import io.artel.events.examples.contract.BilliardsEvents.StatsBallPotted;
import io.artel.events.examples.contract.BilliardsEvents.StatsGameCompleted;
import io.artel.events.examples.contract.BilliardsEvents.UserRankUpdated;
import io.artel.events.examples.contract.BilliardsEvents.UserSeen;
import io.artel.events.examples.contract.BilliardsTopology;
import io.artel.events.testkit.FakeHandlerContext;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class StatsServiceTest {

  private static final UUID ANNA = new UUID(1, 1);
  private static final UUID BORIS = new UUID(1, 2);

  private final StatsStore store = new InMemoryStatsStore();
  private final StatsService service = new StatsService(store);

  @Test
  void everythingAPlayerDoesShouldBeAddedUpOnce() throws Exception {
    Event<StatsBallPotted> pot =
        STATS_BALL_POTTED.event(new StatsBallPotted(ANNA, "red", 4, KOLKHOZ)).build();
    Event<GameEnded> end =
        GAME_ENDED.event(new GameEnded(KOLKHOZ, List.of(ANNA, BORIS), 90)).build();
    Event<SessionCompleted> bye =
        SESSION_COMPLETED.event(new SessionCompleted(List.of(ANNA, BORIS))).build();
    Event<UserSeen> hello = USER_REGISTERED.event(new UserSeen("Anna")).user(ANNA).build();
    Event<StatsGameCompleted> result = completed(ANNA, 70, 30);
    Event<AchievementCheck> won = won(ANNA);
    for (int time = 0; time < 2; time++) {
      handle(hello, service::userRegistered);
      handle(pot, service::ballPotted);
      handle(end, service::gameEnded);
      handle(result, service::gameCompleted);
      handle(won, service::achievementCheck);
      handle(bye, service::sessionCompleted);
    }

    assertThat(store.all().get(ANNA)).isEqualTo(new PlayerStats("Anna", 1, 4, 1, 1, 70, 30, 1, 90));
    assertThat(store.all().get(BORIS)).isEqualTo(new PlayerStats(null, 0, 0, 0, 0, 0, 0, 1, 90));
  }

  @Test
  void aRankShouldBeToldWhenItChangesAndAgainWhenTheEventArrivesAgain() throws Exception {
    Event<StatsGameCompleted> event = completed(ANNA, 100, 0);
    FakeHandlerContext first = handle(event, service::gameCompleted);
    FakeHandlerContext boris = handle(completed(BORIS, 300, 0), service::gameCompleted);
    FakeHandlerContext overtaken = handle(completed(ANNA, 50, 0), service::gameCompleted);
    FakeHandlerContext same = handle(completed(ANNA, 50, 0), service::gameCompleted);
    FakeHandlerContext again = handle(event, service::gameCompleted);

    assertThat(first.payloads(USER_RANK_UPDATED))
        .containsExactly(new UserRankUpdated(ANNA, 1, null));
    assertThat(boris.payloads(USER_RANK_UPDATED))
        .containsExactly(new UserRankUpdated(BORIS, 1, null));
    // The rank before the game is compared with the rank after it.
    assertThat(overtaken.published()).isEmpty();
    assertThat(same.published()).isEmpty();
    assertThat(again.payloads(USER_RANK_UPDATED)).isEqualTo(first.payloads(USER_RANK_UPDATED));
    FakeHandlerContext back = handle(completed(ANNA, 500, 0), service::gameCompleted);
    assertThat(back.payloads(USER_RANK_UPDATED)).containsExactly(new UserRankUpdated(ANNA, 1, 2));
  }

  @Test
  void aPlayerShouldNotBeOvertakenByAnEarlierResultOfTheSamePlayer() throws Exception {
    handle(completed(ANNA, 100, 0), service::gameCompleted);

    FakeHandlerContext poorer = handle(completed(ANNA, 0, 50), service::gameCompleted);

    assertThat(poorer.published()).isEmpty();
  }

  @Test
  void aGameThatWasRefusedShouldBeTakenBackOnceBeforeOrAfterItsEnd() throws Exception {
    Event<GameEnded> first =
        GAME_ENDED.event(new GameEnded(KOLKHOZ, List.of(ANNA), 90)).source("test").build();
    Event<GameEnded> overtaken =
        GAME_ENDED.event(new GameEnded(KOLKHOZ, List.of(ANNA), 50)).source("test").build();
    handle(completed(ANNA, 70, 30), service::gameCompleted);
    handle(first, service::gameEnded);

    handle(first, service::undoGame);
    handle(first, service::undoGame);
    handle(first, service::gameEnded);
    handle(overtaken, service::undoGame);
    handle(overtaken, service::gameEnded);

    assertThat(store.all())
        .extractingByKey(ANNA)
        .returns(0L, PlayerStats::secondsPlayed)
        .returns(1L, PlayerStats::games);
  }

  @Test
  void equalResultsShouldShareARank() throws Exception {
    handle(completed(ANNA, 100, 0), service::gameCompleted);

    FakeHandlerContext boris = handle(completed(BORIS, 100, 0), service::gameCompleted);

    assertThat(boris.payloads(USER_RANK_UPDATED))
        .containsExactly(new UserRankUpdated(BORIS, 1, null));
  }

  @Test
  void theFirstAndTheFifthWinShouldUnlockAnAchievement() throws Exception {
    Event<AchievementCheck> first = won(ANNA);

    assertThat(unlocked(first)).containsExactly("first_win");
    assertThat(unlocked(won(ANNA))).isEmpty();
    assertThat(unlocked(won(ANNA))).isEmpty();
    assertThat(unlocked(won(ANNA))).isEmpty();
    assertThat(unlocked(won(ANNA))).containsExactly("regular");
    assertThat(unlocked(first)).containsExactly("first_win");
    assertThat(unlocked(won(BORIS))).containsExactly("first_win");
  }

  @Test
  void anUnlockedAchievementShouldBeForTheWinner() throws Exception {
    FakeHandlerContext context = handle(won(ANNA), service::achievementCheck);

    assertThat(context.published()).extracting(Event::userId).containsExactly(ANNA);
  }

  @Test
  void eventsThatNameNobodyOrAskForTheUnknownShouldBeRefused() {
    Event<AchievementCheck> unknown =
        ACHIEVEMENT_CHECK
            .event(new AchievementCheck("slept_late", KOLKHOZ, List.of()))
            .user(ANNA)
            .build();

    assertThatThrownBy(() -> handle(unknown, service::achievementCheck))
        .isInstanceOf(ValidationException.class);
    assertThatThrownBy(
            () ->
                handle(
                    USER_REGISTERED.event(new UserSeen("Nobody")).build(), service::userRegistered))
        .isInstanceOf(ValidationException.class);
    assertThat(store.all()).isEmpty();
  }

  private List<String> unlocked(Event<AchievementCheck> event) throws Exception {
    return handle(event, service::achievementCheck).payloads(NOTIFY_ACHIEVEMENT_UNLOCKED).stream()
        .map(AchievementUnlocked::achievementId)
        .toList();
  }

  private static Event<AchievementCheck> won(UUID user) {
    return ACHIEVEMENT_CHECK
        .event(new AchievementCheck("game_won", KOLKHOZ, List.of()))
        .user(user)
        .build();
  }

  private static Event<StatsGameCompleted> completed(UUID user, long earned, long paid) {
    return STATS_GAME_COMPLETED
        .event(new StatsGameCompleted(KOLKHOZ, 5, 2, earned, paid, earned - paid, 1, 90))
        .user(user)
        .build();
  }

  private static <T> FakeHandlerContext handle(Event<T> event, EventHandler<T> handler)
      throws Exception {
    FakeHandlerContext context = FakeHandlerContext.of(event).queue(BilliardsTopology.STATS_QUEUE);
    handler.handle(event, context);
    return context;
  }
}
