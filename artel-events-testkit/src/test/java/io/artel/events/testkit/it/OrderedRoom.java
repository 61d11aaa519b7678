package io.artel.events.testkit.it;

import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.GetResponse;
import io.artel.events.Event;
import io.artel.events.EventCodec;
import io.artel.events.EventPriority;
import io.artel.events.EventType;
import io.artel.events.Topology;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.ArtelSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What tests of ordered queues share; where the broker is, subclasses say. */
abstract class OrderedRoom {

  record Step(int number) {}

  static final String QUEUE = "steps.queue";
  static final String DEAD_LETTERS = "steps.dlq";
  static final EventType<Step> STEP = EventType.of("steps.taken", Step.class);

  static final Topology TOPOLOGY =
      Topology.on("steps.events").queue(QUEUE, q -> q.bind("steps.*").partitions(2));

  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final List<ArtelEvents> connected = new ArrayList<>();
  Raw raw;

  /** A place of the test's own. */
  abstract String uri();

  /** Ends what the place is in, if that is the test's own too. */
  void endBroker() {}

  Topology topology() {
    return TOPOLOGY;
  }

  @BeforeEach
  void openRaw() throws Exception {
    ArtelEvents.declare(ArtelSettings.builder().uri(uri()).topology(topology()).build());
    raw = new Raw(uri());
  }

  @AfterEach
  void close() throws Exception {
    connected.forEach(ArtelEvents::close);
    raw.close();
    endBroker();
  }

  ArtelEvents connect() {
    return connect(settings());
  }

  ArtelEvents connect(ArtelSettings.Builder settings) {
    ArtelEvents artel = ArtelEvents.connect(settings.build());
    connected.add(artel);
    return artel;
  }

  ArtelSettings.Builder settings() {
    return ArtelSettings.builder()
        .uri(uri())
        .topology(topology())
        .meterRegistry(meters)
        .name("walker")
        .closeTimeout(Duration.ofSeconds(2));
  }

  static Event<Step> step(int number, UUID session) {
    return STEP.event(new Step(number)).session(session).build("walker");
  }

  static Event<Step> step(int number, UUID session, EventPriority priority) {
    return STEP.event(new Step(number)).session(session).priority(priority).build("walker");
  }

  /** Takes so many messages from the dead-letter queue, in their order there. */
  List<GetResponse> deadLetters(int count) throws Exception {
    await().until(raw.readyIn(DEAD_LETTERS), ready -> ready >= count);
    List<GetResponse> messages = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      GetResponse message = raw.take(DEAD_LETTERS);
      if (message == null) {
        throw new AssertionError("somebody else took a message from " + DEAD_LETTERS);
      }
      messages.add(message);
    }
    return messages;
  }

  static int number(GetResponse message) {
    return EventCodec.create()
                .decode(message.getBody(), io.artel.events.EventCatalog.of(List.of(STEP)))
                .data()
            instanceof Step step
        ? step.number()
        : -1;
  }

  static String header(GetResponse message, String name) {
    Object value = message.getProps().getHeaders().get(name);
    return value instanceof byte[] bytes
        ? new String(bytes, StandardCharsets.UTF_8)
        : String.valueOf(value);
  }
}
