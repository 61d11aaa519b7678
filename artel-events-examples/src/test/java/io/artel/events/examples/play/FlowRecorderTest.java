package io.artel.events.examples.play;

import static org.assertj.core.api.Assertions.assertThat;

import io.artel.events.Event;
import io.artel.events.FlowObserver.Settlement;
import io.artel.events.Outcome;
import io.artel.events.PublishException;
import io.artel.events.PublishReceipt;
import io.artel.events.examples.contract.BilliardsTopology;
import io.artel.events.examples.game.Ball;
import io.artel.events.examples.ids.NamedIds;
import io.artel.events.examples.stats.InMemoryStatsStore;
import io.artel.events.examples.stats.StatsStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A clean play is clean, and each thing that can go wrong is seen. */
class FlowRecorderTest {

  private static final UUID ANNA = NamedIds.player("Anna");
  private static final String GAME = BilliardsTopology.GAME_QUEUE;

  private final Flows flows = new Flows();
  private final FlowRecorder recorder = flows.recorder;
  private final List<Move> moves = shortGame();

  @Test
  void aPlayWithoutFaultsShouldBeClean() {
    flows.run(moves);

    assertThat(flows.outstanding()).isZero();
    assertThat(flows.inconsistent()).isZero();
    assertThat(recorder.duplicates()).isZero();
    assertThat(recorder.inversions()).isZero();
    assertThat(recorder.deadLettered()).isZero();
    assertThat(recorder.inFlight()).isZero();
    assertThat(recorder.published()).isEqualTo(recorder.confirmedCount()).isEqualTo(11);
    assertThat(recorder.pace()).isEqualTo(11);
  }

  @Test
  void anEventThatIsHandledBeforeItsConfirmationIsSeenShouldNotBeOutstanding() {
    Move move = moves.get(0);
    flows.publishing(move);
    flows.handle(move.event());
    assertThat(flows.outstanding()).isZero();

    flows.confirmed(move.event());

    assertThat(flows.outstanding()).isZero();
    assertThat(recorder.handled()).isEqualTo(1);
  }

  @Test
  void aConfirmedEventWithoutAnOutcomeShouldBeOutstandingInEveryQueueThatTakesIt() {
    Move started = moves.get(3);
    assertThat(started.event().type()).isEqualTo("game.started");
    flows.publishing(started);
    flows.confirmed(started.event());

    assertThat(flows.outstanding()).isEqualTo(2);
    assertThat(recorder.outstanding(List.of(GAME))).isEqualTo(1);
    assertThat(recorder.outstanding(List.of(BilliardsTopology.NOTIFICATIONS_QUEUE))).isEqualTo(1);
    assertThat(recorder.outstanding(List.of(BilliardsTopology.FRIENDS_QUEUE))).isZero();

    flows.settled(GAME, started.event(), Outcome.HANDLED);
    assertThat(flows.outstanding()).isEqualTo(1);
  }

  @Test
  void aRetryShouldNotBeAnOutcome() {
    Move move = moves.get(0);
    flows.publishing(move);
    flows.confirmed(move.event());

    flows.settled(GAME, move.event(), Outcome.RETRIED);

    assertThat(flows.outstanding()).isEqualTo(1);
    assertThat(recorder.duplicates()).isZero();
  }

  @Test
  void everyFurtherOutcomeShouldBeADuplicate() {
    flows.run(moves);

    flows.handle(moves.get(4).event());
    flows.handle(moves.get(4).event());

    // The pot and its child, twice more each; applied only once.
    assertThat(recorder.duplicates()).isEqualTo(4);
    assertThat(recorder.inversions()).isZero();
    assertThat(flows.inconsistent()).isZero();
  }

