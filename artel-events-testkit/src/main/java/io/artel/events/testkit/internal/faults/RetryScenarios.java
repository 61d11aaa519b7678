package io.artel.events.testkit.internal.faults;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import io.artel.events.TopologyLayout;
import io.artel.events.testkit.RabbitMq;
import io.artel.events.testkit.internal.faults.Task.Behaviour;
import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** What happens to events that wait for another attempt, or for people. */
final class RetryScenarios {
  private static final int EACH = 5;
  private static final Duration LONGEST_COPY_BACKOFF = ofSeconds(30);
  private static final String POLICY = "full";
  private static final int ROOM = 1_000;

  /** A broker that finds a queue away at which a retry is due tries again so much later. */
  private static final Duration RESUMES = ofMinutes(3);

  private RetryScenarios() {}

  static List<Scenario> all() {
    return List.of(
        Scenario.of("F17", "broker killed while retries wait", RetryScenarios::retries)
            .alone()
            .with(StageSettings::brokerRestarts),
        Scenario.of("F19", "dead-letter queue deleted, full, silent", RetryScenarios::noDeadLetters)
            .realOnly()
            .with(settings -> settings.onlyPlain().confirmsWithin(ofSeconds(2))));
  }

  /** Retries of the one service are none of the other's business. */
  private static void retries(Stage stage) throws InterruptedException {
    stage.flow(ofMillis(600), ofMillis(1_200));
    stage.quieten();
    Map<String, Integer> failures = new TreeMap<>();
    for (int count = 1; count <= Services.RETRIES + 1; count++) {
      for (int i = 0; i < EACH; i++) {
        failures.put(stage.load.task(Task.toFail(count).in(Stage.PLAIN)), count);
      }
    }
    stage.await(
        "all have failed once",
        () -> failures.keySet().stream().noneMatch(key -> attempts(stage, key).isEmpty()));
    stage.flow(ofMillis(300));
    long since = System.nanoTime();
    stage.node.kill();
    stage.fault();
    stage.flow(ofMillis(500));
    stage.node.start();
    Duration outage = Duration.ofNanos(System.nanoTime() - since);
    stage.figure("outage_ms", outage.toMillis());
    stage.load.goOn();
    stage.recovers(ofSeconds(10));

    stage.await(
        "what fails too often is dead and all else handled",
        RESUMES.multipliedBy(2),
        () -> stage.oracle.missing().size() == EACH && stage.deadLetters(Stage.PLAIN) >= EACH);
    failures.forEach((key, count) -> attemptsAreExact(stage, key, count));
    stage.retriesWereInTime(outage.plus(RESUMES));
  }

  private static void attemptsAreExact(Stage stage, String key, int failures) {
    List<Integer> expected =
        IntStream.rangeClosed(1, Math.min(failures, Services.RETRIES) + 1).boxed().toList();
    stage.check(
        attempts(stage, key).equals(expected),
        "the attempts of an event that fails " + failures + " times were " + attempts(stage, key));
    stage.check(
        stage.calls.attempts(Stage.ORDERED, key).equals(List.of(1)),
        "the other service was called for an event that is retried: "
            + stage.calls.attempts(Stage.ORDERED, key));
  }

  private static List<Integer> attempts(Stage stage, String key) {
    return stage.calls.attempts(Stage.PLAIN, key);
  }

  private static void noDeadLetters(Stage stage) throws Exception {
    String dead = stage.topology.find(Stage.PLAIN).orElseThrow().deadLetterQueue();
    String unrouted = TopologyLayout.unrouted(stage.topology.deadLetterExchange());
    stage.flow(ofMillis(300), ofMillis(600));
    stage.administer(channel -> channel.queueDelete(dead));
    stage.harmlessFault();
    refuse(stage);
    stage.await(
        "dead letters without a queue lie where they are seen",
        () -> stage.broker.queue(unrouted).ready() == EACH);
    stage.declareAgain();
    refuse(stage);
    stage.await("the queue is used again", () -> stage.deadLetters(Stage.PLAIN) == EACH);

    RabbitMq broker = stage.node.rabbitMq();
    limit(stage, broker, dead, EACH);
    stage.fault();
    held(stage);
    stage.check(stage.figures().getOrDefault("refused_copies", 0L) > 0, "no copy was refused");
    limit(stage, broker, dead, ROOM);
    // RabbitMQ 3.x goes on refusing until something else is done with the queue.
    stage.administer(
        channel -> {
          channel.basicGet(dead, false);
          channel.basicNack(0, true, true);
        });
    comeIn(stage, 2 * EACH);

    run(stage, broker, dead, "ra:stop_server(quorum_queues, amqqueue:get_pid(Q))");
    stage.fault();
    held(stage);
    run(stage, broker, dead, "ra:restart_server(quorum_queues, amqqueue:get_pid(Q))");
    comeIn(stage, 3 * EACH);
  }

  /** One after the other: brokers notice a full queue late. */
  private static void refuse(Stage stage) throws InterruptedException {
    for (int i = 0; i < EACH; i++) {
      stage.load.task(Task.to(Behaviour.REFUSE));
      stage.flow(ofMillis(200));
    }
  }

  /** What cannot be dead-lettered is kept, and holds up nothing. */
  private static void held(Stage stage) throws InterruptedException {
    long before = nacks(stage);
    long since = System.nanoTime();
    refuse(stage);
    stage.flow(ofSeconds(3));
    long attempts = nacks(stage) - before;
    long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - since);
    stage.figure("refused_copies", attempts);
    stage.check(
        attempts <= EACH * (1 + seconds),
        attempts + " attempts to dead-letter " + EACH + " events in " + seconds + " s");
    stage.recovers(ofSeconds(5));
  }

  private static long nacks(Stage stage) {
    return (long)
        stage.meters.find("rabbitmq.publish.nacked").counters().stream()
            .mapToDouble(Counter::count)
            .sum();
  }

  private static void comeIn(Stage stage, int count) throws InterruptedException {
    long since = System.nanoTime();
    stage.await("held dead letters come in", () -> stage.deadLetters(Stage.PLAIN) >= count);
    Duration took = Duration.ofNanos(System.nanoTime() - since);
    if (took.compareTo(LONGEST_COPY_BACKOFF) > 0) {
      stage.late("dead letters that were held came in after " + took.toMillis() + " ms");
    }
    stage.check(
        stage.deadLetters(Stage.PLAIN) == count,
        stage.deadLetters(Stage.PLAIN) + " dead letters instead of " + count);
  }

  private static void limit(Stage stage, RabbitMq broker, String queue, int length) {
    broker.ctl(
        "set_policy",
        "-p",
        stage.name,
        POLICY,
        "^" + queue.replace(".", "\\.") + "$",
        "{\"max-length\":" + length + ",\"overflow\":\"reject-publish\"}",
        "--apply-to",
        "queues");
  }

  private static void run(Stage stage, RabbitMq broker, String queue, String work) {
    broker.ctl(
        "eval",
        "{ok, Q} = rabbit_amqqueue:lookup(rabbit_misc:r(<<\""
            + stage.name
            + "\">>, queue, <<\""
            + queue
            + "\">>)), "
            + work
            + ".");
  }
}
