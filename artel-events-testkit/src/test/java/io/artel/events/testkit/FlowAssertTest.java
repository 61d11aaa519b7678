package io.artel.events.testkit;

import static io.artel.events.testkit.ArtelAssertions.assertThat;
import static io.artel.events.testkit.HandFedFlow.MOVED;
import static io.artel.events.testkit.HandFedFlow.POTTED;
import static io.artel.events.testkit.HandFedFlow.SCORED;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.artel.events.Event;
import io.artel.events.EventType;
import io.artel.events.Outcome;
import io.artel.events.testkit.HandFedFlow.Ball;
import java.time.Duration;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FlowAssertTest {
  private final HandFedFlow fed = new HandFedFlow();
  private final FlowTracker flow = fed.flow.within(Duration.ofMillis(20));

  @BeforeEach
  void subscribe() {
    flow.subscribed("games.queue");
    flow.subscribed("scores.queue");
    flow.subscribed("moves.queue");
  }

  @Test
  void publishedFailsIfNoneWas() {
    fed.publishedUnrouted(SCORED);

    assertThat(flow).published(SCORED).published(SCORED, 1).neverPublished(POTTED);
    fails(
        () -> assertThat(flow).published(POTTED),
        "Expected a game.potted to be published, but none was.");
    fails(
        () -> assertThat(flow).published(POTTED, 2),
        "Expected game.potted to be published 2 times, but it was never.");
    fails(
        () -> assertThat(flow).neverPublished(SCORED),
        "Expected score.updated to be published never, but it was once.");
  }

  @Test
  void thenFollowsTheCauseStepByStep() {
    Event<Ball> first = ended(POTTED, null, Outcome.HANDLED);
    Event<Ball> second = ended(SCORED, first, Outcome.HANDLED);
    fed.publishedUnrouted(MOVED);

    assertThat(flow).published(POTTED).then(SCORED);
    fails(
        () -> assertThat(flow).published(POTTED).then(MOVED),
        "Expected a move.made to be published because of game.potted#1, but none was.");
    ended(POTTED, second, Outcome.HANDLED);
    assertThat(flow).published(POTTED).then(SCORED).then(POTTED);
    fails(
        () -> assertThat(flow).published(SCORED).then(POTTED).then(SCORED),
        "Expected a score.updated to be published because of game.potted#2, but none was.");
  }

  @Test
  void thenNeedsABeginning() {
    assertThatThrownBy(() -> assertThat(flow).then(SCORED))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("then(score.updated) has no published(…) before it");
  }

  @Test
  void handledFailsWithTheOtherEnd() {
    ended(POTTED, null, Outcome.DEAD_LETTERED);

    fails(
        () -> assertThat(flow).handled(POTTED),
        "Expected a game.potted to be handled, but game.potted#1 was dead-lettered in"
            + " 'games.queue' (a reason);");
    fails(
        () -> assertThat(flow).handled(SCORED),
        "Expected a score.updated to be handled, but none reached a queue.");
    ended(POTTED, null, Outcome.HANDLED);
    assertThat(flow).handled(POTTED).handled(POTTED, 1);
    fails(
        () -> assertThat(flow).handled(POTTED, 2),
        "Expected game.potted to be handled 2 times, but it was so once: game.potted#1 was");
  }

  @Test
  void deadLetteredDiscardedAndCompensatedFailWithTheOtherEnd() {
    ended(POTTED, null, Outcome.HANDLED);

    String rest = ", but game.potted#1 was handled in 'games.queue' (a reason);";
    fails(
        () -> assertThat(flow).deadLettered(POTTED),
        "Expected a game.potted to be dead-lettered" + rest);
    fails(
        () -> assertThat(flow).discarded(POTTED), "Expected a game.potted to be discarded" + rest);
    fails(
        () -> assertThat(flow).compensated(POTTED),
        "Expected a game.potted to be compensated" + rest);

    ended(POTTED, null, Outcome.DEAD_LETTERED);
    ended(POTTED, null, Outcome.DISCARDED);
    ended(POTTED, null, Outcome.COMPENSATED);
    assertThat(flow).deadLettered(POTTED).discarded(POTTED).compensated(POTTED);
    assertThat(flow).deadLettered(POTTED, 1);
    fails(
        () -> assertThat(flow).deadLettered(POTTED, 2),
        "Expected game.potted to be dead-lettered 2 times, but it was so once");
  }

  @Test
  void retriedCountsExactly() {
    Event<Ball> event = fed.published(POTTED, null);
    fed.settled("games.queue", event, 1, Outcome.RETRIED, "away");
    fed.settled("games.queue", event, 2, Outcome.HANDLED, null);

    assertThat(flow).retried(POTTED, 1).retried(SCORED, 0).handled(POTTED);
    fails(
        () -> assertThat(flow).retried(POTTED, 2),
        "Expected game.potted to be retried 2 times, but it was once.");
    fails(
        () -> assertThat(flow).retried(POTTED, 0),
        "Expected game.potted to be retried never, but it was once.");
  }

  @Test
  void everythingHandledFailsWithWhatWasNot() {
    fails(
        () -> assertThat(flow).everythingHandled(),
        "Expected everything to be handled, but there was no event.");

    ended(POTTED, null, Outcome.HANDLED);
    ended(SCORED, null, Outcome.IGNORED);
    assertThat(flow).everythingHandled();

    ended(POTTED, null, Outcome.DISCARDED);
    fails(
        () -> assertThat(flow).everythingHandled(),
        "Expected everything to be handled, but game.potted#2 was discarded in 'games.queue' (a"
            + " reason).");
  }

  @Test
  void everyAssertionWaitsForTheFlowToComeToRest() {
    fed.published(POTTED, null);

    fails(() -> assertThat(flow).published(POTTED), "The flow did not come to rest within PT0.02S");
    fails(() -> assertThat(flow).isSettled(), "The flow did not come to rest within PT0.02S");
    fails(() -> assertThat(flow).retried(POTTED, 0), "The flow did not come to rest");
    fails(() -> assertThat(flow).handled(POTTED), "The flow did not come to rest");
    fails(() -> assertThat(flow).keptOrderPerSession(), "The flow did not come to rest");
  }

  @Test
  void keptOrderPerSessionFailsWithThePairThatWasTurnedRound() {
    UUID session = UUID.randomUUID();
    Event<Ball> first = moved(session, "game");
    Event<Ball> second = moved(session, "game");
    Event<Ball> other = moved(UUID.randomUUID(), "game");
    Event<Ball> foreign = moved(session, "another");
    fed.settled("moves.queue", foreign, 1, Outcome.HANDLED, null);
    fed.settled("moves.queue", other, 1, Outcome.HANDLED, null);
    fed.settled("moves.queue", second, 1, Outcome.HANDLED, null);
    fed.settled("moves.queue", first, 1, Outcome.HANDLED, null);

    fails(
        () -> assertThat(flow).keptOrderPerSession(),
        "Expected the order of each session to be kept, but move.made#2 was published after"
            + " move.made#1 and handled before it in 'moves.queue'.");
  }

  @Test
  void keptOrderPerSessionLooksAtFirstAttempts() {
    UUID session = UUID.randomUUID();
    Event<Ball> first = moved(session, "game");
    Event<Ball> second = moved(session, "game");
    fed.settled("moves.queue", first, 1, Outcome.HANDLED, null);
    fed.settled("moves.queue", second, 1, Outcome.HANDLED, null);
    fed.settled("moves.queue", first, 1, Outcome.HANDLED, null);

    assertThat(flow).keptOrderPerSession();
  }

  @Test
  void keptOrderPerSessionFailsIfThereIsNothingToCompare() {
    Event<Ball> event = moved(UUID.randomUUID(), "game");
    fed.settled("moves.queue", event, 1, Outcome.HANDLED, null);

    fails(
        () -> assertThat(flow).keptOrderPerSession(),
        "Expected the order of each session to be kept, but no ordered queue has handled two"
            + " events of one session, so there is no order to see.");
  }

  private Event<Ball> moved(UUID session, String service) {
    return fed.published(MOVED.event(new Ball(1)).session(session).build(service));
  }

  /** An event that ends so in the queue that takes it. */
  private Event<Ball> ended(EventType<Ball> type, @Nullable Event<?> cause, Outcome outcome) {
    Event<Ball> event = fed.published(type, cause);
    fed.settled(
        type.equals(POTTED) ? "games.queue" : "scores.queue", event, 1, outcome, "a reason");
    return event;
  }

  private static void fails(ThrowingCallable assertion, String sentence) {
    assertThatThrownBy(assertion)
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith(sentence)
        .hasMessageContaining("\nTimeline (ms):");
  }
}
