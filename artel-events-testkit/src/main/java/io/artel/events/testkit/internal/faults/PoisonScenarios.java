package io.artel.events.testkit.internal.faults;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.artel.events.QueueSpec;
import io.artel.events.TopologyLayout;
import io.artel.events.amqp.SubscriptionBuilder;
import io.artel.events.testkit.RabbitMq;
import io.artel.events.testkit.internal.broker.Versions;
import io.artel.events.testkit.internal.faults.Task.Behaviour;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** What handlers do wrong, and what arrives that is no event. */
final class PoisonScenarios {
  private static final int EVENTS = 30;
  private static final int SAME_SESSION = 1_000;
  private static final int DEFAULT_PREFETCH = SubscriptionBuilder.DEFAULT_PARTITION_PREFETCH;
  private static final Duration CONSUMER_TIMEOUT = ofSeconds(3);

  private PoisonScenarios() {}

  static List<Scenario> all() {
    return List.of(
        Scenario.of("F20a", "handlers throw exceptions", stage -> thrown(stage, Behaviour.REFUSE)),
        Scenario.of(
            "F20b",
            "handlers throw errors",
            stage -> thrown(stage, Behaviour.OVERFLOW, Behaviour.EXHAUST)),
        Scenario.of("F20c", "a handler outlasts the consumer timeout", PoisonScenarios::outlasts)
            .alone()
            .realOnly()
            .with(StageSettings::onlyOrdered),
        Scenario.of(
                "F20d", "a thousand events of a session that waits", PoisonScenarios::sameSession)
            .with(settings -> settings.onlyOrdered().fetching(DEFAULT_PREFETCH)),
        Scenario.of("F20e", "handlers that do not end", PoisonScenarios::hang)
            .with(StageSettings::onlyOrdered),
        Scenario.of("F28", "what is no event, among events", PoisonScenarios::hostile));
  }

  /** All are dead-lettered in both queues, and stay there, also if events may expire. */
  private static void thrown(Stage stage, Behaviour... behaviours) throws InterruptedException {
    Duration quiet = stage.quiet();
    for (int i = 0; i < EVENTS; i++) {
      stage.load.task(Task.to(behaviours[i % behaviours.length]).expiring());
      stage.flow(ofMillis(20), ofMillis(80));
    }
    stage.harmlessFault();
    stage.disturbsNoOthers(quiet);
    for (QueueSpec queue : stage.topology.queues()) {
      stage.await("all are dead", () -> stage.deadLetters(queue.name()) == EVENTS);
    }
    stage.recovers(ofSeconds(5));
  }

