package io.artel.events.testkit.it;

import static io.artel.events.FailurePolicy.retry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.GetResponse;
import io.artel.events.ConnectionStatus;
import io.artel.events.EventCodec;
import io.artel.events.EventType;
import io.artel.events.HostileInputs;
import io.artel.events.HostileInputs.Input;
import io.artel.events.HostileInputs.Verdict;
import io.artel.events.Payloads;
import io.artel.events.Topology;
import io.artel.events.TransientException;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.ArtelSettings;
import io.artel.events.amqp.SubscriptionBuilder;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What nobody should send, among what is good: the one is dead-lettered, the other handled. */
abstract class HostileMessages {

  record Step(int number) {}

  private static final EventType<Step> GOOD = EventType.of("hostile.good", Step.class);
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration SHORT = Duration.ofMillis(50);

  /** RabbitMQ 4 refuses longer messages itself. */
  private static final int LONGEST = 16 * 1024 * 1024;

  private static final UUID SESSION = new UUID(0, 7);

  private static final Topology TOPOLOGY =
      Topology.on("hostile.events")
          .queue("plain.queue", queue -> queue.bind("plain.*"))
          .queue("ordered.queue", queue -> queue.bind("ordered.*").partitions(2))
          .queue("spy.queue", queue -> queue.bind("spy.*"));

