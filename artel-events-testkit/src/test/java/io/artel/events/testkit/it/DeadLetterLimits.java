package io.artel.events.testkit.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.rabbitmq.client.GetResponse;
import io.artel.events.EventType;
import io.artel.events.PermanentException;
import io.artel.events.Topology;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.ArtelSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Dead letters are kept for as long, and as many of them, as the topology says. */
abstract class DeadLetterLimits {

  record Job(int number) {}

  private static final EventType<Job> BRIEF = EventType.of("brief.asked", Job.class);
  private static final EventType<Job> FEW = EventType.of("few.asked", Job.class);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Topology TOPOLOGY =
      Topology.on("limits.events")
          .queue(
              "seed.queue",
              queue ->
                  queue
                      .bind("seed.*")
                      .deadLetterTtl(Duration.ofHours(24))
                      .deadLetterMaxLength(1000))
          .queue(
              "brief.queue", queue -> queue.bind("brief.*").deadLetterTtl(Duration.ofMillis(500)))
          .queue("few.queue", queue -> queue.bind("few.*").deadLetterMaxLength(3))
          .queue("plain.queue", queue -> queue.bind("plain.*"));

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private ArtelEvents artel;
  private Raw raw;

  /** A place of the test's own. */
  abstract String uri();

  /** Ends what the place is in, if that is the test's own too. */
  void endBroker() {}

  @BeforeEach
  void connect() throws Exception {
    artel =
        ArtelEvents.connect(
            ArtelSettings.builder().uri(uri()).topology(TOPOLOGY).meterRegistry(meters).build());
    raw = new Raw(uri());
  }

  @AfterEach
  void close() throws Exception {
    artel.close(Duration.ofSeconds(2));
    raw.close();
    endBroker();
  }

  @Test
  void queuesShouldBeDeclaredWithTheirLimitsAndNoOthers() throws Exception {
    declare("seed.dlq", Map.of("x-message-ttl", 86_400_000L, "x-max-length", 1000L));
    declare("plain.dlq", Map.of());

    assertThatThrownBy(() -> declare("plain.dlq", Map.of("x-message-ttl", 86_400_000L)))
        .rootCause()
        .hasMessageContaining("inequivalent arg 'x-message-ttl' for queue 'plain.dlq'");
  }

  @Test
  void expiredLetterShouldBeGone() throws Exception {
    artel.subscribe("brief.queue").on(BRIEF, (event, context) -> fail()).start();

    for (int number = 0; number < 4; number++) {
      artel.publisher().publish(BRIEF.event(new Job(number)));
    }

    await().atMost(PATIENCE).until(() -> deadLettered("brief.queue") == 4);
    await().atMost(PATIENCE).until(raw.readyIn("brief.dlq"), ready -> ready == 0);
    artel.close();
    assertThat(raw.ready("brief.queue")).isZero();
    assertThat(raw.ready("limits.dlq.unrouted")).isZero();
  }

  @Test
  void newestLettersShouldBeKeptOfTooMany() throws Exception {
    artel.subscribe("few.queue").workers(1).on(FEW, (event, context) -> fail()).start();

    for (int number = 0; number < 8; number++) {
      artel.publisher().publish(FEW.event(new Job(number)));
      int letters = number + 1;
      await().atMost(PATIENCE).until(() -> deadLettered("few.queue") == letters);
    }

    await().atMost(PATIENCE).until(raw.readyIn("few.dlq"), ready -> ready == 3);
    artel.close();
    assertThat(numbersIn("few.dlq")).containsExactly(5, 6, 7);
    assertThat(raw.ready("few.queue")).isZero();
    assertThat(raw.ready("limits.dlq.unrouted")).isZero();
  }

  private static void fail() {
    throw new PermanentException("no such table");
  }

  private double deadLettered(String queue) {
    return meters
        .find("rabbitmq.events.processed")
        .tags("queue_name", queue, "status", "dead_lettered")
        .counters()
        .stream()
        .mapToDouble(counter -> counter.count())
        .sum();
  }

  private List<Integer> numbersIn(String queue) throws Exception {
    List<Integer> numbers = new ArrayList<>();
    GetResponse letter;
    while ((letter = raw.take(queue)) != null) {
      numbers.add(new JsonMapper().readTree(letter.getBody()).at("/data/number").asInt());
    }
    return numbers;
  }

  /** Has the broker compare: a queue that is declared again must be the same. */
  private void declare(String queue, Map<String, Object> limits) throws Exception {
    Map<String, Object> arguments = new LinkedHashMap<>(limits);
    arguments.put("x-queue-type", "quorum");
    arguments.put("x-delivery-limit", 1_000_000);
    raw.channel().queueDeclare(queue, true, false, false, arguments);
  }
}
