package io.artel.events.testkit.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import io.artel.events.ConnectionStatus;
import io.artel.events.EventType;
import io.artel.events.Topology;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.ArtelSettings;
import io.artel.events.amqp.Subscription;
import io.artel.events.amqp.Subscription.StopReport;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Consumers that die or hang are seen, and read again as soon as they can. */
abstract class Supervision {

  record Job(int number) {}

  static final EventType<Job> JOB = EventType.of("job.asked", Job.class);
  static final EventType<Job> TASK = EventType.of("task.asked", Job.class);
  private static final boolean HAS_VIRTUAL_THREADS = Runtime.version().feature() >= 21;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  static final Topology TOPOLOGY =
      Topology.on("watch.events")
          .queue("jobs.queue", queue -> queue.bind("job.*"))
          .queue("sibling.queue", queue -> queue.bind("job.*"))
          .queue("tasks.queue", queue -> queue.bind("task.*").partitions(1));

  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final Queue<Integer> handled = new ConcurrentLinkedQueue<>();
  private final CountDownLatch released = new CountDownLatch(1);
  ArtelEvents artel;
  Raw raw;

  /** A place of the test's own. */
  abstract String uri();

  /** Ends what the place is in, if that is the test's own too. */
  void endBroker() {}

  @BeforeEach
  void connect() throws Exception {
    artel = connect(uri(), TOPOLOGY);
    raw = new Raw(uri());
  }

  ArtelEvents connect(String uri, Topology topology) {
    return ArtelEvents.connect(
        ArtelSettings.builder()
            .uri(uri)
            .topology(topology)
            .meterRegistry(meters)
            .name("watched")
            .closeTimeout(Duration.ofSeconds(2))
            .build());
  }

  @AfterEach
  void close() throws Exception {
    released.countDown();
    artel.close();
    raw.close();
    endBroker();
  }

  @Test
  void deletedQueueShouldBeSeenAndReadWhenItIsBack() throws Exception {
    Subscription deleted =
        artel.subscribe("jobs.queue").on(JOB, (event, context) -> note(event.data())).start();
    Queue<Long> generations = new ConcurrentLinkedQueue<>();
    artel
        .subscribe("sibling.queue")
        .on(JOB, (event, context) -> generations.add(context.generation()))
        .start();
    assertThat(artel.isHealthy()).isTrue();

    raw.channel().queueDelete("jobs.queue");

    artel.publisher().publish(JOB.event(new Job(0)));
    await().until(() -> generations.size() == 1); // nobody else waits for what becomes of it
    await()
        .atMost(PATIENCE)
        .until(() -> deleted.problem().filter(why -> why.contains("NOT_FOUND")).isPresent());
    assertThat(deleted.expectedConsumers()).isEqualTo(1);
    assertThat(deleted.aliveConsumers()).isZero();
    assertThat(artel.isHealthy()).isFalse();
    assertThat(gauge("rabbitmq.consumers.expected", "jobs.queue")).isEqualTo(1);
    assertThat(gauge("rabbitmq.consumers.alive", "jobs.queue")).isZero();
    assertThat(gauge("rabbitmq.consumers.alive", "sibling.queue")).isEqualTo(1);
    ArtelEvents.declare(ArtelSettings.builder().uri(uri()).topology(TOPOLOGY).build());
    artel.publisher().publish(JOB.event(new Job(1)));

    await().atMost(PATIENCE).until(() -> handled.contains(1));
    assertThat(deleted.problem()).isEmpty();
    assertThat(artel.isHealthy()).isTrue();
    await().until(() -> generations.size() == 2);
    assertThat(generations).containsExactly(1L, 1L);
  }

  @Test
  void manyConsumersShouldHaveMoreThanOneConnection() {
    Topology large =
        Topology.on("large.events").queue("large.queue", q -> q.bind("job.*").partitions(52));
    try (ArtelEvents other = connect(uri(), large)) {
      Subscription subscription =
          other.subscribe("large.queue").on(JOB, (event, context) -> note(event.data())).start();

      assertThat(subscription.aliveConsumers()).isEqualTo(52);
      assertThat(other.connections())
          .extracting(ConnectionStatus::name)
          .containsOnlyOnce("watched consume", "watched consume 2")
          .doesNotContain("watched consume 3");
      for (int number = 0; number < 200; number++) {
        other.publisher().publishAsync(JOB.event(new Job(number)).session(UUID.randomUUID()));
      }
      await().atMost(PATIENCE).until(() -> handled.size() == 200);
      subscription.close();
      other.subscribe("large.queue").on(JOB, (event, context) -> {}).start();
      assertThat(other.connections()).hasSize(4); // the free places are used again
    }
  }

  @Test
  void handlerThatDoesNotEndShouldBeSeen() {
    artel
        .subscribe("jobs.queue")
        .workers(1)
        .stuckAfter(Duration.ofMillis(50))
        .on(
            JOB,
            (event, context) -> {
              released.await();
              note(event.data());
            })
        .start();
    artel.publisher().publish(JOB.event(new Job(1)));

    await().atMost(PATIENCE).until(() -> gauge("rabbitmq.handlers.stuck", "jobs.queue") == 1.0);
    assertThat(gauge("rabbitmq.handlers.running", "jobs.queue")).isEqualTo(1);
    released.countDown();

    await().atMost(PATIENCE).until(() -> gauge("rabbitmq.handlers.stuck", "jobs.queue") == 0.0);
    assertThat(handled).containsExactly(1);
  }

