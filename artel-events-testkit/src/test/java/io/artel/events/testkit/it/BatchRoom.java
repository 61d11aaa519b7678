package io.artel.events.testkit.it;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.GetResponse;
import io.artel.events.Batching;
import io.artel.events.Event;
import io.artel.events.EventCodec;
import io.artel.events.EventType;
import io.artel.events.Topology;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.ArtelSettings;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What tests of batches share; where the broker is, subclasses say. */
abstract class BatchRoom {

  record Order(int amount) {}

  record Note(String text) {}

  static final String BATCH = "application/vnd.artel.batch+json";
  static final EventType<Order> PLACED = EventType.of("order.placed", Order.class);
  static final EventType<Order> CHANGED = EventType.of("order.changed", Order.class);
  static final EventType<Note> NOTED = EventType.of("order.noted", Note.class);
  static final EventType<Order> EXPORTED =
      EventType.of("order.exported", Order.class).foreignConsumers();
  static final EventType<Order> STEP = EventType.of("ordered.step", Order.class);
  static final EventType<Order> JUMP = EventType.of("ordered.jump", Order.class).foreignConsumers();
  static final EventType<Order> TURN = EventType.of("ordered.turn", Order.class);
  static final EventType<Order> NOWHERE = EventType.of("nowhere.bound", Order.class);

  /** Nothing waits: what is published in one call is packed, and nothing else. */
  static final Batching TOGETHER = Batching.upTo(50).linger(Duration.ZERO);

  static final Topology TOPOLOGY =
      Topology.on("shop.events")
          .queue("orders.queue", q -> q.bind("order.*"))
          .queue("ordered.queue", q -> q.bind("ordered.*").partitions(4))
          .queue("compensation.queue", q -> q.bind("compensation.required"));

  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final List<ArtelEvents> connected = new ArrayList<>();
  Raw raw;

  /** A place of the test's own. */
  abstract String uri();

  /** Ends what the place is in, if that is the test's own too. */
  void endBroker() {}

  @BeforeEach
  void openRaw() throws Exception {
    ArtelEvents.declare(ArtelSettings.builder().uri(uri()).topology(TOPOLOGY).build());
    raw = new Raw(uri());
  }

  @AfterEach
  void close() throws Exception {
    connected.forEach(ArtelEvents::close);
    raw.close();
    endBroker();
  }

  ArtelEvents connect(Batching batching) {
    return connect(settings(batching));
  }

  ArtelEvents connect(ArtelSettings.Builder settings) {
    ArtelEvents artel = ArtelEvents.connect(settings.build());
    connected.add(artel);
    return artel;
  }

  ArtelSettings.Builder settings(Batching batching) {
    return ArtelSettings.builder()
        .uri(uri())
        .topology(TOPOLOGY)
        .meterRegistry(meters)
        .name("shop")
        .closeTimeout(Duration.ofSeconds(2))
        .batching(batching);
  }

  static List<Event<Order>> orders(int count) {
    return IntStream.range(0, count).mapToObj(i -> event(PLACED, i)).toList();
  }

  static Event<Order> event(EventType<Order> type, int amount) {
    return type.event(new Order(amount)).build("shop");
  }

  static Event<Order> event(EventType<Order> type, int amount, UUID session) {
    return type.event(new Order(amount)).session(session).build("shop");
  }

  /** An element as a publisher writes it. */
  static String element(Event<?> event) {
    return element(new String(EventCodec.create().encode(event), StandardCharsets.UTF_8));
  }

  static String element(String event) {
    return "{\"headers\":{\"event_type\":\"order.placed\",\"retry_count\":0},\"event\":"
        + event
        + "}";
  }

  /** Publishes this body as a batch; every character is one byte. */
  void publishBatch(String body) throws Exception {
    raw.publish(
        "shop.events",
        "order.placed",
        new BasicProperties.Builder().contentType(BATCH).deliveryMode(2).build(),
        body.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Takes one message; there must be one. */
  GetResponse take(String queue) throws Exception {
    await().until(raw.readyIn(queue), ready -> ready > 0);
    GetResponse message = raw.take(queue);
    if (message == null) {
      throw new AssertionError("somebody else took the message from " + queue);
    }
    return message;
  }

  static JsonNode json(GetResponse message) throws Exception {
    return new ObjectMapper().readTree(message.getBody());
  }

  double counted(String meter, String tag, String value) {
    return meters.find(meter).tag(tag, value).counters().stream().mapToDouble(Counter::count).sum();
  }
}