  private final EventCodec codec = EventCodec.create();
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
            ArtelSettings.builder()
                .uri(uri())
                .topology(TOPOLOGY)
                .name("hostile")
                .closeTimeout(Duration.ofSeconds(2))
                .build());
    raw = new Raw(uri());
  }

  @AfterEach
  void close() throws Exception {
    artel.close();
    raw.close();
    endBroker();
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "ordered"})
  void goodEventsShouldBeHandledInOrderAndBadOnesDeadLetteredOnce(String kind) throws Exception {
    Queue<Integer> handled = new ConcurrentLinkedQueue<>();
    Set<Long> generations = ConcurrentHashMap.newKeySet();
    Set<String> unexpected = ConcurrentHashMap.newKeySet();
    SubscriptionBuilder subscription =
        artel
            .subscribe(kind + ".queue")
            .workers(1)
            .on(
                GOOD,
                (event, context) -> {
                  handled.add(event.data().number());
                  generations.add(context.generation());
                });
    Payloads.CATALOG.types().forEach(type -> on(subscription, type, unexpected));
    subscription.start();

    Map<String, byte[]> bad = new HashMap<>();
    for (Input input : HostileInputs.all()) {
      if (input.verdict() == Verdict.GOOD) {
        continue;
      }
      byte[] body = input.body().get();
      if (body.length > LONGEST) {
        continue;
      }
      publishGood(kind, bad.size(), Map.of());
      bad.put(input.name(), body);
      raw.publish("hostile.events", kind + ".bad", properties(Map.of("input", input.name())), body);
    }
    publishGood(kind, bad.size(), Map.of());

    await().atMost(PATIENCE).until(() -> handled.size() >= bad.size() + 1);
    await().atMost(PATIENCE).until(raw.readyIn(kind + ".dlq"), ready -> ready >= bad.size());
    assertThat(handled)
        .containsExactlyElementsOf(IntStream.rangeClosed(0, bad.size()).boxed().toList());
    assertThat(bad).hasSizeGreaterThan(700);
    assertThat(unexpected).isEmpty();
    assertThat(generations).containsExactly(1L);
    assertThat(artel.connections()).extracting(ConnectionStatus::reconnects).containsOnly(0);
    Set<String> dead = new TreeSet<>();
    GetResponse message;
    while ((message = raw.take(kind + ".dlq")) != null) {
      Map<String, Object> headers = message.getProps().getHeaders();
      String input = String.valueOf(headers.get("input"));
      assertThat(dead.add(input)).as("%s is there once", input).isTrue();
      assertThat(message.getBody()).as(input).isEqualTo(bad.get(input));
      assertThat(headers).extractingByKey("error_class").hasToString("malformed");
      assertThat(String.valueOf(headers.get("error_message")))
          .as(input)
          .isNotBlank()
          .doesNotContain(HostileInputs.MARKER);
    }
    assertThat(dead).containsExactlyInAnyOrderElementsOf(bad.keySet());
  }

  @Test
  void forgedHeadersShouldNeitherBeObeyedNorDoHarm() throws Exception {
    Map<Integer, Queue<Integer>> attempts = new ConcurrentHashMap<>();
    artel
        .subscribe("plain.queue")
        .onFailure(retry(TransientException.class).upTo(1).backoff(SHORT, SHORT).thenDeadLetter())
        .on(
            GOOD,
            (event, context) -> {
              attempts
                  .computeIfAbsent(event.data().number(), number -> new ConcurrentLinkedQueue<>())
                  .add(context.attempt());
              throw new TransientException("again");
            })
        .start();
    List<Map<String, Object>> forgeries = forgeries();
    int copied = 0;
    for (int number = 0; number < forgeries.size(); number++) {
      publishGood("plain", number, forgeries.get(number));
      copied +=
          forgeries.get(number).keySet().stream().anyMatch(Set.of("CC", "BCC")::contains) ? 1 : 0;
    }

    int count = forgeries.size();
    await().atMost(PATIENCE).until(raw.readyIn("plain.dlq"), ready -> ready >= count);
    assertThat(attempts).hasSize(count);
    assertThat(attempts.values()).allSatisfy(each -> assertThat(each).containsExactly(1, 2));
    assertThat(raw.ready("plain.dlq")).isEqualTo(count);
    assertThat(raw.ready("spy.queue")).as("what the broker itself copied").isEqualTo(copied);
    assertThat(artel.connections()).extracting(ConnectionStatus::reconnects).containsOnly(0);
    for (int i = 0; i < count; i++) {
      BasicProperties dead = raw.take("plain.dlq").getProps();
      assertThat(dead.getExpiration()).isNull();
      assertThat(dead.getUserId()).isNull();
      assertThat(dead.getReplyTo()).isNull();
      assertThat(dead.getPriority()).isNull();
      assertThat(dead.getDeliveryMode()).isEqualTo(2);
      assertThat(dead.getHeaders())
          .doesNotContainKeys("CC", "BCC", "x-retry-count", "x-match")
          .doesNotContainEntry("x-delivery-count", 19L) // the broker's own may be there
          .doesNotContainEntry("x-acquired-count", 500L)
          .containsEntry("retry_count", 1)
          .extractingByKeys("failed_queue", "original_exchange", "original_routing_key")
          .extracting(Object::toString)
          .containsExactly("plain.queue", "hostile.events", "plain.good");
    }
  }

  /** Headers that say what is not so, each of them on a message that is good otherwise. */
  private static List<Map<String, Object>> forgeries() {
    List<Map<String, Object>> forgeries = new ArrayList<>();
    for (Object count :
        List.of(
            -1,
            Integer.MIN_VALUE,
            1001,
            1_000_000_000,
            Integer.MAX_VALUE,
            Long.MAX_VALUE,
            "-5",
            "99999999999999999999999",
            "many",
            "",
            "1e3",
            true,
            1.5,
            new BigDecimal("7.0"),
            Date.from(Instant.EPOCH),
            List.of(3),
            Map.of("a", 3),
            new byte[] {3})) {
      forgeries.add(Map.of("retry_count", count));
    }
    Map<String, Object> death =
        Map.of(
            "queue",
            "plain.queue",
            "reason",
            "rejected",
            "count",
            1_000_000L,
            "exchange",
            "hostile.events",
            "time",
            Date.from(Instant.EPOCH),
            "routing-keys",
            List.of("spy.forged"));
    forgeries.add(Map.of("x-death", List.of(death), "x-first-death-queue", "spy.queue"));
    forgeries.add(Map.of("x-death", "none"));
    forgeries.add(Map.of("x-delivery-count", 19L, "x-acquired-count", 500L));
    forgeries.add(Map.of("x-retry-count", 9, "x-match", "all"));
    forgeries.add(Map.of("CC", List.of("spy.copy")));
    forgeries.add(Map.of("BCC", List.of("spy.copy")));
    forgeries.add(
        Map.of(
            "failed_queue", "spy.queue",
            "original_exchange", "amq.direct",
            "original_routing_key", "spy.forged",
            "first_failed_at", Long.MAX_VALUE,
            "error_class", "malformed"));
    forgeries.add(Map.of("published_at", Long.MIN_VALUE, "session_id", 5, "causation_id", "none"));
    forgeries.add(Map.of("published_at", Instant.MAX.toString(), "event_type", "spy.other"));
    forgeries.add(Map.of("large", "x".repeat(60_000)));
    return forgeries;
  }

  private void publishGood(String kind, int number, Map<String, Object> headers) throws Exception {
    byte[] body = codec.encode(GOOD.event(new Step(number)).session(SESSION).build("raw"));
    raw.publish("hostile.events", kind + ".good", properties(headers), body);
  }

  /** Every property that a publisher may set and a consumer should not act upon. */
  private static BasicProperties properties(Map<String, Object> headers) {
    Map<String, Object> all = new HashMap<>(Map.of("session_id", SESSION.toString()));
    all.putAll(headers);
    return new BasicProperties.Builder()
        .contentType("application/json")
        .deliveryMode(1)
        .userId("guest")
        .expiration("600000")
        .replyTo("spy.queue")
        .headers(all)
        .build();
  }

  private static <T> void on(
      SubscriptionBuilder subscription, EventType<T> type, Set<String> handled) {
    subscription.on(
        type, (event, context) -> handled.add(String.valueOf(context.headers().get("input"))));
  }
}
