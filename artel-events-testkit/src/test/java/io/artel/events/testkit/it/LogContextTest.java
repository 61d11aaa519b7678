package io.artel.events.testkit.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.artel.events.Event;
import io.artel.events.EventType;
import io.artel.events.FlowObserver;
import io.artel.events.Outcome;
import io.artel.events.Topology;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.ArtelSettings;
import io.artel.events.testkit.EmbeddedBroker;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

/** What is logged about a delivery says which one it is, wherever on its way that happens. */
class LogContextTest {

  record Potted(int points) {}

  private static final EventType<Potted> POTTED = EventType.of("game.potted", Potted.class);
  private static final EventType<Potted> SEEN = EventType.of("game.seen", Potted.class);

  private final EmbeddedBroker broker = EmbeddedBroker.start();
  private final BlockingQueue<Map<String, String>> seen = new LinkedBlockingQueue<>();
  private final UUID session = UUID.randomUUID();

  @AfterEach
  void stop() {
    broker.close();
  }

  @Test
  void handlersAndOutcomesHaveTheContextOfTheirEvent() throws Exception {
    try (ArtelEvents artel = connect()) {
      artel
          .subscribe("game.queue")
          .on(POTTED, (event, context) -> note())
          .on(SEEN, (event, context) -> {})
          .start();
      Event<Potted> event = publish(artel);

      assertThat(next()).isEqualTo(context(event));
      assertThat(next()).as("when it is settled").isEqualTo(context(event));
    }
  }

  @Test
  void outcomesThatWaitForConfirmationsHaveItToo() throws Exception {
    try (ArtelEvents artel = connect()) {
      artel
          .subscribe("game.queue")
          .on(POTTED, (event, context) -> context.publish(SEEN, event.data()))
          .on(SEEN, (event, context) -> {})
          .start();
      Event<Potted> event = publish(artel);

      assertThat(next()).as("when it is settled").isEqualTo(context(event));
    }
  }

  @Test
  void outcomesOfABatchHaveThatOfEachEvent() throws Exception {
    try (ArtelEvents artel = connect()) {
      artel
          .subscribe("game.queue")
          .workers(1) // which otherwise may join a batch in another order
          .onBatch(POTTED, 2, Duration.ofSeconds(10), (events, context) -> note())
          .start();
      Event<Potted> first = publish(artel);
      Event<Potted> second = publish(artel);

      assertThat(next())
          .as("in the handler")
          .isEqualTo(Map.of("queue", "game.queue", "event_type", "game.potted"));
      assertThat(next()).isEqualTo(context(first));
      assertThat(next()).isEqualTo(context(second));
    }
  }

  private ArtelEvents connect() {
    FlowObserver observer =
        new FlowObserver() {
          @Override
          public void settled(Settlement settlement) {
            Event<?> event = settlement.event();
            if (event != null
                && event.type().equals(POTTED.name())
                && settlement.outcome() == Outcome.HANDLED) {
              note();
            }
          }
        };
    return ArtelEvents.connect(
        ArtelSettings.builder()
            .uri(broker.amqpUri())
            .topology(Topology.on("events").queue("game.queue", queue -> queue.bind("game.*")))
            .observer(observer)
            .build());
  }

  private Event<Potted> publish(ArtelEvents artel) {
    Event<Potted> event = POTTED.event(new Potted(4)).session(session).build("game_service");
    artel.publisher("game_service").publish(event);
    return event;
  }

  private void note() {
    seen.add(Map.copyOf(MDC.getCopyOfContextMap()));
  }

  private @Nullable Map<String, String> next() throws InterruptedException {
    return seen.poll(10, TimeUnit.SECONDS);
  }

  private Map<String, String> context(Event<?> event) {
    return Map.of(
        "event_id",
        event.id().toString(),
        "event_type",
        "game.potted",
        "correlation_id",
        event.flowId().toString(),
        "session_id",
        session.toString(),
        "queue",
        "game.queue",
        "attempt",
        "1");
  }
}
