package io.artel.events.testkit;

import static io.artel.events.testkit.HandFedFlow.POTTED;
import static io.artel.events.testkit.HandFedFlow.SCORED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.artel.events.Event;
import io.artel.events.EventType;
import io.artel.events.Outcome;
import io.artel.events.testkit.HandFedFlow.Ball;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FlowTrackerTest {
  private static final Duration SHORT = Duration.ofMillis(20);

  private final HandFedFlow fed = new HandFedFlow();
  private final FlowTracker flow = fed.flow;

  @Test
  void aFlowWithoutEventsIsSettled() {
    flow.within(SHORT).awaitSettled();

    assertThat(flow.published()).isEmpty();
    assertThat(flow.timeline()).isEqualTo("Timeline (ms): nothing was seen.");
  }

  @Test
  void anEventThatIsBeingPublishedIsWaitedFor() {
    Event<Ball> event = fed.event(POTTED, null);
    flow.publishing(event);

    assertThatThrownBy(() -> flow.within(SHORT).awaitSettled())
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("within PT0.02S: game.potted#1 is not confirmed yet.")
        .hasMessageContaining("published      game.potted#1  to 'games.queue', 'audit.queue'");

    flow.failed(event, fed.failure(event));
    flow.within(SHORT).awaitSettled();
  }

  @Test
  void anEventInAQueueThatSomebodyReadsIsWaitedForUntilItHasItsOutcome() {
    flow.subscribed("games.queue");
    Event<Ball> event = fed.published(POTTED, null);

    assertThatThrownBy(() -> flow.within(SHORT).awaitSettled())
        .hasMessageContaining("game.potted#1 in 'games.queue' has no outcome yet")
        .hasMessageContaining("Left:\n  game.potted#1 has no outcome in 'games.queue'");

    fed.settled("games.queue", event, 1, Outcome.HANDLED, null);
    flow.within(SHORT).awaitSettled();
  }

  @Test
  void anEventInAQueueThatNobodyReadsIsNotWaitedForButListedAsLeft() {
    fed.published(POTTED, null);

    flow.within(SHORT).awaitSettled();

    assertThat(flow.timeline())
        .endsWith(
            "Left:\n"
                + "  game.potted#1 lies in 'games.queue', to which nobody has subscribed\n"
                + "  game.potted#1 lies in 'audit.queue', to which nobody has subscribed");
  }

  @Test
  void aQueueIsNotWaitedForAfterItsLastSubscriptionHasStopped() {
    flow.subscribed("games.queue");
    flow.subscribed("games.queue");
    fed.published(POTTED, null);

    flow.unsubscribed("games.queue");
    assertThatThrownBy(() -> flow.within(SHORT).awaitSettled()).isInstanceOf(AssertionError.class);

    flow.unsubscribed("games.queue");
    flow.within(SHORT).awaitSettled();
  }

  @Test
  void anEventThatNoQueueTookIsSettled() {
    flow.subscribed("games.queue");
    fed.publishedUnrouted(POTTED);

    flow.within(SHORT).awaitSettled();

    assertThat(flow.timeline()).contains("confirmed      game.potted#1  no queue took it");
  }

  @Test
  void anOutcomeMayBeKnownBeforeTheConfirmation() {
    flow.subscribed("games.queue");
    Event<Ball> event = fed.event(POTTED, null);
    flow.publishing(event);
    fed.settled("games.queue", event, 1, Outcome.HANDLED, null);
    flow.confirmed(event, fed.receipt(event, true));

    flow.within(SHORT).awaitSettled();
  }

  @Test
  void anEventThatIsPublishedTwiceIsWaitedForTwice() {
    flow.subscribed("games.queue");
    Event<Ball> event = fed.published(POTTED, null);
    flow.publishing(event);
    flow.confirmed(event, fed.receipt(event, true));
    fed.settled("games.queue", event, 1, Outcome.HANDLED, null);

    assertThatThrownBy(() -> flow.within(SHORT).awaitSettled()).isInstanceOf(AssertionError.class);

    fed.settled("games.queue", event, 1, Outcome.HANDLED, null);
    flow.within(SHORT).awaitSettled();
  }

  @Test
  void aRetryIsWaitedForWhereTimeGoesOnByItself() {
    flow.subscribed("games.queue");
    Event<Ball> event = fed.published(POTTED, null);
    fed.settled("games.queue", event, 1, Outcome.RETRIED, "away");

    assertThatThrownBy(() -> flow.within(SHORT).awaitQuiet())
        .hasMessageContaining(
            "game.potted#1 in 'games.queue' waits for its next attempt by the computer's clock")
        .hasMessageContaining("retried        game.potted#1  in 'games.queue', attempt 1: away");

    fed.settled("games.queue", event, 2, Outcome.DEAD_LETTERED, "away");
    flow.within(SHORT).awaitQuiet();
  }

  @Test
  void waitingEndsWithTheOutcome() throws Exception {
    flow.subscribed("games.queue");
    Event<Ball> event = fed.published(POTTED, null);
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<Void> waiting =
        CompletableFuture.runAsync(
            () -> {
              begun.countDown();
              flow.awaitSettled();
            });
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(waiting).isNotDone();

    fed.settled("games.queue", event, 1, Outcome.HANDLED, null);

    assertThat(waiting).succeedsWithin(Duration.ofSeconds(10));
  }

  @Test
  void anotherFlowIsNotWaitedFor() {
    flow.subscribed("games.queue");
    flow.subscribed("scores.queue");
    Event<Ball> first = fed.published(POTTED, null);
    Event<Ball> child = fed.published(SCORED, first);
    Event<Ball> other = fed.published(POTTED, null);
    fed.settled("games.queue", first, 1, Outcome.HANDLED, null);
    FlowTracker ofFirst = flow.causedBy(first).within(SHORT);

    assertThatThrownBy(ofFirst::awaitSettled)
        .hasMessageContaining("score.updated#1 in 'scores.queue' has no outcome yet.")
        .hasMessageNotContaining("game.potted#2");

    fed.settled("scores.queue", child, 1, Outcome.HANDLED, null);
    ofFirst.awaitSettled();
    assertThat(ofFirst.published(SCORED)).containsExactly(child);
    assertThat(ofFirst.published(POTTED)).containsExactly(first);
    assertThat(flow.published(POTTED)).containsExactly(first, other);
  }

  @Test
  void aPythonServicesCorrelationIsItsCause() {
    Event<Ball> first = fed.published(POTTED, null);
    Event<Ball> direct = SCORED.event(new Ball(1)).correlation(first.id()).build("python");
    Event<Ball> indirect = POTTED.event(new Ball(1)).correlation(direct.id()).build("python");
    fed.published(direct);
    fed.published(indirect);

    assertThat(flow.causedBy(first.id()).published()).containsExactly(first, direct, indirect);
    assertThat(flow.causedBy(UUID.randomUUID()).published()).isEmpty();
  }

  @Test
  void theTimelineNamesTheCauseAndNoPayload() {
    Event<Ball> first = fed.published(POTTED, null);
    fed.published(SCORED, first);

    assertThat(flow.timeline())
        .contains("published      score.updated#1 of game.potted#1  to 'scores.queue'")
        .doesNotContain("4711");
  }

  @Test
  void aMalformedMessageIsInTheTimeline() {
    fed.settled("games.queue", null, 1, Outcome.DEAD_LETTERED, "body: is empty");

    assertThat(flow.timeline()).contains("dead-lettered").contains("attempt 1: body: is empty");
  }

  @Test
  void aLongTimelineShowsItsEnd() {
    for (int i = 0; i < 200; i++) {
      fed.published(POTTED, null);
    }

    assertThat(flow.timeline())
        .contains("… 200 steps before")
        .contains("confirmed      game.potted#200")
        .contains("… 350 more")
        .doesNotContain("confirmed      game.potted#1\n");
  }

  @Test
  void aPayloadOfAnotherClassIsRefused() {
    fed.published(POTTED, null);

    assertThatThrownBy(() -> flow.published(EventType.of("game.potted", UUID.class)))
        .isInstanceOf(ClassCastException.class);
  }
}