  /**
   * The broker takes the event back, and what is in flight with it. The consumer reads again; the
   * event itself waits for its handler here, so that two never have the same one.
   */
  private static void outlasts(Stage stage) throws InterruptedException {
    RabbitMq broker = stage.node.rabbitMq();
    consumerTimeout(stage, broker, CONSUMER_TIMEOUT, ofMillis(500));
    stage.fault();
    stage.recovers(ofSeconds(5));
    long before = channels(stage);
    String key = stage.load.task(Task.to(Behaviour.HANG_ONCE));
    stage.fault();
    long since = System.nanoTime();
    stage.await("the consumer reads on another channel", () -> channels(stage) > before);
    stage.figure("taken_back_after_ms", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since));
    stage.recovers(ofSeconds(5));
    stage.check(attempts(stage, key) == 1, "two handlers had the same event");
    stage.release();
    stage.await("the event is handled again", () -> attempts(stage, key) == 2);
    consumerTimeout(stage, broker, TopologyLayout.CONSUMER_TIMEOUT, ofMinutes(1));
    stage.fault();
    stage.recovers(ofSeconds(5));
  }

  private static long channels(Stage stage) {
    return stage.calls.generations().values().stream().mapToLong(Long::longValue).max().orElse(0);
  }

  private static int attempts(Stage stage, String key) {
    return stage.calls.attempts(Stage.ORDERED, key).size();
  }

  /**
   * Until 4.3 it is the channel's, which takes it when it is opened, and looks once in a period;
   * then it is the queue's, where a policy can only lower what was declared.
   */
  private static void consumerTimeout(
      Stage stage, RabbitMq broker, Duration timeout, Duration period) {
    if (!Versions.isBefore(broker.version(), "4.0")) {
      broker.ctl(
          "set_policy",
          "-p",
          stage.name,
          "timeout",
          ".*",
          "{\"consumer-timeout\":" + timeout.toMillis() + "}",
          "--apply-to",
          "queues");
    }
    broker.ctl(
        "eval",
        "application:set_env(rabbit, consumer_timeout, "
            + timeout.toMillis()
            + "), application:set_env(rabbit, channel_tick_interval, "
            + period.toMillis()
            + ").");
    stage.node.closeConnections();
  }

  /** The one session waits, or is dead-lettered in order; others do not notice. */
  private static void sameSession(Stage stage) throws InterruptedException {
    Duration quiet = stage.quiet();
    UUID session = UUID.randomUUID();
    stage.harmlessFault();
    for (int number = 0; number < SAME_SESSION; number++) {
      stage.load.more(session, number, number == 0 ? Task.toFail(2) : Task.SUCCEED);
      if (number % 50 == 0) {
        stage.flow(ofMillis(200));
      }
    }
    stage.disturbsNoOthers(quiet);
    stage.recovers(ofSeconds(5));
  }

  private static void hang(Stage stage) throws InterruptedException {
    Duration quiet = stage.quiet();
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      keys.add(stage.load.task(Task.to(Behaviour.HANG)));
    }
    stage.harmlessFault();
    stage.flow(ofSeconds(2));
    stage.disturbsNoOthers(quiet);
    stage.recovers(ofSeconds(5));
    for (String key : keys) {
      stage.check(attempts(stage, key) == 1, "an event whose handler runs was delivered again");
    }
    stage.release();
    stage.await("the handlers end well", () -> stage.oracle.missing().isEmpty());
  }

  /** Each is dead-lettered once, whole, and costs no connection. */
  private static void hostile(Stage stage) throws Exception {
    long connections = stage.proxy.madeConnections();
    List<byte[]> bodies = bodies();
    List<Map<String, Object>> headers = headers();
    int count = bodies.size() * headers.size();
    for (QueueSpec queue : stage.topology.queues()) {
      String source = queue.sources().get(0);
      for (byte[] body : bodies) {
        for (Map<String, Object> each : headers) {
          stage.administer(channel -> channel.basicPublish("", source, properties(each), body));
        }
      }
    }
    stage.harmlessFault();
    for (QueueSpec queue : stage.topology.queues()) {
      stage.await("all are dead", () -> stage.deadLetters(queue.name()) == count);
      stage.administer(channel -> channel.queuePurge(queue.deadLetterQueue()));
    }
    stage.recovers(ofSeconds(5));
    stage.check(stage.proxy.madeConnections() == connections, "what is no event cost a connection");
  }

  private static BasicProperties properties(Map<String, Object> headers) {
    return new BasicProperties.Builder()
        .contentType("application/json")
        .expiration("60000")
        .replyTo("nobody")
        .headers(headers)
        .build();
  }

  private static List<byte[]> bodies() {
    return List.of(
        new byte[] {(byte) 0xff, 0, (byte) 0xfe},
        "null".getBytes(StandardCharsets.UTF_8),
        "[".repeat(50_000).getBytes(StandardCharsets.UTF_8),
        "{\"event_id\":1e999999999}".getBytes(StandardCharsets.UTF_8),
        ("\"" + "x".repeat(2_000_000) + "\"").getBytes(StandardCharsets.UTF_8));
  }

  private static List<Map<String, Object>> headers() {
    return List.of(
        Map.of(),
        Map.of("retry_count", -1, "session_id", 5, "CC", List.of("fault.step")),
        Map.of("x-death", "none", "x-delivery-count", 19L, "large", "x".repeat(60_000)));
  }
}
