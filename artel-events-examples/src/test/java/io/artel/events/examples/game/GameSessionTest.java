package io.artel.events.examples.game;

import static io.artel.events.examples.contract.BilliardsEvents.KOLKHOZ;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.artel.events.ValidationException;
import io.artel.events.examples.contract.BilliardsEvents.BallPotted;
import io.artel.events.examples.contract.BilliardsEvents.FoulCommitted;
import io.artel.events.examples.contract.BilliardsEvents.GameStarted;
import io.artel.events.examples.contract.BilliardsEvents.PlayerResult;
import io.artel.events.examples.contract.BilliardsEvents.TurnChanged;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class GameSessionTest {

  private static final UUID ANNA = new UUID(1, 1);
  private static final UUID BORIS = new UUID(1, 2);
  private static final UUID GAME = new UUID(2, 1);

  private final GameSession session = new GameSession(new UUID(3, 1));

  @Test
  void aPotShouldCountAndKeepThePlayerAtTheTable() {
    start();

    assertThat(session.pot(GAME, pot(ANNA, "red", 4))).isEqualTo(4);
    assertThat(session.pot(GAME, pot(ANNA, "white", 1))).isEqualTo(5);
    assertThat(frame().playerAtTable()).isEqualTo(ANNA);
    assertThat(frame().ballsLeft()).isEqualTo(13);
  }

  @Test
  void aFoulShouldCostPointsAndMayMakeAScoreNegative() {
    start();

    assertThat(session.foul(GAME, new FoulCommitted(ANNA, 4, "cue_ball_potted"))).isEqualTo(-4);
  }

  @Test
  void onlyThePlayerAtTheTableShouldPlay() {
    start();

    refused(() -> session.pot(GAME, pot(BORIS, "red", 4)), "another player's turn");
    refused(() -> session.foul(GAME, new FoulCommitted(BORIS, 1, "no_contact")), "another player");
    refused(() -> session.pot(GAME, pot(new UUID(9, 9), "red", 4)), "does not take part");
    assertThat(frame().score(BORIS)).isZero();
  }

  @Test
  void theTurnShouldGoToTheNextSeatAndRound() {
    start();

    refused(() -> session.turn(GAME, new TurnChanged(ANNA, 1)), "next seat");
    refused(() -> session.turn(GAME, new TurnChanged(BORIS, 1)), "sits in seat 2");
    session.turn(GAME, new TurnChanged(BORIS, 2));
    assertThat(frame().playerAtTable()).isEqualTo(BORIS);
    session.turn(GAME, new TurnChanged(ANNA, 1));
    assertThat(frame().playerAtTable()).isEqualTo(ANNA);
  }

  @Test
  void ballsShouldBeWorthWhatTheRulesSayAndRunOut() {
    start();

    refused(() -> session.pot(GAME, pot(ANNA, "red", 5)), "worth 4 points");
    refused(() -> session.pot(GAME, pot(ANNA, "purple", 4)), "no such ball");
    session.pot(GAME, pot(ANNA, "black", 7));
    refused(() -> session.pot(GAME, pot(ANNA, "black", 7)), "no black ball is left");
    refused(() -> session.foul(GAME, new FoulCommitted(ANNA, 2, "no_contact")), "costs 1 points");
    refused(() -> session.foul(GAME, new FoulCommitted(ANNA, 2, "laughing")), "no such foul");
    assertThat(frame().score(ANNA)).isEqualTo(7);
  }

  @Test
  void aRackShouldHoldFifteenBalls() {
    start();

    assertThat(frame().ballsLeft()).isEqualTo(15);
  }

  @Test
  void theEndShouldSettleTheGameAtTheStakeItStartedWith() {
    session.create();
    session.join(ANNA);
    session.join(BORIS);
    session.stake(50);
    session.start(GAME, started(ANNA, BORIS));
    session.stake(1);
    session.pot(GAME, pot(ANNA, "red", 4));
    session.end(GAME);

    assertThat(session.frame()).isEmpty();
    assertThat(session.finished().get(GAME))
        .extracting(PlayerResult::netResult)
        .containsExactly(200L, -200L);
    refused(() -> session.pot(GAME, pot(ANNA, "red", 4)), "no game is running");
    refused(() -> session.start(GAME, started(ANNA, BORIS)), "id of its own");
  }

  @Test
  void onlyThoseWhoJoinedShouldPlayAndInOneSeatEach() {
    session.create();
    session.join(ANNA);
    refused(() -> session.join(ANNA), "here already");
    refused(() -> session.start(GAME, started(ANNA, BORIS)), "did not join");
    refused(() -> session.start(GAME, started(ANNA)), "2 to 6 players");
    refused(() -> session.start(GAME, started(ANNA, ANNA)), "two seats");
    refused(() -> session.start(null, started(ANNA, BORIS)), "id of its own");
    assertThat(session.frame()).isEmpty();
  }

  @Test
  void anotherKindOfGameShouldBeRefused() {
    session.create();
    session.join(ANNA);
    session.join(BORIS);

    refused(
        () -> session.start(GAME, new GameStarted("snooker", List.of(ANNA, BORIS), "1", null)),
        "only kolkhoz");
  }

  @Test
  void nothingShouldHappenOutsideASession() {
    refused(() -> session.join(ANNA), "no such session");
    start();
    refused(session::create, "exists already");
    refused(session::complete, "still running");
    refused(() -> session.end(new UUID(2, 2)), "another game is running");
    refused(() -> session.start(new UUID(2, 2), started(ANNA, BORIS)), "running already");
    session.end(GAME);
    session.complete();
    refused(() -> session.join(new UUID(1, 3)), "the session is over");
    refused(() -> session.stake(5), "the session is over");
  }

  @Test
  void aStakeShouldBeAReasonableNumber() {
    session.create();

    refused(() -> session.stake(0), "1 to 1000000");
    refused(() -> session.stake(1_000_001), "1 to 1000000");
  }

  private void start() {
    session.create();
    session.join(ANNA);
    session.join(BORIS);
    session.start(GAME, started(ANNA, BORIS));
  }

  private Frame frame() {
    return session.frame().orElseThrow();
  }

  private static GameStarted started(UUID... players) {
    return new GameStarted(KOLKHOZ, List.of(players), "table 1", null);
  }

  private static BallPotted pot(UUID player, String color, int points) {
    return new BallPotted(player, color, points, 0, 1, KOLKHOZ);
  }

  private static void refused(ThrowingCallable action, String reason) {
    assertThatThrownBy(action).isInstanceOf(ValidationException.class).hasMessageContaining(reason);
  }
}
