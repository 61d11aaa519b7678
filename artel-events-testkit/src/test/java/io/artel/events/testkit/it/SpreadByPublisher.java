package io.artel.events.testkit.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.artel.events.DeadLetterFilter;
import io.artel.events.Event;
import io.artel.events.EventCodec;
import io.artel.events.PartitionHeader;
import io.artel.events.PermanentException;
import io.artel.events.QueueSpec;
import io.artel.events.QueueSpec.Partitioner;
import io.artel.events.RedriveOptions;
import io.artel.events.Topology;
import io.artel.events.TopologyLayout;
import io.artel.events.amqp.ArtelEvents;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** An ordered set over which the publisher spreads sessions, by a header that it writes. */
abstract class SpreadByPublisher extends OrderedRoom {

  private static final Topology SPREAD =
      Topology.on("steps.events")
          .queue(QUEUE, q -> q.bind("steps.*").partitions(8, Partitioner.PUBLISHER));

  private static final QueueSpec SET = SPREAD.find(QUEUE).orElseThrow();
  private static final String EXCHANGE = TopologyLayout.hashExchange(SET);

  @Override
  Topology topology() {
    return SPREAD;
  }

  @Test
  void eventsOfASessionShouldLieInThePartitionThatItsIdGives() throws Exception {
    ArtelEvents artel = connect();
    List<UUID> sessions = Stream.generate(UUID::randomUUID).limit(40).toList();

    for (int number = 0; number < 3; number++) {
      for (UUID session : sessions) {
        artel.publisher().publish(step(number, session));
      }
    }

    Map<String, Set<String>> places = places(120);
    assertThat(places).hasSize(40);
    sessions.forEach(
        session ->
            assertThat(places.get(session.toString()))
                .containsExactly(partition(session.toString())));
    assertThat(places.values().stream().flatMap(Set::stream).distinct().count()).isGreaterThan(1);
  }

  @Test
  void integerOfAnyWidthShouldBeUnderstoodAndAnythingElseWaitForPeople() throws Exception {
    List<Object> fives = List.of((byte) 5, (short) 5, 5, 5L);
    for (Object five : fives) {
      publish(Map.of("session_id", "any", "partition_of_8", five));
    }
    publish(Map.of("session_id", "any"));
    publish(Map.of("session_id", "any", "partition_of_8", "5"));
    publish(Map.of("session_id", "any", "partition_of_8", 8));
    publish(Map.of("session_id", "any", "partition_of_4", 1));

    await().until(raw.readyIn(QUEUE + ".05"), ready -> ready == 4);
    await().until(raw.readyIn(TopologyLayout.unrouted(EXCHANGE)), ready -> ready == 4);
  }

  @Test
  void redriveShouldLeadWhatHadNoHeaderToThePartitionOfItsSession() throws Exception {
    UUID withHeader = UUID.randomUUID();
    UUID without = UUID.fromString("6fa459ea-ee8a-3ca4-894e-db77e160355e"); // 3 of 8
    publish(Map.of("session_id", withHeader.toString()), step(1, withHeader));
    publish(Map.of(), step(2, without));
    publish(Map.of(), new byte[] {'?'});
    await().until(raw.readyIn(TopologyLayout.unrouted(EXCHANGE)), ready -> ready == 3);

    ArtelEvents artel = connect();
    var report =
        artel
            .deadLetters(TopologyLayout.unrouted(EXCHANGE))
            .redrive(DeadLetterFilter.all(), RedriveOptions.defaults());

    assertThat(report.redriven()).isEqualTo(3);
    Map<String, Set<String>> places = places(3);
    assertThat(places.get(withHeader.toString())).containsExactly(partition(withHeader.toString()));
    assertThat(places.get("none")).containsExactly(QUEUE + ".00", QUEUE + ".03");
  }

  @Test
  void deadLetterShouldComeBackToItsPartition() throws Exception {
    ArtelEvents artel = connect();
    UUID session = UUID.randomUUID();
    var failing =
        artel
            .subscribe(QUEUE)
            .on(
                STEP,
                (event, context) -> {
                  throw new PermanentException("not now");
                })
            .start();
    IntStream.range(0, 4).forEach(number -> artel.publisher().publish(step(number, session)));
    await().until(raw.readyIn(DEAD_LETTERS), ready -> ready == 4);
    failing.close();

    artel.deadLetters(QUEUE).redrive(DeadLetterFilter.all(), RedriveOptions.defaults());

    String partition = partition(session.toString());
    await().until(raw.readyIn(partition), ready -> ready == 4);
    assertThat(raw.take(List.of(partition), 4))
        .extracting(found -> EventCodec.create().decode(found.message().getBody(), STEP).data())
        .extracting(Step::number)
        .containsExactly(0, 1, 2, 3);
  }

  private static String partition(String session) {
    return SET.sources().get(PartitionHeader.partition(session, 8));
  }

  private void publish(Map<String, Object> headers, Event<?> event) throws Exception {
    publish(headers, EventCodec.create().encode(event));
  }

  private void publish(Map<String, Object> headers) throws Exception {
    publish(headers, new byte[] {'{', '}'});
  }

  /** As other services do it. */
  private void publish(Map<String, Object> headers, byte[] body) throws Exception {
    BasicProperties properties =
        new BasicProperties.Builder()
            .contentType("application/json")
            .deliveryMode(2)
            .headers(headers)
            .build();
    raw.publish("steps.events", "steps.taken", properties, body);
  }

  /** Takes so many messages out of the partitions: for each session, where they lay. */
  private Map<String, Set<String>> places(int count) throws Exception {
    Map<String, Set<String>> places = new HashMap<>();
    for (Raw.Found found : raw.take(SET.sources(), count)) {
      String session = found.header("session_id");
      places
          .computeIfAbsent(session == null ? "none" : session, key -> new TreeSet<>())
          .add(found.queue());
    }
    return places;
  }
}
