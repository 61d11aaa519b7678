package io.artel.events.testkit.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.artel.events.EventType;
import io.artel.events.HandlerContext;
import io.artel.events.Topology;
import io.artel.events.TransientException;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.ArtelSettings;
import io.artel.events.amqp.Subscription;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** The broker takes a consumer away from us; it reads again, and its siblings notice nothing. */
abstract class LostConsumers {

  record Job(int number) {}

  /** A call of a handler. */
  record Call(int number, long generation, boolean redelivered) {}

  static final EventType<Job> JOB = EventType.of("job.asked", Job.class);
  static final EventType<Job> TASK = EventType.of("task.asked", Job.class);
  static final EventType<Job> SIGN = EventType.of("sign.given", Job.class);
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  static final Topology TOPOLOGY =
      Topology.on("lost.events")
          .queue("jobs.queue", queue -> queue.bind("job.*"))
          .queue("tasks.queue", queue -> queue.bind("task.*").partitions(4))
          .queue("single.queue", queue -> queue.bind("job.*").partitions(1))
          .queue("sibling.queue", queue -> queue.bind("sign.*"));

  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Queue<Call> calls = new ConcurrentLinkedQueue<>();
  private final Queue<Call> signs = new ConcurrentLinkedQueue<>();
  private final CountDownLatch released = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Queue<String> warnings = new ConcurrentLinkedQueue<>();
  private final Logger library = (Logger) LoggerFactory.getLogger("io.artel.events.amqp");
  private final AppenderBase<ILoggingEvent> listener =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          warnings.add(event.getFormattedMessage());
        }
      };
  private Level levelBefore;
  private ArtelEvents artel;

  /** A place of the test's own. */
  abstract String uri();

  /** Has the broker close the channels that read this queue, for an error. */
  abstract void closeChannels(String queue) throws Exception;

  /** Ends all connections to the place. */
  abstract void cut();

  /** Lets deliveries be held for seconds only, by consumers that start after this. */
  abstract void losePatience();

  /** Has the broker lose patience with what is held from this queue, unless it does by itself. */
  abstract void waitedTooLong(String queue);

  /** What the user may publish to and read. */
  abstract void permit(String write, String read);

  /** Ends what the place is in, if that is the test's own too. */
  abstract void endBroker();

  @BeforeEach
  void connect() {
    listener.setContext(library.getLoggerContext());
    listener.start();
    library.addAppender(listener);
    levelBefore = library.getLevel();
    library.setLevel(Level.WARN);
    artel = open();
  }

  private ArtelEvents open() {
    return ArtelEvents.connect(
        ArtelSettings.builder()
            .uri(uri())
            .topology(TOPOLOGY)
            .meterRegistry(meters)
            .name("lost")
            .reconnectBackoff(Duration.ofMillis(50), Duration.ofMillis(500))
            .closeTimeout(Duration.ofSeconds(2))
            .build());
  }

  @AfterEach
  void close() {
    released.countDown();
    artel.close();
    threads.shutdownNow();
    library.detachAppender(listener);
    library.setLevel(levelBefore);
    endBroker();
  }

  @Test
  void siblingsOfAPartitionWhoseChannelIsClosedShouldGoOn() throws Exception {
    int events = 40;
    CountDownLatch held = new CountDownLatch(events);
    for (int number = 0; number < events; number++) {
      artel.publisher().publish(TASK.event(new Job(number)).session(new UUID(3, number)));
    }
    Map<String, Long> counts = new HashMap<>();
    for (String partition : TOPOLOGY.find("tasks.queue").orElseThrow().sources()) {
      counts.put(partition, ready(partition));
    }
    String broken =
        counts.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow().getKey();
    Subscription tasks =
        artel
            .subscribe("tasks.queue")
            .executor(threads)
            .on(
                TASK,
                (event, context) -> {
                  note(event.data(), context);
                  held.countDown();
                  released.await(); // until then every delivery is unacknowledged
                })
            .start();
    held.await();

    closeChannels(broken);

    await().atMost(PATIENCE).until(() -> warned("channel closed") == 1);
    released.countDown();
    long again = counts.get(broken);
    await().atMost(PATIENCE).until(() -> calls.size() == events + again);
    assertThat(calls).filteredOn(call -> call.generation() == 1).hasSize(events);
    assertThat(calls).filteredOn(Call::redelivered).allMatch(call -> call.generation() == 2);
    assertThat(calls).filteredOn(Call::redelivered).hasSize((int) again);
    assertThat(calls.stream().map(Call::number).collect(Collectors.toSet()))
        .isEqualTo(IntStream.range(0, events).boxed().collect(Collectors.toSet()));
    assertThat(tasks.aliveConsumers()).isEqualTo(4);
    artel.close();
    for (String partition : counts.keySet()) {
      assertThat(ready(partition)).as(partition).isZero();
    }
  }

  @Test
  void whatWaitsForAWorkerShouldNotBeHandledAfterItsChannel() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    artel
        .subscribe("jobs.queue")
        .workers(1)
        .on(
            JOB,
            (event, context) -> {
              note(event.data(), context);
              started.countDown();
              released.await();
            })
        .start();
    for (int number = 0; number < 5; number++) {
      artel.publisher().publish(JOB.event(new Job(number)));
    }
    started.await();
    await().atMost(PATIENCE).until(() -> ready("jobs.queue") == 0); // all have been sent to us

    closeChannels("jobs.queue");
    await().atMost(PATIENCE).until(() -> warned("channel closed") == 1);
    released.countDown();

    await()
        .atMost(PATIENCE)
        .until(() -> calls.stream().filter(call -> call.generation() == 2).count() == 5);
    assertThat(calls).filteredOn(call -> call.generation() == 1).hasSize(1);
    assertThat(calls)
        .filteredOn(call -> call.generation() == 2)
        .extracting(Call::number)
        .containsExactlyInAnyOrder(0, 1, 2, 3, 4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"jobs.queue", "single.queue"})
  void whatIsHeldTooLongShouldComeAgainToALiveConsumer(String queue) throws Exception {
    losePatience();
    reconnect();
    CountDownLatch started = new CountDownLatch(1);
    CompletableFuture<Boolean> owned = new CompletableFuture<>();
    Subscription subscription =
        artel
            .subscribe(queue)
            .executor(threads)
            .on(
                JOB,
                (event, context) -> {
                  note(event.data(), context);
                  if (event.data().number() == 0 && context.generation() == 1) {
                    started.countDown();
                    released.await();
                    owned.complete(context.stillOwned());
                  }
                })
            .start();
    readSigns();
    artel.publisher().publish(JOB.event(new Job(0)).session(new UUID(4, 0)));
    started.await();

    waitedTooLong(queue);

    int[] probe = {0};
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(200))
        .until(
            () -> {
              int number = ++probe[0];
              artel.publisher().publish(JOB.event(new Job(number)).session(new UUID(4, number)));
              return calls.stream().anyMatch(call -> call.generation() >= 2);
            });
    released.countDown();
    await().atMost(PATIENCE).until(() -> calls.stream().anyMatch(call -> isAgain(call, 0)));
    assertThat(owned.get(20, TimeUnit.SECONDS)).isFalse();
    int last = probe[0] + 1;
    artel.publisher().publish(JOB.event(new Job(last)).session(new UUID(4, last)));
    await().atMost(PATIENCE).until(() -> calls.stream().anyMatch(call -> call.number() == last));

    Set<Integer> handled = calls.stream().map(Call::number).collect(Collectors.toSet());
    assertThat(handled)
        .isEqualTo(IntStream.rangeClosed(0, last).boxed().collect(Collectors.toSet()));
    assertThat(subscription.problem()).isEmpty();
    assertThat(subscription.aliveConsumers()).isEqualTo(1);
    artel.publisher().publish(SIGN.event(new Job(last)));
    await().atMost(PATIENCE).until(() -> signs.size() == 1);
    assertThat(signs).containsExactly(new Call(last, 1, false));
    artel.close();
    String source = TOPOLOGY.find(queue).orElseThrow().sources().get(0);
    assertThat(ready(source)).isZero();
    assertThat(ready(TOPOLOGY.find(queue).orElseThrow().deadLetterQueue())).isZero();
  }

  @Test
  void consumerThatMayNotReadShouldPauseUntilItMay() throws Exception {
    Subscription forbidden =
        artel
            .subscribe("jobs.queue")
            .on(JOB, (event, context) -> note(event.data(), context))
            .start();
    readSigns();

    permit(".*", "^sibling\\.queue$");
    long began = System.nanoTime();
    cut();

    await()
        .atMost(PATIENCE)
        .until(
            () ->
                forbidden
                    .problem()
                    .filter(why -> why.contains("permission for queue 'jobs.queue': grant it"))
                    .isPresent());
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              long attempts = warned("not reading, trying again");
              double seconds = (System.nanoTime() - began) / 1e9;
              // At once, and then after 0.2 s, 0.4 s, 0.8 s and so on.
              assertThat(attempts)
                  .as("within %s s", seconds)
                  .isLessThanOrEqualTo(1 + (long) (Math.log(seconds / 0.2 + 1) / Math.log(2)));
              return attempts >= 4;
            });
    assertThat(artel.isHealthy()).isFalse();
    assertThat(forbidden.aliveConsumers()).isZero();
    assertThat(alive("jobs.queue")).isZero();
    assertThat(alive("sibling.queue")).isEqualTo(1);
    artel.publisher().publish(JOB.event(new Job(1)));
    artel.publisher().publish(SIGN.event(new Job(1)));
    await().atMost(PATIENCE).until(() -> signs.size() == 1);
    assertThat(calls).isEmpty();

    permit(".*", ".*");

    await().atMost(PATIENCE).until(() -> calls.size() == 1);
    assertThat(forbidden.problem()).isEmpty();
    assertThat(artel.isHealthy()).isTrue();
    artel.publisher().publish(SIGN.event(new Job(2)));
    await().atMost(PATIENCE).until(() -> signs.size() == 2);
    assertThat(signs.stream().map(Call::generation)).containsOnly(2L); // the cut, and nothing since
  }

  @Test
  void copyThatMayNotBePublishedShouldLeaveTheEventWhereItIs() throws Exception {
    permit("^(?!amq\\.default).*", ".*");
    cut(); // brokers remember for a while what was allowed
    await().atMost(PATIENCE).until(artel::isHealthy);
    artel
        .subscribe("jobs.queue")
        .on(
            JOB,
            (event, context) -> {
              note(event.data(), context);
              throw new TransientException("not yet");
            })
        .start();
    artel.publisher().publish(JOB.event(new Job(1)));

    await().atMost(PATIENCE).until(() -> warned("a copy was not confirmed") >= 2);
    assertThat(warnings).anyMatch(line -> line.contains("ACCESS_REFUSED"));
    assertThat(ready("retry.jobs.queue.5000ms")).isZero();
    assertThat(ready("jobs.dlq")).isZero();
    assertThat(calls).hasSize(1);

    permit(".*", ".*");

    await().atMost(PATIENCE).until(() -> calls.size() == 2);
    assertThat(calls).noneMatch(Call::redelivered); // the second one is the copy
  }

  private void reconnect() {
    artel.close();
    artel = open();
  }

  private long ready(String queue) throws Exception {
    try (Raw raw = new Raw(uri())) {
      return raw.ready(queue);
    }
  }

  private void readSigns() {
    artel
        .subscribe("sibling.queue")
        .on(
            SIGN,
            (event, context) ->
                signs.add(
                    new Call(event.data().number(), context.generation(), context.redelivered())))
        .start();
  }

  private void note(Job job, HandlerContext context) {
    calls.add(new Call(job.number(), context.generation(), context.redelivered()));
  }

  private static boolean isAgain(Call call, int number) {
    return call.number() == number && call.generation() >= 2 && call.redelivered();
  }

  private long warned(String part) {
    return List.copyOf(warnings).stream().filter(line -> line.contains(part)).count();
  }

  private double alive(String queue) {
    return meters.get("rabbitmq.consumers.alive").tag("queue_name", queue).gauge().value();
  }
}
