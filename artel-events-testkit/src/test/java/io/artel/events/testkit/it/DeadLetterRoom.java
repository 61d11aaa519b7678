package io.artel.events.testkit.it;

import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.artel.events.DeadLetter;
import io.artel.events.DeadLetterFilter;
import io.artel.events.EventCodec;
import io.artel.events.EventType;
import io.artel.events.RedriveOptions;
import io.artel.events.Topology;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.ArtelSettings;
import io.artel.events.amqp.DeadLetters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;

/** A broker with queues whose dead letters are worked on, seen through the plain client as well. */
abstract class DeadLetterRoom {

  record Job(int number) {}

  static final EventType<Job> JOB = EventType.of("job.asked", Job.class);
  static final String PLAIN = "plain.queue";
  static final String ORDERED = "ordered.queue";
  static final Duration LONG = Duration.ofSeconds(60);
  static final DeadLetterFilter ALL = DeadLetterFilter.all();
  static final RedriveOptions PLAINLY = RedriveOptions.defaults();

  private static final EventCodec CODEC = EventCodec.create();

  static final Topology TOPOLOGY =
      Topology.on("jobs.events")
          .queue(PLAIN, queue -> queue.bind("job.*"))
          .queue(ORDERED, queue -> queue.bind("game.*").partitions(3))
          .queue("short.queue", queue -> queue.bind("short.*").messageTtl(Duration.ofMillis(200)))
          .queue("small.queue", queue -> queue.bind("small.*").maxLength(1));

  final List<AutoCloseable> open = new ArrayList<>();

  /** A place of the test's own. */
  abstract String uri();

  /** Ends what the place is in, if that is the test's own too. */
  void endBroker() {}

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
    endBroker();
  }

  ArtelSettings settings(String uri) {
    return ArtelSettings.builder()
        .uri(uri)
        .topology(TOPOLOGY)
        .meterRegistry(new SimpleMeterRegistry())
        .build();
  }

  ArtelEvents connect() {
    ArtelEvents artel = ArtelEvents.connect(settings(uri()));
    open.add(artel);
    return artel;
  }

  Raw raw() throws Exception {
    Raw raw = new Raw(uri());
    open.add(raw);
    return raw;
  }

  DeadLetters deadLetters(String queue) {
    return ArtelEvents.deadLetters(settings(uri()), queue);
  }

  /** The bytes of a job with this number. */
  static byte[] job(int number, UUID id, UUID session) {
    return CODEC.encode(JOB.event(new Job(number)).id(id).source("test").session(session).build());
  }

  static int number(byte[] body) {
    return CODEC.decode(body, JOB).data().number();
  }

  /** The properties of a dead letter as the library writes them. */
  static BasicProperties.Builder failed(UUID id, UUID session, String errorClass) {
    Map<String, Object> headers = new HashMap<>();
    headers.put("event_type", JOB.name());
    headers.put("session_id", session.toString());
    headers.put("retry_count", 3);
    headers.put("first_failed_at", System.currentTimeMillis() - 60_000);
    headers.put("failed_queue", PLAIN);
    headers.put("error_class", errorClass);
    headers.put("error_type", "java.io.IOException");
    headers.put("error_message", "the disk is full");
    headers.put("original_exchange", "jobs.events");
    headers.put("original_routing_key", JOB.name());
    return new BasicProperties.Builder()
        .contentType("application/json")
        .deliveryMode(2)
        .messageId(id.toString())
        .headers(headers);
  }

  /** Puts dead letters in, as the library does: numbers from 0 on, in turn for these sessions. */
  static void bury(Raw raw, String queue, int count, UUID... sessions) throws Exception {
    for (int number = 0; number < count; number++) {
      UUID id = new UUID(1, number);
      UUID session = sessions[number % sessions.length];
      raw.channel()
          .basicPublish(
              "jobs.dlq",
              "dlq." + queue,
              true,
              failed(id, session, number % 2 == 0 ? "transient" : "permanent").build(),
              job(number, id, session));
    }
    raw.channel().waitForConfirmsOrDie(60_000);
  }

  static List<Integer> numbers(List<DeadLetter> letters) {
    return letters.stream().map(letter -> number(letter.body())).toList();
  }

  /** Takes so many messages out of a queue, which may be still to come. */
  static List<Message> takeAll(Raw raw, String queue, int count) throws Exception {
    List<Message> taken = new CopyOnWriteArrayList<>();
    String tag =
        raw.channel()
            .basicConsume(
                queue,
                true,
                (consumer, message) ->
                    taken.add(new Message(message.getProperties(), message.getBody())),
                consumer -> {});
    await().atMost(LONG).until(() -> taken.size() >= count);
    raw.channel().basicCancel(tag);
    return taken;
  }

  /** What was in a queue. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Message(BasicProperties properties, byte[] body) {}

  static List<Integer> numbersOf(List<Message> messages) {
    return messages.stream().map(message -> number(message.body())).toList();
  }

  static String text(Object header) {
    return String.valueOf(header);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