  @Test
  void eventsHandledInAnotherOrderThanPublishedShouldBeInversions() {
    moves.forEach(flows::publishing);
    moves.forEach(move -> flows.confirmed(move.event()));
    List<Move> swapped = new ArrayList<>(moves);
    swapped.add(1, swapped.remove(2));

    swapped.forEach(move -> flows.handle(move.event()));

    assertThat(recorder.inversions()).isEqualTo(1);
  }

  @Test
  void eventsOfDifferentSessionsShouldHaveNoOrder() {
    PlayedSession other = new PlayedSession("other", Clock.systemUTC());
    Move elsewhere = other.join("Egor").get(0);
    flows.publishing(moves.get(0));
    flows.publishing(elsewhere);
    flows.handle(elsewhere.event());
    flows.handle(moves.get(0).event());

    assertThat(recorder.inversions()).isZero();
  }

  @Test
  void theSecondAttemptAtAnEventShouldNotBeAnInversion() {
    flows.publishing(moves.get(0));
    flows.publishing(moves.get(1));
    flows.settled(GAME, moves.get(0).event(), Outcome.RETRIED);
    flows.settled(GAME, moves.get(1).event(), Outcome.HANDLED);
    flows.settled(GAME, moves.get(0).event(), Outcome.HANDLED);

    assertThat(recorder.inversions()).isZero();
  }

  @Test
  void aPotThatTheServicesNeverAppliedShouldBeInconsistent() {
    Event<?> pot = moves.get(4).event();
    for (Move move : moves) {
      flows.publishing(move);
      flows.confirmed(move.event());
      if (move.event().equals(pot)) {
        flows.settled(GAME, pot, Outcome.HANDLED);
      } else {
        flows.handle(move.event());
      }
    }

    // Anna misses points, and Boris the rubles he should have paid.
    assertThat(flows.inconsistent()).isEqualTo(2);
  }

  @Test
  void aPotThatTheServicesAppliedTwiceShouldBeInconsistent() {
    flows.run(moves.subList(0, 5));
    Event<?> pot = moves.get(4).event();
    flows.handle(pot.toBuilder().id(UUID.randomUUID()).build());
    flows.run(moves.subList(5, moves.size()));

    assertThat(flows.inconsistent()).isEqualTo(2);
  }

  @Test
  void statisticsThatMissAWinShouldBeInconsistent() {
    flows.run(moves);

    flows.stats.gameWon(UUID.randomUUID(), ANNA);

    assertThat(flows.inconsistent()).isEqualTo(1);
  }

  @Test
  void statisticsThatMissRublesShouldBeInconsistent() {
    flows.run(moves);
    Map<UUID, Recount.Totals> expected = flows.recorder.expectedTotals();
    StatsStore poorer = new InMemoryStatsStore();
    expected.forEach(
        (player, totals) -> {
          poorer.gameSettled(UUID.randomUUID(), player, totals.earned(), totals.paid() + 1);
          poorer.ballPotted(UUID.randomUUID(), player, (int) totals.points());
          if (totals.wins() > 0) {
            poorer.gameWon(UUID.randomUUID(), player);
          }
        });

    assertThat(Consistency.differing(expected, flows.games, poorer)).hasSize(2);
  }

  @Test
  void aPlayerWhomOnlyTheGameServiceKnowsShouldBeInconsistent() {
    flows.run(moves);

    assertThat(Consistency.differing(Map.of(), flows.games, new InMemoryStatsStore()))
        .containsExactlyInAnyOrder(ANNA, NamedIds.player("Boris"));
  }

  @Test
  void somebodyWhomNobodyKnowsShouldBeInconsistent() {
    flows.run(moves);

    flows.stats.ballPotted(UUID.randomUUID(), new UUID(9, 9), 4);

    assertThat(flows.inconsistent()).isEqualTo(1);
  }

