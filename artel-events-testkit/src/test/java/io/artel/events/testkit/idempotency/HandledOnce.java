package io.artel.events.testkit.idempotency;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import io.artel.events.Event;
import io.artel.events.EventHandler;
import io.artel.events.EventType;
import io.artel.events.FailurePolicy;
import io.artel.events.FlowObserver;
import io.artel.events.IdempotencyStore;
import io.artel.events.IdempotencyWindow;
import io.artel.events.Outcome;
import io.artel.events.PublishReceipt;
import io.artel.events.QueueSpec;
import io.artel.events.Topology;
import io.artel.events.TransientException;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.ArtelSettings;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Subscriptions that ask a store, and the ids of what handlers publish. */
abstract class HandledOnce {

  record Potted(int points) {}

  record Counted(int points) {}

  private static final EventType<Potted> POTTED = EventType.of("game.potted", Potted.class);
  private static final EventType<Counted> COUNTED =
      EventType.of("stats.counted", Counted.class).optionalAudience();
  private static final String QUEUE = "game.service.queue";
  private static final Duration SOON = Duration.ofSeconds(30);

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Queue<FlowObserver.Settlement> settled = new ConcurrentLinkedQueue<>();
  private final Queue<UUID> confirmed = new ConcurrentLinkedQueue<>();
  private final Event<Potted> event =
      POTTED.event(new Potted(4)).source("test").session(UUID.randomUUID()).build();
  private ArtelEvents artel;

  /** An empty place on a broker, another one each time. */
  abstract String uri();

  /** Ends what the places are in, if that is the test's own too. */
  void endBrokers() {}

  @AfterEach
  void close() {
    artel.close();
    endBrokers();
  }

  @Test
  void anEventThatArrivesAgainShouldNotBeHandledAgain() {
    connect(uri(), UnaryOperator.identity());
    AtomicInteger handled = new AtomicInteger();
    subscribe(
        IdempotencyWindow.ofSize(10),
        (potted, context) -> {
          context.publish(COUNTED, new Counted(1));
          handled.incrementAndGet();
        });

    artel.publisher().publish(event);
    await().atMost(SOON).until(() -> settled.size() == 1);
    artel.publisher().publish(event);
    await().atMost(SOON).until(() -> settled.size() == 2);

    assertThat(handled).hasValue(1);
    assertThat(settled)
        .extracting(FlowObserver.Settlement::outcome)
        .containsExactly(Outcome.HANDLED, Outcome.HANDLED);
    assertThat(settled)
        .extracting(FlowObserver.Settlement::reason)
        .containsExactly(null, "handled before");
    assertThat(duplicates()).isEqualTo(1);
    assertThat(confirmed).filteredOn(id -> !id.equals(event.id())).hasSize(1);
  }

  @Test
  void twoDeliveriesAtOnceShouldBeHandledOnceEvenIfTheFirstAttemptFails() throws Exception {
    connect(uri(), UnaryOperator.identity());
    CountDownLatch both = new CountDownLatch(1);
    AtomicInteger calls = new AtomicInteger();
    AtomicInteger effects = new AtomicInteger();
    AtomicInteger running = new AtomicInteger();
    Queue<Integer> atOnce = new ConcurrentLinkedQueue<>();
    subscribe(
        IdempotencyWindow.ofSize(10),
        (potted, context) -> {
          if (potted.id().equals(event.id())) {
            atOnce.add(running.incrementAndGet());
            try {
              if (calls.incrementAndGet() == 1) {
                assertThat(both.await(20, SECONDS)).isTrue();
                throw new TransientException("the first attempt fails");
              }
            } finally {
              running.decrementAndGet();
            }
          }
          effects.incrementAndGet();
        });

    artel.publisher().publish(event);
    artel.publisher().publish(event);
    Event<Potted> other = POTTED.event(new Potted(0)).source("test").build();
    artel.publisher().publish(other);
    // What was published after both is handled: so both have been delivered, and one waits.
    await().atMost(SOON).until(() -> effects.get() == 1);
    both.countDown();

    await().atMost(SOON).until(() -> settled.size() == 4);
    assertThat(effects).hasValue(2);
    assertThat(atOnce).containsExactly(1, 1);
    assertThat(duplicates()).isEqualTo(1);
    assertThat(settled)
        .extracting(FlowObserver.Settlement::outcome)
        .containsExactlyInAnyOrder(
            Outcome.HANDLED, Outcome.RETRIED, Outcome.HANDLED, Outcome.HANDLED);
  }

  @Test
  void anEventWhoseHandlerAskedForARetryShouldBeHandledThen() {
    connect(uri(), UnaryOperator.identity());
    AtomicInteger calls = new AtomicInteger();
    subscribe(
        IdempotencyWindow.ofSize(10),
        (potted, context) -> {
          if (calls.incrementAndGet() == 1) {
            context.retry(Duration.ofMillis(100));
          }
        });

    artel.publisher().publish(event);

    await().atMost(SOON).until(() -> settled.size() == 2);
    assertThat(calls).hasValue(2);
    assertThat(duplicates()).isZero();
  }

