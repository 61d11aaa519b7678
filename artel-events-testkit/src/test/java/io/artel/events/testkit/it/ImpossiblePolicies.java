package io.artel.events.testkit.it;

import static io.artel.events.FailurePolicy.compensate;
import static io.artel.events.FailurePolicy.retry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.GetResponse;
import io.artel.events.EventType;
import io.artel.events.FailurePolicy;
import io.artel.events.Topology;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.ArtelSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A policy that cannot be carried out ends in the dead-letter queue and says why; where not even
 * that is possible, the event stays where it is.
 */
abstract class ImpossiblePolicies {

  record Job(int number) {}

  static final EventType<Job> JOB = EventType.of("job.asked", Job.class);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration TEN_SECONDS = Duration.ofSeconds(10);
  private static final String REQUIRED = "compensation.required";

  static final Topology TOPOLOGY =
      Topology.on("jobs.events")
          .queue("jobs.queue", queue -> queue.bind("job.*"))
          .queue("compensation.queue", queue -> queue.bind(REQUIRED));

  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Queue<Integer> calls = new ConcurrentLinkedQueue<>();
  private ArtelEvents artel;
  private Raw raw;

  /** A place of the test's own. */
  abstract String uri();

  /** Ends what the place is in, if that is the test's own too. */
  void endBroker() {}

  @BeforeEach
  void connect() throws Exception {
    artel = ArtelEvents.connect(settings());
    raw = new Raw(uri());
  }

  private ArtelSettings settings() {
    return ArtelSettings.builder()
        .uri(uri())
        .topology(TOPOLOGY)
        .meterRegistry(meters)
        .closeTimeout(Duration.ofSeconds(2))
        .build();
  }

  @AfterEach
  void close() throws Exception {
    artel.close();
    raw.close();
    endBroker();
  }

  @Test
  void retryWithoutItsQueueShouldEndInTheDeadLetters() throws Exception {
    failEach(retry(IOException.class).upTo(3).backoff(TEN_SECONDS, TEN_SECONDS).thenDeadLetter());
    raw.channel().queueDelete("retry.jobs.queue.10000ms");

    artel.publisher().publish(JOB.event(new Job(1)));

    Map<String, Object> headers = deadLetter();
    assertThat(headers.get("error_message"))
        .hasToString(
            "cannot be retried, there is no queue 'retry.jobs.queue.10000ms': the disk is full");
    assertThat(headers.get("error_class")).hasToString("policy");
    assertThat(headers.get("retry_count")).isEqualTo(0);
    assertThat(calls).containsExactly(1);
    assertNothingLeft();
    assertThat(processed("dead_lettered")).isEqualTo(1);
    assertThat(processed("retried")).isZero();
  }

  @Test
  void compensationThatNoQueueTakesShouldEndInTheDeadLetters() throws Exception {
    failEach(compensate(IOException.class));
    raw.channel().queueUnbind("compensation.queue", "jobs.events", REQUIRED);

    artel.publisher().publish(JOB.event(new Job(1)));

    assertThat(deadLetter().get("error_message"))
        .hasToString(
            "cannot be compensated, no queue is bound to compensation.required: the disk is full");
    assertThat(calls).containsExactly(1);
    assertNothingLeft();
    assertThat(processed("dead_lettered")).isEqualTo(1);
    assertThat(processed("compensated")).isZero();
  }

  @Test
  void deadLetterThatNothingTakesShouldStayAndBeTriedOnceASecondAtMost() throws Exception {
    failEach(FailurePolicy.deadLetter(IOException.class));
    raw.channel().queueDelete("jobs.dlq");
    raw.channel()
        .queueDelete("jobs.dlq.unrouted"); // of the exchange, which stores what has no queue
    long began = System.nanoTime();

    artel.publisher().publish(JOB.event(new Job(1)));

    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              double attempts = meters.get("rabbitmq.publish.returned").counter().count();
              double seconds = (System.nanoTime() - began) / 1e9;
              assertThat(attempts).as("within %s s", seconds).isLessThanOrEqualTo(1 + seconds);
              return attempts >= 2;
            });
    assertThat(processed("dead_lettered")).isZero();
    ArtelEvents.declare(settings());

    assertThat(deadLetter().get("error_message")).hasToString("the disk is full");
    assertThat(calls).containsExactly(1);
    assertNothingLeft();
  }

  private void failEach(FailurePolicy policy) {
    artel
        .subscribe("jobs.queue")
        .on(
            JOB,
            (event, context) -> {
              calls.add(context.attempt());
              throw new IOException("the disk is full");
            })
        .onFailure(policy)
        .start();
  }

  private Map<String, Object> deadLetter() throws Exception {
    await().atMost(PATIENCE).until(raw.readyIn("jobs.dlq"), ready -> ready == 1);
    GetResponse letter = raw.take("jobs.dlq");
    return letter.getProps().getHeaders();
  }

  /** The event is acknowledged and counted, and nothing else was made of it. */
  private void assertNothingLeft() throws Exception {
    artel.close();
    assertThat(raw.ready("jobs.queue")).isZero();
    assertThat(raw.ready("jobs.dlq")).isZero();
    assertThat(raw.ready("jobs.dlq.unrouted")).isZero();
    assertThat(raw.ready("compensation.queue")).isZero();
  }

  private double processed(String status) {
    return meters.find("rabbitmq.events.processed").tag("status", status).counters().stream()
        .mapToDouble(counter -> counter.count())
        .sum();
  }
}
