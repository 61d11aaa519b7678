package io.artel.events.testkit;

import io.artel.events.Event;
import io.artel.events.EventType;
import io.artel.events.FlowObserver.Settlement;
import io.artel.events.Outcome;
import io.artel.events.PublishException;
import io.artel.events.PublishReceipt;
import io.artel.events.Topology;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A flow tracker that tests feed with what the library would tell it. */
final class HandFedFlow {

  record Ball(int points) {}

  static final EventType<Ball> POTTED = EventType.of("game.potted", Ball.class);
  static final EventType<Ball> SCORED = EventType.of("score.updated", Ball.class);
  static final EventType<Ball> MOVED = EventType.of("move.made", Ball.class);

  final FlowTracker flow =
      FlowTracker.of(
          Topology.on("test.events")
              .queue("games.queue", q -> q.bind("game.*"))
              .queue("scores.queue", q -> q.bind("score.*"))
              .queue("moves.queue", q -> q.bind("move.*").partitions(2))
              .queue("audit.queue", q -> q.bind("game.#").observer()));

  private Instant clock = Instant.parse("2026-01-01T00:00:00Z");

  Event<Ball> event(EventType<Ball> type, @Nullable Event<?> cause) {
    Event.Builder<Ball> builder = type.event(new Ball(4711));
    if (cause != null) {
      builder.causation(cause.id()).correlation(cause.flowId());
    }
    return builder.build("test");
  }

  Event<Ball> published(EventType<Ball> type, @Nullable Event<?> cause) {
    return published(event(type, cause));
  }

  Event<Ball> published(Event<Ball> event) {
    flow.publishing(event);
    flow.confirmed(event, receipt(event, true));
    return event;
  }

  Event<Ball> publishedUnrouted(EventType<Ball> type) {
    Event<Ball> event = event(type, null);
    flow.publishing(event);
    flow.confirmed(event, receipt(event, false));
    return event;
  }

  PublishReceipt receipt(Event<?> event, boolean routed) {
    return new PublishReceipt(event.id(), routed, "broker:5672", 1, Duration.ofMillis(1));
  }

  PublishException failure(Event<?> event) {
    return new PublishException(
        PublishException.Outcome.UNROUTABLE, PublishException.Details.of(event), "gone", null);
  }

  /** A settlement that started a millisecond after the one before. */
  void settled(
      String queue, @Nullable Event<?> event, int attempt, Outcome outcome, @Nullable String why) {
    clock = clock.plusMillis(1);
    flow.settled(
        new Settlement(queue, event, attempt, outcome, why, null, clock, Duration.ofMillis(1)));
  }
}