  @Test
  void handlerThatDoesNotEndWhenStoppedShouldBeInterruptedAndItsEventGivenBack() throws Exception {
    ExecutorService threads = threadPerTask();
    CompletableFuture<Thread> handler = new CompletableFuture<>();
    CompletableFuture<Boolean> asked = new CompletableFuture<>();
    Subscription subscription =
        artel
            .subscribe("jobs.queue")
            .executor(threads)
            .on(
                JOB,
                (event, context) -> {
                  handler.complete(Thread.currentThread());
                  try {
                    released.await();
                  } finally {
                    asked.complete(context.isStopping() && !context.stillOwned());
                  }
                })
            .start();
    artel.publisher().publish(JOB.event(new Job(1)));
    Thread thread = handler.join();
    assertThat(isVirtual(thread)).isEqualTo(HAS_VIRTUAL_THREADS);

    StopReport report = subscription.stop(Duration.ofMillis(100));

    assertThat(report).isEqualTo(new StopReport(0, 1, 1));
    assertThat(asked.get()).isTrue();
    await().until(raw.readyIn("jobs.queue"), ready -> ready == 1);
    assertThat(raw.ready("retry.jobs.queue.5000ms")).isZero();
    threads.shutdown();
  }

  @Test
  void everyHandlerShouldHaveAVirtualThreadWhereThereAreSome() throws Exception {
    ExecutorService threads = threadPerTask();
    Queue<Boolean> virtual = new ConcurrentLinkedQueue<>();
    CountDownLatch together = new CountDownLatch(100);
    artel
        .subscribe("jobs.queue")
        .executor(threads)
        .prefetch(100)
        .on(
            JOB,
            (event, context) -> {
              together.countDown();
              together.await(); // a hundred of them run at once
              virtual.add(isVirtual(Thread.currentThread()));
              context.publish(TASK, event.data());
            })
        .start();
    artel
        .subscribe("tasks.queue")
        .executor(threads)
        .on(TASK, (event, context) -> note(event.data()))
        .start();
    for (int number = 0; number < 100; number++) {
      artel.publisher().publishAsync(JOB.event(new Job(number)));
    }

    await().atMost(PATIENCE).until(() -> handled.size() == 100);
    assertThat(handled).doesNotHaveDuplicates();
    assertThat(virtual).hasSize(100).containsOnly(HAS_VIRTUAL_THREADS);
    threads.shutdown();
  }

  @Test
  void consumerThatIsGivenNothingShouldReadOnAnotherChannel() throws Exception {
    Channel other = raw.channel();
    other.basicQos(1);
    CountDownLatch taken = new CountDownLatch(1);
    other.basicConsume("tasks.queue.00", false, (tag, message) -> taken.countDown(), tag -> {});
    for (int number = 0; number < 3; number++) {
      artel.publisher().publish(TASK.event(new Job(number)).session(new UUID(0, 1)));
    }
    artel
        .subscribe("jobs.queue")
        .stalledAfter(Duration.ofMillis(200))
        .on(JOB, (event, context) -> {})
        .start();
    taken.await(); // the single active consumer has one, and we are to have none
    artel
        .subscribe("tasks.queue")
        .stalledAfter(Duration.ofMillis(200))
        .on(TASK, (event, context) -> note(event.data()))
        .start();

    await().atMost(PATIENCE).until(() -> recycled("tasks.queue") >= 2);
    assertThat(recycled("jobs.queue")).isZero(); // it has nothing to give
    other.close();

    await().atMost(PATIENCE).until(() -> handled.size() == 3);
    assertThat(handled).containsExactly(0, 1, 2);
  }

  @Test
  void consumerWhoseHandlerIsBusyShouldKeepItsChannel() {
    artel.publisher().publish(JOB.event(new Job(1)));
    artel.publisher().publish(JOB.event(new Job(2))); // is ready, and may not come before the end
    artel
        .subscribe("jobs.queue")
        .prefetch(1)
        .stalledAfter(Duration.ofSeconds(1))
        .stuckAfter(Duration.ofSeconds(3))
        .on(
            JOB,
            (event, context) -> {
              released.await();
              note(event.data());
            })
        .start();

    await().atMost(PATIENCE).until(() -> gauge("rabbitmq.handlers.stuck", "jobs.queue") == 1.0);
    assertThat(recycled("jobs.queue")).isZero();
    released.countDown();

    await().atMost(PATIENCE).until(() -> handled.size() == 2);
    assertThat(handled).containsExactly(1, 2);
  }

  @Test
  void whatIsHandledWhenStoppedShouldBeAcknowledged() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    Subscription subscription =
        artel
            .subscribe("jobs.queue")
            .on(
                JOB,
                (event, context) -> {
                  started.countDown();
                  released.await();
                })
            .start();
    artel.publisher().publish(JOB.event(new Job(1)));
    started.await();
    CompletableFuture<StopReport> report =
        CompletableFuture.supplyAsync(() -> subscription.stop(PATIENCE));

    released.countDown(); // and the channel is closed at once

    assertThat(report).succeedsWithin(PATIENCE).isEqualTo(new StopReport(1, 0, 0));
    assertThat(raw.ready("jobs.queue")).isZero();
  }

  private void note(Job job) {
    handled.add(job.number());
  }

  private double recycled(String queue) {
    return meters.find("rabbitmq.consumers.recycled").tag("queue_name", queue).counters().stream()
        .mapToDouble(Counter::count)
        .sum();
  }

  double gauge(String meter, String queue) {
    return meters.get(meter).tag("queue_name", queue).gauge().value();
  }

  /** Virtual threads where the JDK has them, else others. */
  private static ExecutorService threadPerTask() throws ReflectiveOperationException {
    return HAS_VIRTUAL_THREADS
        ? (ExecutorService)
            Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null)
        : Executors.newCachedThreadPool();
  }

  private static boolean isVirtual(Thread thread) throws ReflectiveOperationException {
    return HAS_VIRTUAL_THREADS && (boolean) Thread.class.getMethod("isVirtual").invoke(thread);
  }
}
