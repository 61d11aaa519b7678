package io.artel.events.testkit.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.artel.events.EventPublisher;
import io.artel.events.EventType;
import io.artel.events.PublishException;
import io.artel.events.PublishReceipt;
import io.artel.events.Topology;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.ArtelSettings;
import io.artel.events.amqp.Subscription;
import io.artel.events.testkit.OnRealBrokers;
import io.artel.events.testkit.RabbitMq;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The connection goes, and comes back: what was confirmed is handled, in order. */
@OnRealBrokers(ours = true)
class RecoveryIT {

  record Step(int number) {}

  static final EventType<Step> STEP = EventType.of("flow.step", Step.class);

  private static final int EVENTS = 5000;

  /** A broker may take half a minute to start on a busy machine. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final RabbitMq broker;
  private final String uri;

  /** One partition: with several, RabbitMQ 3.x may spread keys otherwise after a restart. */
  private final Topology topology =
      Topology.on("flow.events").queue("flow.queue", q -> q.bind("flow.*").partitions(1));

  private ArtelEvents artel;

  RecoveryIT(RabbitMq broker) {
    this.broker = broker;
    this.uri = broker.createVhost("recovery-" + UUID.randomUUID());
  }

  @BeforeEach
  void connect() {
    artel =
        ArtelEvents.connect(
            ArtelSettings.builder()
                .uri(uri)
                .topology(topology)
                .enqueueTimeout(PATIENCE)
                .publishTimeout(PATIENCE)
                .name("flow")
                .build());
    broker.flush();
  }

  @AfterEach
  void close() {
    broker.start();
    artel.close();
  }

  @Test
  void everyConfirmedEventShouldBeHandledInOrderAfterTheBrokerWasKilled() {
    Queue<Integer> firstSeen = new ConcurrentLinkedQueue<>();
    Set<Integer> seen = ConcurrentHashMap.newKeySet();
    Subscription subscription =
        artel
            .subscribe("flow.queue")
            .on(
                STEP,
                (event, context) -> {
                  if (seen.add(event.data().number())) {
                    firstSeen.add(event.data().number());
                  }
                })
            .start();
    EventPublisher publisher = artel.publisher("flow");
    UUID session = UUID.randomUUID();
    CompletableFuture<Void> published =
        CompletableFuture.runAsync(
            () -> {
              List<CompletableFuture<PublishReceipt>> receipts = new ArrayList<>();
              for (int i = 0; i < EVENTS; i++) {
                receipts.add(
                    publisher
                        .publishAsync(STEP.event(new Step(i)).session(session))
                        .toCompletableFuture());
              }
              CompletableFuture.allOf(receipts.toArray(CompletableFuture[]::new)).join();
            });

    await().until(() -> seen.size() > EVENTS / 10);
    broker.kill();
    broker.start();

    published.join();
    await().atMost(PATIENCE).until(() -> seen.size() == EVENTS);
    assertThat(List.copyOf(firstSeen)).isSorted();
    assertThat(subscription.aliveConsumers()).isEqualTo(1);
  }

  @Test
  void closedConnectionsShouldBeOpenedAgain() {
    Queue<Integer> seen = new ConcurrentLinkedQueue<>();
    artel
        .subscribe("flow.queue")
        .on(STEP, (event, context) -> seen.add(event.data().number()))
        .start();
    EventPublisher publisher = artel.publisher("flow");
    publisher.publish(STEP.event(new Step(1)));

    broker.ctl("close_all_connections", "--global", "for a test");

    publisher.publish(STEP.event(new Step(2)));
    await().until(() -> seen.contains(1) && seen.contains(2));
  }

  @Test
  void publishShouldEndWhenTheBrokerStaysAway() {
    try (ArtelEvents impatient =
        ArtelEvents.connect(
            ArtelSettings.builder()
                .uri(uri)
                .topology(topology)
                .confirmTimeout(Duration.ofSeconds(1))
                .publishTimeout(Duration.ofSeconds(2))
                .closeTimeout(Duration.ofSeconds(1))
                .build())) {
      broker.kill();

      assertThatThrownBy(() -> impatient.publisher("flow").publish(STEP.event(new Step(1))))
          .isInstanceOfSatisfying(
              PublishException.class,
              e ->
                  assertThat(e.outcome())
                      .isIn(PublishException.Outcome.NOT_SENT, PublishException.Outcome.UNKNOWN));
    }
  }

  @Test
  void deletedQueueShouldBeReadAgainOnceItIsBack() throws Exception {
    Topology plain = Topology.on("flow.events").queue("plain.queue", q -> q.bind("plain.*"));
    EventType<Step> type = EventType.of("plain.step", Step.class);
    Queue<Integer> seen = new ConcurrentLinkedQueue<>();
    try (ArtelEvents other = ArtelEvents.connect(uri, plain);
        Raw raw = new Raw(uri)) {
      Subscription subscription =
          other.subscribe("plain.queue").on(type, (event, context) -> seen.add(1)).start();

      raw.channel().queueDelete("plain.queue");
      await().until(() -> subscription.aliveConsumers() == 0);
      ArtelEvents.declare(ArtelSettings.builder().uri(uri).topology(plain).build());

      await().atMost(Duration.ofSeconds(30)).until(() -> subscription.aliveConsumers() == 1);
      other.publisher("flow").publish(type.event(new Step(1)));
      await().until(() -> seen.size() == 1);
    }
  }
}
