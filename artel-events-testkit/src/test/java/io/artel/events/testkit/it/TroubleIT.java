package io.artel.events.testkit.it;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.artel.events.Event;
import io.artel.events.EventPublisher;
import io.artel.events.EventType;
import io.artel.events.FlowObserver;
import io.artel.events.PublishException;
import io.artel.events.PublishReceipt;
import io.artel.events.Topology;
import io.artel.events.TopologyException;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.ArtelSettings;
import io.artel.events.amqp.Subscription;
import io.artel.events.testkit.OnRealBrokers;
import io.artel.events.testkit.RabbitMq;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** What users and brokers do to us that they should not: nothing hangs, and nothing is lost. */
@OnRealBrokers(ours = true)
@Timeout(value = 90, threadMode = ThreadMode.SEPARATE_THREAD)
class TroubleIT {

  record Step(int number) {}

  record Large(int number, String text) {}

  private static final EventType<Step> STEP = EventType.of("trouble.step", Step.class);
  private static final EventType<Large> LARGE = EventType.of("trouble.large", Large.class);
  private static final EventType<Step> ORDERED = EventType.of("ordered.step", Step.class);

  private final RabbitMq broker;
  private final String uri;
  private final Topology topology =
      Topology.on("trouble.events")
          .queue("trouble.queue", q -> q.bind("trouble.*"))
          .queue("ordered.queue", q -> q.bind("ordered.*").partitions(2));
  private final Queue<Integer> handled = new ConcurrentLinkedQueue<>();
  private ArtelEvents artel;
  private volatile boolean alarm;

  TroubleIT(RabbitMq broker) {
    this.broker = broker;
    this.uri = broker.createVhost("trouble-" + UUID.randomUUID());
  }

  /** Bounded: what these tests are about would hang here as well. */
  @AfterEach
  void disconnect() {
    endAlarm();
    CompletableFuture.runAsync(artel::close).orTimeout(60, SECONDS).join();
  }

