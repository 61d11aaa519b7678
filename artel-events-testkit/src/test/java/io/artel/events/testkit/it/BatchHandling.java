package io.artel.events.testkit.it;

import static io.artel.events.FailurePolicy.retry;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.GetResponse;
import io.artel.events.Batching;
import io.artel.events.BusinessRuleException;
import io.artel.events.Event;
import io.artel.events.EventCodec;
import io.artel.events.PermanentException;
import io.artel.events.TransientException;
import io.artel.events.amqp.ArtelEvents;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Batches from the subscription's side: every event has an outcome of its own. */
abstract class BatchHandling extends BatchRoom {

  private static final Duration SHORT = Duration.ofMillis(200);

  @Test
  void eventsOfABatchShouldBeHandledAsIfTheyHadComeAlone() throws Exception {
    ArtelEvents artel = connect(TOGETHER);
    Queue<Event<Order>> handled = new ConcurrentLinkedQueue<>();
    Queue<Map<String, Object>> headers = new ConcurrentLinkedQueue<>();
    artel
        .subscribe("orders.queue")
        .on(
            PLACED,
            (event, context) -> {
              headers.add(context.headers());
              handled.add(event);
              assertThat(context.attempt()).isEqualTo(1);
            })
        .start();
    UUID session = UUID.randomUUID();
    UUID cause = UUID.randomUUID();
    List<Event<Order>> events =
        IntStream.range(0, 20)
            .mapToObj(
                i ->
                    PLACED
                        .event(new Order(i))
                        .session(session)
                        .correlation(UUID.randomUUID())
                        .causation(cause)
                        .build("shop"))
            .toList();

    artel.publisher().publishAll(events);

    await().until(() -> handled.size() == 20);
    assertThat(handled).containsExactlyInAnyOrderElementsOf(events);
    assertThat(headers)
        .allSatisfy(
            each ->
                assertThat(each)
                    .containsEntry("session_id", session.toString())
                    .containsEntry("causation_id", cause.toString())
                    .containsEntry("event_type", "order.placed")
                    .containsKey("published_at"));
    await().until(() -> counted("rabbitmq.events.processed", "status", "success"), n -> n == 20);
    artel.close();
    assertThat(raw.ready("orders.queue") + raw.ready("orders.dlq")).isZero();
  }

  @Test
  void eventThatFailsForGoodShouldBeDeadLetteredAlone() throws Exception {
    ArtelEvents artel = connect(TOGETHER);
    Queue<Integer> handled = new ConcurrentLinkedQueue<>();
    artel
        .subscribe("orders.queue")
        .on(
            PLACED,
            (event, context) -> {
              if (event.data().amount() == 2) {
                throw new PermanentException("never");
              }
              handled.add(event.data().amount());
            })
        .start();
    List<Event<Order>> events = orders(5);

    artel.publisher().publishAll(events);

    GetResponse dead = take("orders.dlq");
    await().until(() -> handled.size() == 4);
    assertThat(handled).containsExactlyInAnyOrder(0, 1, 3, 4);
    assertThat(dead.getBody()).isEqualTo(EventCodec.create().encode(events.get(2)));
    BasicProperties properties = dead.getProps();
    assertThat(properties.getContentType()).isEqualTo("application/json");
    assertThat(properties.getMessageId()).isEqualTo(events.get(2).id().toString());
    assertThat(properties.getType()).isEqualTo("order.placed");
    assertThat(properties.getAppId()).isEqualTo("shop");
    assertThat(texts(dead))
        .containsEntry("error_class", "permanent")
        .containsEntry("error_message", "never")
        .containsEntry("failed_queue", "orders.queue")
        .containsEntry("original_exchange", "shop.events")
        .containsEntry("original_routing_key", "order.placed")
        .containsEntry("session_id", events.get(2).id().toString())
        .doesNotContainKey("event_count");
    artel.close();
    assertThat(raw.ready("orders.queue") + raw.ready("orders.dlq")).isZero();
  }

  @Test
  void eventThatFailsForAWhileShouldClimbTheLadderAlone() throws Exception {
    ArtelEvents artel = connect(TOGETHER);
    Map<Integer, Queue<Integer>> attempts = new ConcurrentHashMap<>();
    artel
        .subscribe("orders.queue")
        .on(
            PLACED,
            (event, context) -> {
              attempts
                  .computeIfAbsent(event.data().amount(), key -> new ConcurrentLinkedQueue<>())
                  .add(context.attempt());
              if (event.data().amount() == 1 && context.attempt() < 3) {
                throw new TransientException("away");
              }
            })
        .onFailure(retry(TransientException.class).upTo(3).backoff(SHORT, SHORT).thenDeadLetter())
        .start();

    artel.publisher().publishAll(orders(3));

    await().until(() -> attempts.getOrDefault(1, new ConcurrentLinkedQueue<>()).contains(3));
    await().until(() -> counted("rabbitmq.events.processed", "status", "success") == 3);
    assertThat(List.copyOf(attempts.get(1))).containsExactly(1, 2, 3);
    assertThat(List.copyOf(attempts.get(0))).containsExactly(1);
    assertThat(List.copyOf(attempts.get(2))).containsExactly(1);
    artel.close();
    assertThat(raw.ready("orders.queue") + raw.ready("orders.dlq")).isZero();
  }

