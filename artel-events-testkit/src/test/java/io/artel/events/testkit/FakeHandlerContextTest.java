package io.artel.events.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.artel.events.ChildIds;
import io.artel.events.Event;
import io.artel.events.EventType;
import io.artel.events.Outcome;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class FakeHandlerContextTest {

  record Ball(double points) {}

  private static final EventType<Ball> POTTED = EventType.of("game.potted", Ball.class);
  private static final EventType<Ball> SCORED = EventType.of("score.updated", Ball.class);

  private final Event<Ball> event =
      POTTED
          .event(new Ball(4))
          .session(UUID.randomUUID())
          .game(UUID.randomUUID())
          .user(UUID.randomUUID())
          .build("game");
  private final FakeHandlerContext context = FakeHandlerContext.of(event);

  @Test
  void aChildIsOfTheSameFlowSessionGameAndUser() {
    Event<Ball> child = context.publish(SCORED, new Ball(5));

    assertThat(child.correlationId()).isEqualTo(event.id());
    assertThat(child.causationId()).isEqualTo(event.id());
    assertThat(child.sessionId()).isEqualTo(event.sessionId());
    assertThat(child.gameId()).isEqualTo(event.gameId());
    assertThat(child.userId()).isEqualTo(event.userId());
    assertThat(child.sourceService()).isEqualTo("test");
    assertThat(context.published()).containsExactly(child);
    assertThat(context.published(SCORED)).containsExactly(child);
    assertThat(context.published(POTTED)).isEmpty();
  }

  @Test
  void whatAChildSaysItselfIsKept() {
    UUID session = UUID.randomUUID();
    UUID id = UUID.randomUUID();

    Event<Ball> child =
        context.publish(SCORED.event(new Ball(5)).id(id).session(session).source("other"));

    assertThat(child.id()).isEqualTo(id);
    assertThat(child.sessionId()).isEqualTo(session);
    assertThat(child.sourceService()).isEqualTo("other");
  }

  @Test
  void idsAreThoseThatTheLibraryDerives() {
    context.queue("games.queue");

    UUID first = context.publish(SCORED, new Ball(1)).id();
    UUID second = context.publish(SCORED, new Ball(2)).id();

    assertThat(first).isEqualTo(ChildIds.derive(event.id(), "games.queue", "score.updated", 0));
    assertThat(second).isEqualTo(ChildIds.derive(event.id(), "games.queue", "score.updated", 1));
  }

  @Test
  void aChildThatCannotBeWrittenIsRefused() {
    assertThatThrownBy(() -> context.publish(SCORED, new Ball(Double.NaN)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(context.published()).isEmpty();
  }

  @Test
  void theDeliveryIsAsTheTestSays() {
    context.queue("games.queue").attempt(3).redelivery().header("x", 1).lost();

    assertThat(context.queue()).isEqualTo("games.queue");
    assertThat(context.attempt()).isEqualTo(3);
    assertThat(context.redelivered()).isTrue();
    assertThat(context.headers()).containsEntry("x", 1);
    assertThat(context.stillOwned()).isFalse();
    assertThatThrownBy(() -> context.attempt(0)).hasMessage("attempt is 0, but must be 1 or more");
  }

  @Test
  void withoutAWordTheDeliveryIsTheFirstAndEndsAsHandled() {
    assertThat(context.attempt()).isEqualTo(1);
    assertThat(context.redelivered()).isFalse();
    assertThat(context.stillOwned()).isTrue();
    assertThat(context.outcome()).isEqualTo(Outcome.HANDLED);
    assertThat(context.reason()).isEmpty();
    assertThat(context.retryAfter()).isEmpty();
  }

  @Test
  void theEndThatTheHandlerAskedForIsKept() {
    context.retry(Duration.ofSeconds(5));

    assertThat(context.outcome()).isEqualTo(Outcome.RETRIED);
    assertThat(context.retryAfter()).contains(Duration.ofSeconds(5));
    FakeHandlerContext dead = FakeHandlerContext.of(event);
    dead.deadLetter("unknown table");
    assertThat(dead.outcome()).isEqualTo(Outcome.DEAD_LETTERED);
    assertThat(dead.reason()).contains("unknown table");
    FakeHandlerContext discarded = FakeHandlerContext.of(event);
    discarded.discard("too late");
    assertThat(discarded.outcome()).isEqualTo(Outcome.DISCARDED);
  }

  @Test
  void twoEndsAreRefusedAsTheLibraryRefusesThem() {
    context.discard("too late");

    assertThatThrownBy(() -> context.deadLetter("no"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("to end as DISCARDED already");
    assertThatThrownBy(() -> FakeHandlerContext.of(event).retry(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void workThatTheHandlerAwaitsCanBeAwaited() {
    CompletableFuture<String> work = new CompletableFuture<>();
    context.await(work);

    assertThat(context.awaited()).isNotDone();
    work.completeExceptionally(new IllegalStateException("the store is away"));
    assertThat(context.awaited()).isCompletedExceptionally();
  }
}
