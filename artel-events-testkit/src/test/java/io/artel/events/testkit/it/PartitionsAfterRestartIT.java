package io.artel.events.testkit.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.artel.events.EventType;
import io.artel.events.QueueSpec;
import io.artel.events.QueueSpec.Partitioner;
import io.artel.events.Topology;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.ArtelSettings;
import io.artel.events.testkit.OnRealBrokers;
import io.artel.events.testkit.RabbitMq;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Sessions keep their partitions when the broker is killed, stopped and started, on any version.
 */
@OnRealBrokers(ours = true)
class PartitionsAfterRestartIT {

  record Step(int number) {}

  private static final EventType<Step> STEP = EventType.of("steps.taken", Step.class);

  private static final Topology TOPOLOGY =
      Topology.on("steps.events")
          .queue("steps.queue", q -> q.bind("steps.*").partitions(8, Partitioner.PUBLISHER));

  private final RabbitMq broker;

  PartitionsAfterRestartIT(RabbitMq broker) {
    this.broker = broker;
  }

  @Test
  void sessionsShouldKeepTheirPartitions() throws Exception {
    broker.start();
    List<UUID> sessions = Stream.generate(UUID::randomUUID).limit(40).toList();
    Map<String, String> before = places(sessions);
    assertThat(before).hasSize(40);

    for (int i = 0; i < 4; i++) {
      broker.flush();
      if (i % 2 == 0) {
        broker.kill();
      } else {
        broker.stop();
      }
      broker.start();
      assertThat(places(sessions)).isEqualTo(before);
    }
  }

  /** Publishes an event of each session, and takes them out of the partitions again. */
  private Map<String, String> places(List<UUID> sessions) throws Exception {
    ArtelSettings settings =
        ArtelSettings.builder().uri(broker.amqpUri()).topology(TOPOLOGY).build();
    QueueSpec queue = TOPOLOGY.queues().get(0);
    Map<String, String> places = new HashMap<>();
    try (ArtelEvents artel = ArtelEvents.connect(settings);
        Raw raw = new Raw(broker.amqpUri())) {
      for (UUID session : sessions) {
        artel.publisher("walker").publish(STEP.event(new Step(1)).session(session));
      }
      for (Raw.Found found : raw.take(queue.sources(), sessions.size())) {
        places.put(String.valueOf(found.header("session_id")), found.queue());
      }
    }
    return places;
  }
}