  @Test
  void eventThatIsRetriedInPlaceShouldHoldItsSessionAndNoOther() {
    ArtelEvents artel = connect(TOGETHER);
    UUID failing = UUID.randomUUID();
    Queue<Integer> held = new ConcurrentLinkedQueue<>();
    CountDownLatch others = new CountDownLatch(10);
    artel
        .subscribe("ordered.queue")
        .on(
            STEP,
            (event, context) -> {
              if (!failing.equals(event.sessionId())) {
                others.countDown();
                return;
              }
              if (event.data().amount() == 3 && others.getCount() > 0) {
                throw new TransientException("not before the others are done");
              }
              held.add(event.data().amount());
            })
        .onFailure(retry(TransientException.class).upTo(20).backoff(SHORT, SHORT).thenDeadLetter())
        .start();

    artel
        .publisher()
        .publishAll(IntStream.range(0, 10).mapToObj(i -> event(STEP, i, failing)).toList());
    UUID other = UUID.randomUUID();
    artel
        .publisher()
        .publishAll(IntStream.range(0, 10).mapToObj(i -> event(STEP, i, other)).toList());

    await().until(() -> held.size() == 10);
    assertThat(List.copyOf(held)).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void badElementsShouldBeDeadLetteredAloneWithTheirReasonAndTheirBytes() throws Exception {
    ArtelEvents artel = connect(TOGETHER);
    Queue<Integer> handled = new ConcurrentLinkedQueue<>();
    artel
        .subscribe("orders.queue")
        .on(PLACED, (event, context) -> handled.add(event.data().amount()))
        .start();
    Event<Order> twice = event(PLACED, 2);
    String encoded = new String(EventCodec.create().encode(twice), StandardCharsets.UTF_8);
    String notUtf8 = "{\"event_id\":\"\u00ff\u0000\"}";
    String noId = encoded.replaceFirst("\"event_id\":\"[^\"]*\",", "");
    String wrongPayload = encoded.replace("\"amount\":2", "\"amount\":\"two\"");
    String huge = encoded.replace("\"amount\":2", "\"text\":\"" + "x".repeat(1_100_000) + "\"");
    String deep = encoded.replace("\"amount\":2", "\"a\":" + "[".repeat(200) + "]".repeat(200));
    String nested =
        "{\"headers\":{\"content_type\":\""
            + BATCH
            + "\"},\"event\":["
            + element(event(PLACED, 9))
            + "]}";
    Map<String, String> bad = new HashMap<>(); // reason by bytes
    bad.put(notUtf8, "not UTF-8");
    bad.put("7", "element 3: expected an object");
    bad.put(noId, "event_id: missing");
    bad.put(wrongPayload, "data.amount: expected int");
    bad.put(huge, "at most 1048576");
    bad.put(deep, "nested too deep");

    publishBatch(
        "["
            + String.join(
                ",",
                element(event(PLACED, 1)),
                element(encoded),
                element(notUtf8),
                "7",
                element(noId),
                element(wrongPayload),
                element(encoded), // its id is there already
                element(huge),
                element(deep),
                nested,
                element(event(PLACED, 3)))
            + "]");

    await().until(raw.readyIn("orders.dlq"), ready -> ready == 8);
    await().until(() -> handled.size() == 3);
    assertThat(handled).containsExactlyInAnyOrder(1, 2, 3);
    for (int i = 0; i < 8; i++) {
      GetResponse dead = take("orders.dlq");
      String body = new String(dead.getBody(), ISO_8859_1);
      String reason = texts(dead).get("error_message");
      assertThat(texts(dead)).containsEntry("error_class", "malformed");
      assertThat(dead.getProps().getContentType()).isEqualTo("application/json");
      if (body.equals(encoded)) {
        assertThat(reason).contains("event_id: another event of the batch has it too");
      } else if (body.startsWith("[")) {
        assertThat(reason).contains("expected an object, found an array");
      } else {
        assertThat(bad).containsKey(body);
        assertThat(reason).contains(bad.remove(body));
      }
    }
    assertThat(bad).isEmpty();
    artel.close();
    assertThat(raw.ready("orders.queue")).isZero();
  }

  @Test
  void messageThatIsNoBatchShouldBeDeadLetteredAsAWhole() throws Exception {
    ArtelEvents artel = connect(TOGETHER);
    CountDownLatch handled = new CountDownLatch(1);
    artel.subscribe("orders.queue").on(PLACED, (event, context) -> handled.countDown()).start();
    String body = "[" + element(event(PLACED, 1)) + ",{\"event\":";
    publishBatch(body);
    publishBatch("[]");
    publishBatch(new String(EventCodec.create().encode(event(PLACED, 1)), ISO_8859_1));
    artel.publisher().publish(event(PLACED, 2));

    await().until(raw.readyIn("orders.dlq"), ready -> ready == 3);
    assertThat(handled.await(10, SECONDS)).isTrue();
    boolean seen = false;
    for (int i = 0; i < 3; i++) {
      GetResponse dead = take("orders.dlq");
      seen |= new String(dead.getBody(), ISO_8859_1).equals(body);
      assertThat(dead.getProps().getContentType()).isEqualTo(BATCH);
      assertThat(texts(dead)).containsEntry("error_class", "malformed");
      assertThat(texts(dead).get("error_message")).startsWith("batch: ");
    }
    assertThat(seen).isTrue();
  }

  @Test
  void hugeNumberOfElementsShouldBeHandledOneByOne() throws Exception {
    ArtelEvents artel = connect(TOGETHER);
    CountDownLatch handled = new CountDownLatch(10_000);
    artel.subscribe("orders.queue").on(PLACED, (event, context) -> handled.countDown()).start();
    StringBuilder body = new StringBuilder("[");
    for (int i = 0; i < 10_000; i++) {
      body.append(i == 0 ? "" : ",").append(element(event(PLACED, i)));
    }

    publishBatch(body.append(']').toString());

    assertThat(handled.await(30, SECONDS)).isTrue();
    artel.close();
    assertThat(raw.ready("orders.queue") + raw.ready("orders.dlq")).isZero();
  }

  @Test
  void batchWithAnUnfinishedEventShouldComeAgainAsAWhole() {
    ArtelEvents first = connect(TOGETHER);
    CompletableFuture<Void> never = new CompletableFuture<>();
    Queue<Integer> finished = new ConcurrentLinkedQueue<>();
    first
        .subscribe("orders.queue")
        .on(
            PLACED,
            (event, context) -> {
              if (event.data().amount() == 1) {
                context.await(never);
              } else {
                finished.add(event.data().amount());
              }
            })
        .start();
    first.publisher().publishAll(orders(3));
    await().until(() -> finished.size() == 2);
    await().until(() -> counted("rabbitmq.events.processed", "status", "success") == 2);

    first.close();

    Queue<Integer> again = new ConcurrentLinkedQueue<>();
    connect(TOGETHER)
        .subscribe("orders.queue")
        .on(
            PLACED,
            (event, context) -> {
              assertThat(context.redelivered()).isTrue();
              again.add(event.data().amount());
            })
        .start();
    await().until(() -> again.size() == 3);
    assertThat(again).containsExactlyInAnyOrder(0, 1, 2);
  }

  @Test
  void compensationShouldBeAMessageOfItsOwn() throws Exception {
    ArtelEvents artel = connect(Batching.upTo(50).linger(SHORT));
    artel
        .subscribe("orders.queue")
        .on(
            PLACED,
            (event, context) -> {
              throw new BusinessRuleException("no money");
            })
        .start();

    artel.publisher().publishAll(orders(2));

    await().until(raw.readyIn("compensation.queue"), ready -> ready == 2);
    assertThat(take("compensation.queue").getProps().getContentType())
        .isEqualTo("application/json");
  }

  @Test
  void childrenOfOneSessionShouldShareAMessageAndBeConfirmedBeforeTheirParentIsDone()
      throws Exception {
    ArtelEvents artel = connect(Batching.upTo(50).linger(SHORT));
    artel
        .subscribe("ordered.queue")
        .on(
            STEP,
            (event, context) -> {
              context.publish(CHANGED, new Order(1));
              context.publish(CHANGED, new Order(2));
            })
        .start();

    artel.publisher().publish(event(STEP, 1, UUID.randomUUID()));

    await().until(() -> counted("rabbitmq.events.processed", "status", "success") == 1);
    assertThat(raw.ready("orders.queue")).isEqualTo(1);
    assertThat(json(take("orders.queue"))).hasSize(2);
  }

  private static Map<String, String> texts(GetResponse message) {
    Map<String, String> texts = new HashMap<>();
    message
        .getProps()
        .getHeaders()
        .forEach((name, value) -> texts.put(name, String.valueOf(value)));
    return texts;
  }
}