  @Test
  void aStoreThatFailsShouldNeitherLoseNorRepeatWhatItCanHelp() {
    connect(uri(), UnaryOperator.identity());
    AtomicInteger asked = new AtomicInteger();
    AtomicInteger handled = new AtomicInteger();
    subscribe(
        new IdempotencyStore() {
          @Override
          public boolean isHandled(String queue, UUID eventId) {
            if (asked.incrementAndGet() == 1) {
              throw new TransientException("the store is away");
            }
            return false;
          }

          @Override
          public void markHandled(String queue, UUID eventId) {
            throw new TransientException("the store is away again");
          }
        },
        (potted, context) -> handled.incrementAndGet());

    artel.publisher().publish(event);

    await().atMost(SOON).until(() -> settled.size() == 2);
    assertThat(handled).hasValue(1);
    assertThat(settled)
        .extracting(FlowObserver.Settlement::outcome)
        .containsExactly(Outcome.RETRIED, Outcome.HANDLED);
  }

  @Test
  void childrenShouldHaveTheSameIdsWhateverThePartitions() {
    List<UUID> eight = children(queue -> queue.partitions(8));
    artel.close();
    List<UUID> two = children(queue -> queue.partitions(2));
    artel.close();
    List<UUID> one = children(UnaryOperator.identity());

    assertThat(eight).hasSize(2).doesNotHaveDuplicates();
    assertThat(two).isEqualTo(eight);
    assertThat(one).isEqualTo(eight);
  }

  @Test
  void childrenShouldHaveTheSameIdsAfterRetryAndRedrive() throws Exception {
    String uri = uri();
    connect(uri, UnaryOperator.identity());
    Queue<UUID> published = new ConcurrentLinkedQueue<>();
    AtomicInteger calls = new AtomicInteger();
    artel
        .subscribe(QUEUE)
        .on(
            POTTED,
            (potted, context) -> {
              published.add(context.publish(COUNTED, new Counted(1)).id());
              published.add(context.publish(COUNTED, new Counted(2)).id());
              if (calls.incrementAndGet() < 3) {
                throw new TransientException("not yet");
              }
            })
        .onFailure(
            FailurePolicy.retry(TransientException.class)
                .upTo(1)
                .backoff(Duration.ofMillis(100), Duration.ofMillis(100))
                .thenDeadLetter())
        .start();

    artel.publisher().publish(event);
    await().atMost(SOON).until(() -> settled.size() == 2);
    redrive(uri, "game.service.dlq", QUEUE);
    await().atMost(SOON).until(() -> settled.size() == 3);

    List<UUID> all = List.copyOf(published);
    assertThat(all).hasSize(6);
    assertThat(all.subList(2, 4)).isEqualTo(all.subList(0, 2));
    assertThat(all.subList(4, 6)).isEqualTo(all.subList(0, 2));
  }

  private List<UUID> children(UnaryOperator<QueueSpec> partitions) {
    confirmed.clear();
    settled.clear();
    connect(uri(), partitions);
    artel
        .subscribe(QUEUE)
        .on(
            POTTED,
            (potted, context) -> {
              context.publish(COUNTED, new Counted(1));
              context.publish(COUNTED, new Counted(2));
            })
        .start();
    artel.publisher().publish(event);
    await().atMost(SOON).until(() -> settled.size() == 1);
    return confirmed.stream().filter(id -> !id.equals(event.id())).sorted().toList();
  }

  private void connect(String uri, UnaryOperator<QueueSpec> partitions) {
    Consumer<Event<?>> note = each -> confirmed.add(each.id());
    artel =
        ArtelEvents.connect(
            ArtelSettings.builder()
                .uri(uri)
                .topology(
                    Topology.on("once.events")
                        .queue(QUEUE, queue -> partitions.apply(queue.bind("game.*"))))
                .meterRegistry(meters)
                .observer(
                    new FlowObserver() {
                      @Override
                      public void confirmed(Event<?> each, PublishReceipt receipt) {
                        note.accept(each);
                      }

                      @Override
                      public void settled(Settlement settlement) {
                        settled.add(settlement);
                      }
                    })
                .build());
  }

  private void subscribe(IdempotencyStore store, EventHandler<Potted> handler) {
    artel
        .subscribe(QUEUE)
        .on(POTTED, handler)
        .idempotent(store)
        .onFailure(
            FailurePolicy.retry(TransientException.class)
                .upTo(1)
                .backoff(Duration.ofMillis(100), Duration.ofMillis(100))
                .thenDeadLetter())
        .start();
  }

  private double duplicates() {
    Counter counter =
        meters
            .find("rabbitmq.events.duplicates")
            .tags("event_type", POTTED.name(), "queue_name", QUEUE)
            .counter();
    return counter == null ? 0 : counter.count();
  }

  /** Puts a dead letter back as it was published, without its counters. */
  private static void redrive(String uri, String from, String to) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(uri);
    try (Connection connection = factory.newConnection();
        Channel channel = connection.createChannel()) {
      channel.confirmSelect();
      GetResponse letter = channel.basicGet(from, true);
      BasicProperties properties =
          new BasicProperties.Builder()
              .contentType(letter.getProps().getContentType())
              .messageId(letter.getProps().getMessageId())
              .build();
      channel.basicPublish("", to, true, properties, letter.getBody());
      channel.waitForConfirmsOrDie(10_000);
    }
  }
}