  @Test
  void anEventThatWasNotConfirmedAndNeverArrivedShouldNotCount() {
    Event<?> pot = moves.get(4).event();
    for (Move move : moves) {
      flows.publishing(move);
      if (move.event().equals(pot)) {
        flows.failed(pot, PublishException.Outcome.UNKNOWN);
      } else {
        flows.confirmed(move.event());
        flows.handle(move.event());
      }
    }

    assertThat(flows.inconsistent()).isZero();
    assertThat(flows.outstanding()).isZero();
    assertThat(recorder.failedCount()).isEqualTo(1);
    assertThat(recorder.pace()).isEqualTo(recorder.published());
  }

  @Test
  void anEventThatWasNotConfirmedButArrivedShouldCount() {
    Event<?> pot = moves.get(4).event();
    for (Move move : moves) {
      flows.publishing(move);
      if (move.event().equals(pot)) {
        flows.failed(pot, PublishException.Outcome.UNKNOWN);
      } else {
        flows.confirmed(move.event());
      }
    }
    moves.forEach(move -> flows.handle(move.event()));

    assertThat(flows.inconsistent()).isZero();
    assertThat(flows.outstanding()).isZero();
    assertThat(recorder.pace()).isEqualTo(recorder.published());
  }

  @Test
  void anEventThatWasHandledBeforeItsPublishFailedShouldCount() {
    Event<?> pot = moves.get(4).event();
    for (Move move : moves) {
      flows.publishing(move);
      flows.handle(move.event());
      if (move.event().equals(pot)) {
        flows.failed(pot, PublishException.Outcome.UNKNOWN);
      } else {
        flows.confirmed(move.event());
      }
    }

    assertThat(flows.inconsistent()).isZero();
    assertThat(flows.outstanding()).isZero();
  }

  @Test
  void theOrderOfConfirmationsShouldNotMatter() {
    moves.forEach(flows::publishing);
    for (int i = moves.size() - 1; i >= 0; i--) {
      flows.confirmed(moves.get(i).event());
    }
    moves.forEach(move -> flows.handle(move.event()));

    assertThat(flows.inconsistent()).isZero();
  }

  @Test
  void whatTheGameServiceStillOwesShouldCountTowardsThePace() {
    flows.run(moves.subList(0, 4));
    long before = recorder.pace();
    Move pot = moves.get(4);
    assertThat(pot.children()).isEqualTo(2);

    flows.publishing(pot);
    assertThat(recorder.pace()).isEqualTo(before + 3);
    flows.confirmed(pot.event());
    assertThat(recorder.pace()).isEqualTo(before + 3);
    flows.settled(GAME, pot.event(), Outcome.HANDLED);
    assertThat(recorder.pace()).isEqualTo(before + 1);
  }

  @Test
  void aMoveAgainstTheRulesShouldOweNothing() {
    PlayedSession session = new PlayedSession("evening", Clock.systemUTC());
    session.join("Anna");
    session.join("Boris");
    session.start("table 1", null);

    assertThat(session.pot(NamedIds.player("Boris"), Ball.RED).children()).isZero();
    assertThat(session.pot(ANNA, Ball.RED).children()).isEqualTo(2);
  }

  @Test
  void theAuditShouldHoldNobodyUpButBeWaitedFor() {
    Event<?> event = moves.get(0).event();
    flows.confirmed(event);
    flows.settled(GAME, event, Outcome.HANDLED);

    assertThat(flows.outstanding()).isZero();
    assertThat(recorder.outstanding(List.of(BilliardsTopology.AUDIT_QUEUE))).isEqualTo(1);
    flows.settled(BilliardsTopology.AUDIT_QUEUE, event, Outcome.HANDLED);
    assertThat(recorder.outstanding(List.of(BilliardsTopology.AUDIT_QUEUE))).isZero();
    assertThat(recorder.handled()).isEqualTo(1);
    assertThat(recorder.delivered()).isEqualTo(2);
  }

  @Test
  void deadLettersShouldBeCountedReadableOrNot() {
    Event<?> event = moves.get(0).event();
    flows.confirmed(event);
    flows.settled(GAME, event, Outcome.DEAD_LETTERED);
    flows.settled(GAME, null, Outcome.DEAD_LETTERED);

    assertThat(recorder.deadLettered()).isEqualTo(2);
    assertThat(flows.outstanding()).isZero();
  }