  @Test
  void whatAnExecutorRefusesShouldBeHandledLater() {
    connect(settings -> settings);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    AtomicInteger offered = new AtomicInteger();
    try {
      for (String queue : List.of("trouble.queue", "ordered.queue")) {
        artel
            .subscribe(queue)
            .executor(
                task -> {
                  if (offered.incrementAndGet() % 3 != 0) {
                    throw new RejectedExecutionException("full");
                  }
                  threads.execute(task);
                })
            .on(
                queue.equals("trouble.queue") ? STEP : ORDERED,
                (event, context) -> handled.add(event.data().number()))
            .start();
      }
      for (int number = 0; number < 30; number++) {
        artel.publisher().publish(STEP.event(new Step(number)));
        artel.publisher().publish(ORDERED.event(new Step(100 + number)).session(new UUID(0, 1)));
      }

      await().atMost(30, SECONDS).until(() -> handled.size() == 60);
      assertThat(handled.stream().filter(number -> number >= 100)).isSorted();
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void publishThatWaitsOnTheThreadThatAnnouncesShouldFailAtOnce() {
    connect(settings -> settings);
    EventPublisher publisher = artel.publisher();
    Queue<PublishException> failures = new ConcurrentLinkedQueue<>();

    await()
        .atMost(30, SECONDS)
        .until(
            () -> {
              publisher
                  .publishAsync(STEP.event(new Step(1)))
                  .thenRun(
                      () -> {
                        try {
                          publisher.publish(STEP.event(new Step(2)));
                        } catch (PublishException e) {
                          failures.add(e);
                        }
                      })
                  .toCompletableFuture()
                  .get(20, SECONDS);
              return !failures.isEmpty();
            });

    assertThat(failures)
        .allSatisfy(
            failure -> assertThat(failure.outcome()).isEqualTo(PublishException.Outcome.NOT_SENT))
        .allSatisfy(failure -> assertThat(failure).hasMessageContaining("publishAsync"));
    assertThat(publisher.publish(STEP.event(new Step(3))).routed()).isTrue();
  }

  @Test
  void observerThatThrowsErrorsShouldHoldUpNothing() {
    connect(
        settings ->
            settings.observer(
                new FlowObserver() {
                  @Override
                  public void confirmed(Event<?> event, PublishReceipt receipt) {
                    throw new AssertionError("a test's own");
                  }

                  @Override
                  public void failed(Event<?> event, PublishException failure) {
                    throw new AssertionError("a test's own");
                  }

                  @Override
                  public void settled(Settlement settlement) {
                    throw new AssertionError("a test's own");
                  }
                }));
    Subscription subscription =
        artel
            .subscribe("ordered.queue")
            .on(ORDERED, (event, context) -> handled.add(event.data().number()))
            .start();
    EventType<Step> lost = EventType.of("nobody.listens", Step.class);

    for (int number = 0; number < 5; number++) {
      artel.publisher().publish(ORDERED.event(new Step(number)).session(new UUID(0, 1)));
    }
    assertThatThrownBy(() -> artel.publisher().publish(lost.event(new Step(1))))
        .isInstanceOf(PublishException.class);

    await().atMost(20, SECONDS).until(() -> handled.size() == 5);
    assertThat(handled).containsExactly(0, 1, 2, 3, 4);
    await()
        .atMost(20, SECONDS)
        .until(() -> subscription.stop(Duration.ofSeconds(5)).settled() == 5);
  }

  @Test
  void impossibleRetryShouldBeTheHandlersErrorAndHoldUpNothing() {
    connect(settings -> settings);
    artel
        .subscribe("ordered.queue")
        .on(
            ORDERED,
            (event, context) -> {
              if (event.data().number() == 0) {
                context.retry(Duration.ofSeconds(-1));
              }
              if (event.data().number() == 1) {
                context.retry(Duration.ofSeconds(Long.MAX_VALUE));
              }
              handled.add(event.data().number());
            })
        .start();
    for (int number = 0; number < 3; number++) {
      artel.publisher().publish(ORDERED.event(new Step(number)).session(new UUID(0, 1)));
    }

    await().atMost(20, SECONDS).until(() -> handled.contains(2));
    try (Raw raw = new Raw(uri)) {
      await().atMost(20, SECONDS).until(raw.readyIn("ordered.dlq"), ready -> ready == 2);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void queueThatIsNotThereShouldBeNamedWhenItsSubscriptionStarts() {
    connect(ArtelSettings.Builder::withoutDeclaring);

    assertThatThrownBy(
            () ->
                artel
                    .subscribe("trouble.queue")
                    .on(STEP, (event, context) -> handled.add(event.data().number()))
                    .start())
        .isInstanceOf(TopologyException.class)
        .hasMessageContaining("NOT_FOUND - no queue 'trouble.queue'");
  }

  /** An alarm stops the broker from reading: a socket that is full must not hold anybody up. */
  @Test
  void blockedBrokerShouldHoldUpNeitherTimeoutsNorClose() {
    connect(
        settings ->
            settings
                .maxInFlight(200)
                .publishTimeout(Duration.ofSeconds(3))
                .confirmTimeout(Duration.ofSeconds(2))
                .enqueueTimeout(Duration.ofSeconds(1))
                .closeTimeout(Duration.ofSeconds(2)));
    EventPublisher publisher = artel.publisher();
    publisher.publish(large(0));
    raiseAlarm();
    try {
      // The broker says that it blocks when it hears the first publish.
      assertThatThrownBy(() -> publisher.publish(large(1))).isInstanceOf(PublishException.class);
      List<CompletableFuture<PublishReceipt>> more = new ArrayList<>();
      for (int number = 0; number < 150; number++) {
        more.add(publisher.publishAsync(large(number)).toCompletableFuture());
      }
      assertThat(more)
          .allSatisfy(
              future ->
                  assertThat(future)
                      .failsWithin(20, SECONDS)
                      .withThrowableThat()
                      .withCauseInstanceOf(PublishException.class)
                      .withMessageContaining("(blocked)"));
      long started = System.nanoTime();
      artel.close();
      assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(20));
    } finally {
      endAlarm();
    }
  }

  @Test
  void whatWaitedForABlockedBrokerShouldBePublishedAfterwards() {
    connect(
        settings ->
            settings.publishTimeout(Duration.ofSeconds(60)).confirmTimeout(Duration.ofSeconds(5)));
    EventPublisher publisher = artel.publisher();
    publisher.publish(large(0));
    List<CompletableFuture<PublishReceipt>> futures = new ArrayList<>();
    raiseAlarm();
    try (Secrets log = new Secrets()) {
      futures.add(publisher.publishAsync(large(1)).toCompletableFuture());
      await()
          .atMost(20, SECONDS)
          .until(() -> log.lines().stream().anyMatch(line -> line.contains("blocks publishing")));
      for (int number = 2; number < 20; number++) {
        futures.add(publisher.publishAsync(large(number)).toCompletableFuture());
      }
    } finally {
      endAlarm();
    }

    assertThat(futures)
        .allSatisfy(future -> assertThat(future).succeedsWithin(Duration.ofSeconds(30)));
  }

  private void raiseAlarm() {
    alarm = true;
    broker.ctl("set_vm_memory_high_watermark", "absolute", "1MB");
  }

  private void endAlarm() {
    if (alarm) {
      broker.ctl("set_vm_memory_high_watermark", "0.6");
      alarm = false;
    }
  }

  private static Event<Large> large(int number) {
    return LARGE.event(new Large(number, "x".repeat(100_000))).build("trouble");
  }

  private void connect(UnaryOperator<ArtelSettings.Builder> options) {
    artel =
        ArtelEvents.connect(
            options
                .apply(ArtelSettings.builder().name("trouble").uri(uri).topology(topology))
                .build());
  }
}
