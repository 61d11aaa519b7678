package io.artel.events.examples.game;

import static io.artel.events.examples.contract.BilliardsEvents.ACHIEVEMENT_CHECK;
import static io.artel.events.examples.contract.BilliardsEvents.BALL_POTTED;
import static io.artel.events.examples.contract.BilliardsEvents.FOUL_COMMITTED;
import static io.artel.events.examples.contract.BilliardsEvents.GAME_ENDED;
import static io.artel.events.examples.contract.BilliardsEvents.GAME_STARTED;
import static io.artel.events.examples.contract.BilliardsEvents.KOLKHOZ;
import static io.artel.events.examples.contract.BilliardsEvents.LIVE_SCORE_UPDATED;
import static io.artel.events.examples.contract.BilliardsEvents.NOTIFY_GAME_COMPLETED;
import static io.artel.events.examples.contract.BilliardsEvents.PLAYER_JOINED;
import static io.artel.events.examples.contract.BilliardsEvents.SESSION_CREATED;
import static io.artel.events.examples.contract.BilliardsEvents.STATS_BALL_POTTED;
import static io.artel.events.examples.contract.BilliardsEvents.STATS_GAME_COMPLETED;
import static io.artel.events.examples.contract.BilliardsEvents.TEMPLATE_USED;
import static io.artel.events.examples.contract.BilliardsEvents.TURN_CHANGED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.artel.events.Event;
import io.artel.events.EventHandler;
import io.artel.events.ValidationException;
import io.artel.events.examples.contract.BilliardsEvents.BallPotted;
import io.artel.events.examples.contract.BilliardsEvents.FoulCommitted;
import io.artel.events.examples.contract.BilliardsEvents.GameEnded;
import io.artel.events.examples.contract.BilliardsEvents.GameStarted;
import io.artel.events.examples.contract.BilliardsEvents.PlayerJoined;
import io.artel.events.examples.contract.BilliardsEvents.PottedBall;
import io.artel.events.examples.contract.BilliardsEvents.ScoreUpdated;
import io.artel.events.examples.contract.BilliardsEvents.SessionCreated;
import io.artel.events.examples.contract.BilliardsEvents.StatsBallPotted;
import io.artel.events.examples.contract.BilliardsEvents.StatsGameCompleted;
import io.artel.events.examples.contract.BilliardsEvents.Template;
import io.artel.events.examples.contract.BilliardsEvents.TurnChanged;
import io.artel.events.examples.contract.BilliardsTopology;
import io.artel.events.testkit.FakeHandlerContext;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GameServiceTest {

  private static final UUID ANNA = new UUID(1, 1);
  private static final UUID BORIS = new UUID(1, 2);
  private static final UUID GAME = new UUID(2, 1);
  private static final UUID SESSION = new UUID(3, 1);

  private final GameStore store = new InMemoryGameStore();
  private final GameService service = new GameService(store);

  @BeforeEach
  void startAGame() throws Exception {
    handle(event(SESSION_CREATED.event(new SessionCreated(ANNA))), service::sessionCreated);
    handle(event(PLAYER_JOINED.event(new PlayerJoined(ANNA))), service::playerJoined);
    handle(event(PLAYER_JOINED.event(new PlayerJoined(BORIS))), service::playerJoined);
    handle(started(), service::gameStarted);
  }

  @Test
  void aPotShouldReachTheStatisticsAndThoseWhoWatch() throws Exception {
    Event<BallPotted> event = potted(ANNA, "red", 4);

    FakeHandlerContext context = handle(event, service::ballPotted);

    assertThat(context.published().stream().map(Event::type))
        .containsExactly("stats.ball_potted", "websocket.score_updated");
    assertThat(context.payloads(STATS_BALL_POTTED))
        .containsExactly(new StatsBallPotted(ANNA, "red", 4, KOLKHOZ));
    assertThat(context.payloads(LIVE_SCORE_UPDATED))
        .containsExactly(new ScoreUpdated(ANNA, 4, new PottedBall("red", 4)));
    assertThat(context.published())
        .allSatisfy(
            child -> {
              assertThat(child.userId()).isEqualTo(ANNA);
              assertThat(child.sessionId()).isEqualTo(SESSION);
              assertThat(child.gameId()).isEqualTo(GAME);
              assertThat(child.flowId()).isEqualTo(event.id());
            });
    assertThat(context.published().get(0).sourceService()).isEqualTo("stats_service");
  }

  @Test
  void anEventThatArrivesAgainShouldCountOnceAndRepeatItsChildren() throws Exception {
    Event<BallPotted> event = potted(ANNA, "red", 4);
    FakeHandlerContext first = handle(event, service::ballPotted);
    handle(potted(ANNA, "white", 1), service::ballPotted);

    FakeHandlerContext again = handle(event, service::ballPotted);

    assertThat(payloads(again)).isEqualTo(payloads(first));
    assertThat(again.published()).extracting(Event::id).isEqualTo(ids(first));
    assertThat(score(ANNA)).isEqualTo(5);
  }

  @Test
  void theEndOfAGameThatArrivesLateAgainShouldRepeatItsResults() throws Exception {
    handle(potted(ANNA, "red", 4), service::ballPotted);
    Event<GameEnded> ended = ended();
    FakeHandlerContext first = handle(ended, service::gameEnded);
    Event<GameStarted> next =
        GAME_STARTED
            .event(new GameStarted(KOLKHOZ, List.of(BORIS, ANNA), "table 1", null))
            .session(SESSION)
            .game(new UUID(2, 2))
            .build();
    handle(next, service::gameStarted);

    FakeHandlerContext again = handle(ended, service::gameEnded);

    assertThat(payloads(again)).isEqualTo(payloads(first));
    assertThat(store.read(SESSION, session -> session.frame().orElseThrow().gameId()))
        .contains(new UUID(2, 2));
  }

  @Test
  void theEndOfAGameShouldBeToldToEverybodyConcerned() throws Exception {
    handle(potted(ANNA, "red", 4), service::ballPotted);

    FakeHandlerContext context = handle(ended(), service::gameEnded);

    assertThat(context.published().stream().map(Event::type))
        .containsExactly(
            "stats.game_completed",
            "stats.game_completed",
            "stats.achievement_check",
            "notifications.game_completed",
            "websocket.game_completed");
    assertThat(context.payloads(STATS_GAME_COMPLETED))
        .containsExactly(
            new StatsGameCompleted(KOLKHOZ, 4, 1, 40, 0, 40, 1, 90),
            new StatsGameCompleted(KOLKHOZ, 0, 0, 0, 40, -40, 2, 90));
    assertThat(context.published()).extracting(Event::userId).startsWith(ANNA, BORIS, ANNA);
    assertThat(context.payloads(ACHIEVEMENT_CHECK).get(0).context()).hasSize(2);
    assertThat(context.payloads(NOTIFY_GAME_COMPLETED).get(0).winner()).isEqualTo(ANNA);
  }

  @Test
  void aDrawShouldHaveNoWinner() throws Exception {
    FakeHandlerContext context = handle(ended(), service::gameEnded);

    assertThat(context.payloads(ACHIEVEMENT_CHECK)).isEmpty();
    assertThat(context.payloads(NOTIFY_GAME_COMPLETED).get(0).winner()).isNull();
  }

  @Test
  void aFoulShouldShowTheNewScoreWithoutABall() throws Exception {
    FakeHandlerContext context =
        handle(
            event(FOUL_COMMITTED.event(new FoulCommitted(ANNA, 1, "no_contact"))),
            service::foulCommitted);

    assertThat(context.payloads(LIVE_SCORE_UPDATED))
        .containsExactly(new ScoreUpdated(ANNA, -1, null));
  }

  @Test
  void aTemplateShouldSetTheStakeOfTheNextGame() throws Exception {
    handle(ended(), service::gameEnded);
    handle(template(JsonNodeFactory.instance.numberNode(50)), service::templateUsed);
    UUID next = new UUID(2, 2);
    handle(
        event(GAME_STARTED.event(new GameStarted(KOLKHOZ, List.of(ANNA, BORIS), "1", null)), next),
        service::gameStarted);

    assertThat(store.read(SESSION, session -> session.frame().orElseThrow().stake())).contains(50L);
    assertThatThrownBy(
            () ->
                handle(template(JsonNodeFactory.instance.textNode("high")), service::templateUsed))
        .isInstanceOf(ValidationException.class)
        .hasMessageContaining("whole number");
  }

  @Test
  void anEventAgainstTheRulesShouldBeRefusedForGood() throws Exception {
    Event<BallPotted> early = potted(BORIS, "red", 4);

    assertThatThrownBy(() -> handle(early, service::ballPotted))
        .isInstanceOf(ValidationException.class)
        .hasMessage("it is another player's turn");
    handle(event(TURN_CHANGED.event(new TurnChanged(BORIS, 2))), service::turnChanged);

    assertThatThrownBy(() -> handle(early, service::ballPotted))
        .isInstanceOf(ValidationException.class)
        .hasMessage("it is another player's turn");
    assertThat(score(BORIS)).isZero();
    assertThat(store.refusal(early.id())).contains("it is another player's turn");
  }

  @Test
  void anEventWithoutASessionShouldBeRefused() {
    Event<BallPotted> event =
        BALL_POTTED.event(new BallPotted(ANNA, "red", 4, 4, 1, KOLKHOZ)).game(GAME).build();

    assertThatThrownBy(() -> handle(event, service::ballPotted))
        .isInstanceOf(ValidationException.class)
        .hasMessageContaining("names its session");
  }

  private Event<GameStarted> started() {
    return event(
        GAME_STARTED.event(new GameStarted(KOLKHOZ, List.of(ANNA, BORIS), "table 1", null)));
  }

  private static Event<BallPotted> potted(UUID player, String color, int points) {
    return event(BALL_POTTED.event(new BallPotted(player, color, points, points, 1, KOLKHOZ)));
  }

  private static Event<GameEnded> ended() {
    return event(GAME_ENDED.event(new GameEnded(KOLKHOZ, List.of(ANNA, BORIS), 90)));
  }

  private static Event<Template> template(JsonNode stake) {
    return event(
        TEMPLATE_USED.event(
            new Template(
                new UUID(4, 1),
                KOLKHOZ,
                JsonNodeFactory.instance.objectNode().set("stake", stake))));
  }

  private int score(UUID player) {
    return store
        .read(SESSION, session -> session.frame().orElseThrow().score(player))
        .orElseThrow();
  }

  private static List<Object> payloads(FakeHandlerContext context) {
    return context.published().stream().<Object>map(Event::data).toList();
  }

  private static List<UUID> ids(FakeHandlerContext context) {
    return context.published().stream().<UUID>map(Event::id).toList();
  }

  private static <T> Event<T> event(Event.Builder<T> builder) {
    return event(builder, GAME);
  }

  private static <T> Event<T> event(Event.Builder<T> builder, UUID game) {
    return builder.session(SESSION).game(game).build();
  }

  private static <T> FakeHandlerContext handle(Event<T> event, EventHandler<T> handler)
      throws Exception {
    FakeHandlerContext context = FakeHandlerContext.of(event).queue(BilliardsTopology.GAME_QUEUE);
    handler.handle(event, context);
    return context;
  }
}
