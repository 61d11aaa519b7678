package io.artel.events.testkit.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.artel.events.EventCodec;
import io.artel.events.EventPriority;
import io.artel.events.Topology;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.testkit.internal.broker.Versions;
import io.micrometer.core.instrument.Counter;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Somebody else publishes a session's events with the {@code priority} property, which our
 * publisher leaves out.
 */
abstract class ForeignPriorities extends OrderedRoom {

  private static final String CLASSIC = "classic.steps.queue";
  private static final List<Integer> NUMBERS = IntStream.range(0, 40).boxed().toList();

  private final UUID session = UUID.randomUUID();
  private final Queue<Integer> handled = new ConcurrentLinkedQueue<>();

  @Override
  Topology topology() {
    return TOPOLOGY.queue(CLASSIC, q -> q.bind("steps.*").partitions(2).classic());
  }

  @Test
  void classicPartitionsShouldKeepTheOrder() throws Exception {
    publish();

    handle(CLASSIC);

    assertThat(handled).containsExactlyElementsOf(NUMBERS);
    assertThat(tooLate(CLASSIC)).isZero();
  }

  /** The need for the above, and that the sequence check shows it. */
  @Test
  void quorumPartitionsShouldDeliverByPriorityUnlessTheBrokerIsOld() throws Exception {
    publish();

    ArtelEvents artel = handle(QUEUE);

    if (Versions.isBefore(artel.broker().version(), "4.0")) {
      assertThat(handled).containsExactlyElementsOf(NUMBERS);
      assertThat(tooLate(QUEUE)).isZero();
    } else {
      assertThat(handled).containsExactlyInAnyOrderElementsOf(NUMBERS);
      assertThat(List.copyOf(handled).subList(0, 3)).isNotEqualTo(NUMBERS.subList(0, 3));
      assertThat(tooLate(QUEUE)).isPositive();
    }
  }

  /** All lie in the queues before anybody reads. */
  private void publish() throws Exception {
    EventPriority[] priorities = EventPriority.values();
    for (int number : NUMBERS) {
      EventPriority priority = priorities[number % 4];
      Map<String, Object> headers =
          Map.of(
              "session_id",
              session.toString(),
              "sequence",
              number + 1,
              "sequence_of_type",
              number + 1,
              "sequence_epoch",
              "foreign");
      BasicProperties properties =
          new BasicProperties.Builder()
              .contentType("application/json")
              .deliveryMode(2)
              .priority(priority.number())
              .headers(headers)
              .build();
      raw.publish(
          "steps.events",
          "steps.taken",
          properties,
          EventCodec.create().encode(step(number, session, priority)));
    }
  }

  private ArtelEvents handle(String queue) {
    ArtelEvents artel = connect();
    artel
        .subscribe(queue)
        .checkSequence(100)
        .on(STEP, (event, context) -> handled.add(event.data().number()))
        .start();
    await().until(() -> handled.size() == NUMBERS.size());
    return artel;
  }

  private double tooLate(String queue) {
    return meters
        .find("rabbitmq.sequence.regressions")
        .tags("event_type", "steps.taken", "queue_name", queue)
        .counters()
        .stream()
        .mapToDouble(Counter::count)
        .sum();
  }
}