  @Test
  void whoeverWaitsForAnEventShouldLearnItsOutcomeOrItsFailure() {
    Event<?> event = moves.get(0).event();
    CompletableFuture<Outcome> outcome = recorder.outcomeOf(event.id());
    flows.publishing(moves.get(0));
    flows.settled(GAME, event, Outcome.DISCARDED);
    assertThat(outcome).isCompletedWithValue(Outcome.DISCARDED);

    CompletableFuture<Outcome> failed = recorder.outcomeOf(moves.get(1).event().id());
    flows.publishing(moves.get(1));
    flows.failed(moves.get(1).event(), PublishException.Outcome.NOT_SENT);
    assertThat(failed).isCompletedExceptionally();
  }

  @Test
  void onlyUrgentEventsHandledAfterTheWarmUpShouldBeTimed() {
    Instant warm = Instant.parse("2026-11-23T12:00:00Z");
    recorder.warmUntil(warm);
    Event<?> urgent = moves.get(4).event();
    Event<?> normal = moves.get(0).event();
    time(urgent, warm.minusMillis(1), 900, Outcome.HANDLED);
    time(urgent, warm, 20, Outcome.HANDLED);
    time(urgent, warm, 700, Outcome.DISCARDED);
    time(normal, warm, 300, Outcome.HANDLED);

    assertThat(recorder.latencies().criticalMillis(99)).isBetween(29.9, 30.1);
    assertThat(recorder.latencies().processingMillis(99)).isBetween(299.0, 301.0);
    assertThat(recorder.latencies().processingMillis(50)).isBetween(19.9, 20.1);
  }

  @Test
  void attemptsInPlaceShouldNotBeCopies() {
    Event<?> event = moves.get(0).event();
    recorder.settled(settlement(GAME, event, 1, Outcome.RETRIED));
    recorder.settled(settlement(GAME, event, 2, Outcome.HANDLED));
    recorder.settled(settlement(BilliardsTopology.STATS_QUEUE, event, 1, Outcome.RETRIED));
    recorder.settled(settlement(BilliardsTopology.STATS_QUEUE, event, 2, Outcome.HANDLED));

    assertThat(recorder.delivered()).isEqualTo(3);
  }

  @Test
  void anEventThatNobodyTookShouldOweTheAuditNothing() {
    Event<?> event = moves.get(0).event();
    recorder.confirmed(
        event, new PublishReceipt(event.id(), false, "broker:5672", 1, Duration.ZERO));

    assertThat(recorder.outstanding(List.of(BilliardsTopology.AUDIT_QUEUE))).isZero();
  }

  private void time(Event<?> event, Instant started, long millis, Outcome outcome) {
    recorder.settled(
        new Settlement(
            GAME,
            event,
            1,
            outcome,
            null,
            started.minusMillis(10),
            started,
            Duration.ofMillis(millis)));
  }

  private static Settlement settlement(String queue, Event<?> event, int attempt, Outcome outcome) {
    return new Settlement(
        queue, event, attempt, outcome, null, null, Instant.now(), Duration.ofMillis(1));
  }

  /** Two players, a ball each, the end: nine events of theirs, and a child of each pot. */
  private static List<Move> shortGame() {
    PlayedSession session = new PlayedSession("evening", Clock.systemUTC());
    List<Move> moves = new ArrayList<>(session.join("Anna"));
    moves.addAll(session.join("Boris"));
    moves.addAll(session.start("table 1", null));
    moves.add(session.pot(ANNA, Ball.RED));
    moves.add(session.turn(NamedIds.player("Boris")));
    moves.add(session.pot(NamedIds.player("Boris"), Ball.WHITE));
    moves.addAll(session.finish());
    return moves;
  }
}
