package io.artel.events.testkit.it;

import static io.artel.events.FailurePolicy.deadLetter;
import static io.artel.events.FailurePolicy.retry;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.GetResponse;
import io.artel.events.BusinessRuleException;
import io.artel.events.ChildIds;
import io.artel.events.Event;
import io.artel.events.EventPriority;
import io.artel.events.EventPublisher;
import io.artel.events.EventType;
import io.artel.events.PermanentException;
import io.artel.events.PublishException;
import io.artel.events.PublishReceipt;
import io.artel.events.Topology;
import io.artel.events.TopologyException;
import io.artel.events.TransientException;
import io.artel.events.ValidationException;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.ArtelSettings;
import io.artel.events.testkit.OnRealBrokers;
import io.artel.events.testkit.RabbitMq;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@OnRealBrokers
class PublishSubscribeIT {

  record Order(UUID orderId, int amount) {}

  record Invoice(UUID orderId, int total) {}

  static final EventType<Order> ORDER_PLACED =
      EventType.of("order.placed", Order.class).priority(EventPriority.HIGH);
  static final EventType<Invoice> INVOICE_SENT = EventType.of("invoice.sent", Invoice.class);
  static final EventType<Order> ORDER_SEEN =
      EventType.of("live.order_seen", Order.class).optionalAudience();

  private static final Duration SHORT = Duration.ofMillis(200);

  private final Topology topology =
      Topology.on("shop.events")
          .queue("orders.queue", q -> q.bind("order.*"))
          .queue("ordered.queue", q -> q.bind("ordered.*").partitions(4))
          .queue("invoices.queue", q -> q.bind("invoice.*"))
          .queue("compensation.queue", q -> q.bind("compensation.required"));
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final String uri;
  private ArtelEvents artel;
  private Raw raw;
  private EventPublisher publisher;

  PublishSubscribeIT(RabbitMq broker) {
    uri = broker.createVhost("publish-" + UUID.randomUUID());
  }

  @BeforeEach
  void connect() throws Exception {
    artel =
        ArtelEvents.connect(
            ArtelSettings.builder()
                .uri(uri)
                .topology(topology)
                .meterRegistry(meters)
                .name("shop")
                .closeTimeout(Duration.ofSeconds(2))
                .build());
    raw = new Raw(uri);
    publisher = artel.publisher("order_service");
  }

  @AfterEach
  void close() throws Exception {
    artel.close();
    raw.close();
  }

  @Test
  void publishedEventShouldBeHandledAsItWas() {
    Queue<Event<Order>> handled = new ConcurrentLinkedQueue<>();
    artel
        .subscribe("orders.queue")
        .on(ORDER_PLACED, (event, context) -> handled.add(event))
        .start();
    Event<Order> event =
        ORDER_PLACED
            .event(new Order(UUID.randomUUID(), 7))
            .session(UUID.randomUUID())
            .user(UUID.randomUUID())
            .build("order_service");

    PublishReceipt receipt = publisher.publish(event);

    assertThat(receipt.eventId()).isEqualTo(event.id());
    assertThat(receipt.routed()).isTrue();
    await().until(() -> handled.contains(event));
  }

  @Test
  void messageShouldCarryThePropertiesAndHeadersOfTheWireContract() throws Exception {
    Event<Order> event =
        ORDER_PLACED
            .event(new Order(UUID.randomUUID(), 7))
            .session(UUID.randomUUID())
            .correlation(UUID.randomUUID())
            .build("order_service");

    publisher.publish(event);

    GetResponse message = raw.take("orders.queue");
    BasicProperties properties = message.getProps();
    assertThat(properties.getContentType()).isEqualTo("application/json");
    assertThat(properties.getDeliveryMode()).isEqualTo(2);
    assertThat(properties.getMessageId()).isEqualTo(event.id().toString());
    assertThat(properties.getCorrelationId()).isEqualTo(String.valueOf(event.correlationId()));
    assertThat(properties.getType()).isEqualTo("order.placed");
    assertThat(properties.getAppId()).isEqualTo("order_service");
    assertThat(properties.getPriority()).isNull();
    assertThat(properties.getReplyTo()).isNull();
    assertThat(properties.getUserId()).isNull();
    assertThat(properties.getHeaders())
        .extractingByKey("session_id")
        .hasToString(String.valueOf(event.sessionId()));
    assertThat(properties.getHeaders()).extractingByKey("event_type").hasToString("order.placed");
    assertThat(properties.getHeaders()).extractingByKey("retry_count").isEqualTo(0);
    assertThat(properties.getHeaders()).extractingByKey("published_at").isInstanceOf(Long.class);
  }

  @Test
  void eventThatNoQueueTakesShouldFailAsUnroutableAndTheNextOneSucceed() {
    EventType<Order> typo = EventType.of("ordr.placed", Order.class);

    assertThatThrownBy(() -> publisher.publish(typo.event(new Order(UUID.randomUUID(), 1))))
        .isInstanceOfSatisfying(
            PublishException.class,
            e -> assertThat(e.outcome()).isEqualTo(PublishException.Outcome.UNROUTABLE))
        .hasMessageContainingAll("ordr.placed", "shop.events", "UNROUTABLE");
    assertThat(publisher.publish(order(1)).routed()).isTrue();
  }

  @Test
  void eventWithoutAudienceShouldBeConfirmedButNotRoutedWhereThatIsAllowed() {
    PublishReceipt receipt = publisher.publish(ORDER_SEEN.event(new Order(UUID.randomUUID(), 1)));

    assertThat(receipt.routed()).isFalse();
  }

  @Test
  void everyOneOfManyAsynchronousPublishesShouldBeConfirmedAndHandled() {
    int count = 3000;
    Queue<Integer> handled = new ConcurrentLinkedQueue<>();
    artel
        .subscribe("orders.queue")
        .on(ORDER_PLACED, (event, context) -> handled.add(event.data().amount()))
        .start();

    List<CompletableFuture<PublishReceipt>> receipts =
        java.util.stream.IntStream.range(0, count)
            .mapToObj(i -> publisher.publishAsync(order(i)).toCompletableFuture())
            .toList();

    CompletableFuture.allOf(receipts.toArray(CompletableFuture[]::new)).join();
    await().until(() -> handled.size() >= count);
    assertThat(handled).hasSize(count).doesNotHaveDuplicates();
    await().untilAsserted(() -> assertThat(raw.ready("orders.queue")).isZero());
  }

  @Test
  void childShouldInheritFlowSessionGameAndUserAndHaveADerivedId() {
    Queue<Event<Invoice>> invoices = new ConcurrentLinkedQueue<>();
    artel
        .subscribe("orders.queue")
        .on(
            ORDER_PLACED,
            (event, context) -> {
              context.publish(INVOICE_SENT, new Invoice(event.data().orderId(), 1));
              context.publish(INVOICE_SENT, new Invoice(event.data().orderId(), 2));
            })
        .start();
    artel
        .subscribe("invoices.queue")
        .on(INVOICE_SENT, (event, context) -> invoices.add(event))
        .start();
    Event<Order> parent =
        order(3)
            .session(UUID.randomUUID())
            .game(UUID.randomUUID())
            .user(UUID.randomUUID())
            .build("order_service");

    publisher.publish(parent);

    await().until(() -> invoices.size() == 2);
    assertThat(invoices)
        .allSatisfy(
            child -> {
              assertThat(child.correlationId()).isEqualTo(parent.id());
              assertThat(child.causationId()).isEqualTo(parent.id());
              assertThat(child.sessionId()).isEqualTo(parent.sessionId());
              assertThat(child.gameId()).isEqualTo(parent.gameId());
              assertThat(child.userId()).isEqualTo(parent.userId());
              assertThat(child.sourceService()).isEqualTo("shop");
            })
        .extracting(Event::id)
        .containsExactlyInAnyOrder(
            ChildIds.derive(parent.id(), "orders.queue", "invoice.sent", 0),
            ChildIds.derive(parent.id(), "orders.queue", "invoice.sent", 1));
  }

  @Test
  void deliveryShouldStayUnacknowledgedUntilItsChildrenAreConfirmed() throws Exception {
    CompletableFuture<Void> work = new CompletableFuture<>();
    CountDownLatch returned = new CountDownLatch(1);
    artel
        .subscribe("orders.queue")
        .on(
            ORDER_PLACED,
            (event, context) -> {
              context.await(work);
              returned.countDown();
            })
        .start();
    publisher.publish(order(1));
    assertThat(returned.await(10, SECONDS)).isTrue();

    artel.close(); // gives up waiting after closeTimeout, hence the broker gets it back

    await().untilAsserted(() -> assertThat(raw.ready("orders.queue")).isEqualTo(1));
  }

  @Test
  void failingChildShouldFailTheAttempt() throws Exception {
    EventType<Order> nowhere = EventType.of("nowhere.bound", Order.class);
    artel
        .subscribe("orders.queue")
        .on(ORDER_PLACED, (event, context) -> context.publish(nowhere, event.data()))
        .onFailure(deadLetter(PublishException.class))
        .start();

    publisher.publish(order(1));

    await().until(raw.readyIn("orders.dlq"), ready -> ready == 1);
  }

  @Test
  void transientFailureShouldBeRetriedThroughTheLadderAsOftenAsThePolicySays() throws Exception {
    Queue<Integer> attempts = new ConcurrentLinkedQueue<>();
    artel
        .subscribe("orders.queue")
        .on(
            ORDER_PLACED,
            (event, context) -> {
              attempts.add(context.attempt());
              throw new TransientException("away");
            })
        .onFailure(retry(TransientException.class).upTo(2).backoff(SHORT, SHORT).thenDeadLetter())
        .start();
    Event<Order> event = order(1).build("order_service");
    publisher.publish(event);

    await().until(raw.readyIn("orders.dlq"), ready -> ready == 1);

    assertThat(attempts).containsExactly(1, 2, 3);
    GetResponse dead = raw.take("orders.dlq");
    assertThat(dead.getProps().getMessageId()).isEqualTo(event.id().toString());
    assertThat(dead.getProps().getHeaders())
        .extractingByKeys("failed_queue", "original_exchange", "original_routing_key", "error_type")
        .extracting(Object::toString)
        .containsExactly(
            "orders.queue", "shop.events", "order.placed", TransientException.class.getName());
    assertThat(dead.getProps().getHeaders()).containsEntry("retry_count", 2);
    assertThat(raw.ready("orders.queue")).isZero();
  }

  @Test
  void failureInAnOrderedQueueShouldHoldItsSessionAndNoOther() {
    EventType<Order> step = EventType.of("ordered.step", Order.class);
    UUID failing = UUID.randomUUID();
    Queue<Integer> failingSession = new ConcurrentLinkedQueue<>();
    Queue<Integer> otherSession = new ConcurrentLinkedQueue<>();
    CountDownLatch othersDone = new CountDownLatch(20);
    artel
        .subscribe("ordered.queue")
        .on(
            step,
            (event, context) -> {
              if (!failing.equals(event.sessionId())) {
                otherSession.add(event.data().amount());
                othersDone.countDown();
                return;
              }
              if (event.data().amount() == 0 && othersDone.getCount() > 0) {
                throw new TransientException("not before the others are done");
              }
              failingSession.add(event.data().amount());
            })
        .onFailure(retry(TransientException.class).upTo(20).backoff(SHORT, SHORT).thenDeadLetter())
        .start();
    UUID other = UUID.randomUUID();

    for (int i = 0; i < 20; i++) {
      publisher.publish(step.event(new Order(UUID.randomUUID(), i)).session(failing));
      publisher.publish(step.event(new Order(UUID.randomUUID(), i)).session(other));
    }

    await().until(() -> failingSession.size() == 20 && otherSession.size() == 20);
    assertThat(List.copyOf(failingSession)).isSorted();
    assertThat(List.copyOf(otherSession)).isSorted();
  }

  @Test
  void eventsOfASessionShouldBeHandledInTheOrderOfTheirPublishCalls() {
    EventType<Order> step = EventType.of("ordered.step", Order.class);
    Map<UUID, Queue<Integer>> handled = new java.util.concurrent.ConcurrentHashMap<>();
    artel
        .subscribe("ordered.queue")
        .on(
            step,
            (event, context) ->
                handled
                    .computeIfAbsent(event.sessionId(), id -> new ConcurrentLinkedQueue<>())
                    .add(event.data().amount()))
        .start();
    List<UUID> sessions = java.util.stream.Stream.generate(UUID::randomUUID).limit(50).toList();

    for (int i = 0; i < 40; i++) {
      for (UUID session : sessions) {
        publisher.publishAsync(step.event(new Order(session, i)).session(session));
      }
    }

    await()
        .until(() -> handled.values().stream().mapToInt(Queue::size).sum() == 40 * sessions.size());
    assertThat(handled.values())
        .hasSize(50)
        .allSatisfy(seen -> assertThat(List.copyOf(seen)).isSorted());
  }

  @Test
  void bytesThatAreNoEventShouldBeDeadLetteredAsTheyCame() throws Exception {
    artel.subscribe("orders.queue").on(ORDER_PLACED, (event, context) -> {}).start();
    byte[] garbage = {'{', (byte) 0xff, 0};
    raw.publish(
        "shop.events",
        "order.placed",
        new BasicProperties.Builder().contentType("application/json").userId("guest").build(),
        garbage);

    await().until(raw.readyIn("orders.dlq"), ready -> ready == 1);

    GetResponse dead = raw.take("orders.dlq");
    assertThat(dead.getBody()).isEqualTo(garbage);
    assertThat(dead.getProps().getHeaders())
        .extractingByKey("error_class")
        .hasToString("malformed");
    assertThat(dead.getProps().getUserId()).isNull();
  }

  @Test
  void emptyMessageWithoutContentTypeShouldBeIgnored() throws Exception {
    AtomicInteger handled = new AtomicInteger();
    artel
        .subscribe("orders.queue")
        .on(ORDER_PLACED, (event, context) -> handled.incrementAndGet())
        .start();
    raw.publish("shop.events", "order.placed", new BasicProperties(), new byte[0]);
    publisher.publish(order(1));

    await().until(() -> handled.get() == 1);
    artel.close();
    assertThat(raw.ready("orders.queue")).isZero();
    assertThat(raw.ready("orders.dlq")).isZero();
  }

  @Test
  void typeWithoutHandlerShouldBeAcknowledgedAndCounted() throws Exception {
    artel.subscribe("orders.queue").on(ORDER_PLACED, (event, context) -> {}).start();
    publisher.publish(EventType.of("order.unheard_of", Order.class).event(new Order(null, 1)));

    await()
        .until(
            () ->
                meters.find("rabbitmq.events.processed").tag("status", "discarded").counter()
                    != null);
    artel.close();
    assertThat(raw.ready("orders.queue") + raw.ready("orders.dlq")).isZero();
  }

  @Test
  void handlersOfOtherTypesShouldGetTheTree() {
    Queue<String> types = new ConcurrentLinkedQueue<>();
    artel
        .subscribe("orders.queue")
        .onOther((event, context) -> types.add(event.type() + event.data().get("amount")))
        .start();

    publisher.publish(order(5));

    await().until(() -> types.contains("order.placed5"));
  }

  @Test
  void validationFailureShouldDiscardAndPermanentFailureDeadLetter() throws Exception {
    artel
        .subscribe("orders.queue")
        .on(
            ORDER_PLACED,
            (event, context) -> {
              switch (event.data().amount()) {
                case 1 -> throw new ValidationException("not acceptable");
                case 2 -> throw new PermanentException("never");
                case 3 -> throw new StackOverflowError();
                case 4 -> context.deadLetter("because");
                case 5 -> context.discard("because");
                default -> throw new IllegalStateException("no other amount is published");
              }
            })
        .start();

    for (int amount = 1; amount <= 5; amount++) {
      publisher.publish(order(amount));
    }

    await().until(raw.readyIn("orders.dlq"), ready -> ready == 3);
    await().until(() -> processed("discarded") == 2 && processed("dead_lettered") == 3);
    assertThat(raw.ready("orders.queue")).isZero();
  }

  @Test
  void brokenBusinessRuleShouldAskForCompensation() throws Exception {
    artel
        .subscribe("orders.queue")
        .on(
            ORDER_PLACED,
            (event, context) -> {
              throw new BusinessRuleException("no money");
            })
        .start();
    Event<Order> event = order(9).build("order_service");
    publisher.publish(event);

    await().until(raw.readyIn("compensation.queue"), ready -> ready == 1);

    GetResponse message = raw.take("compensation.queue");
    assertThat(message.getEnvelope().getRoutingKey()).isEqualTo("compensation.required");
    assertThat(new String(message.getBody(), UTF_8))
        .contains(
            "\"event_type\":\"compensation.order.placed\"",
            "\"original_event\":{\"event_id\":\"" + event.id(),
            "\"error_reason\":\"no money\"",
            "\"compensation_action\":\"rollback\"");
  }

  @Test
  void everyInstanceShouldGetEveryBroadcastEvent() {
    Queue<UUID> first = new ConcurrentLinkedQueue<>();
    Queue<UUID> second = new ConcurrentLinkedQueue<>();
    artel
        .subscribeBroadcast("live", "live.*")
        .on(ORDER_SEEN, (event, context) -> first.add(event.id()))
        .start();
    try (ArtelEvents other = ArtelEvents.connect(uri, topology)) {
      other
          .subscribeBroadcast("live", "live.*")
          .on(ORDER_SEEN, (event, context) -> second.add(event.id()))
          .start();

      PublishReceipt receipt = publisher.publish(ORDER_SEEN.event(new Order(null, 1)));

      assertThat(receipt.routed()).isTrue();
      await().until(() -> first.contains(receipt.eventId()) && second.contains(receipt.eventId()));
    }
  }

  @Test
  void eventTooLargeForTheCodecShouldFailAsNotSentAndHarmNoOther() {
    EventType<Map<String, String>> text = mapType("order.text");

    assertThatThrownBy(
            () -> publisher.publish(text.event(Map.of("text", "x".repeat(2 * 1024 * 1024)))))
        .isInstanceOfSatisfying(
            PublishException.class,
            e -> assertThat(e.outcome()).isEqualTo(PublishException.Outcome.NOT_SENT));
    assertThat(publisher.publish(order(1)).attempts()).isEqualTo(1);
  }

  @Test
  void publishAfterCloseShouldFailAsNotSent() {
    artel.close();

    assertThatThrownBy(() -> publisher.publishAsync(order(1)).toCompletableFuture().join())
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(
            PublishException.class,
            e -> assertThat(e.outcome()).isEqualTo(PublishException.Outcome.NOT_SENT));
  }

  @Test
  void subscriptionToAQueueThatTheTopologyDoesNotHaveShouldBeRefused() {
    assertThatThrownBy(() -> artel.subscribe("ordrs.queue"))
        .isInstanceOf(TopologyException.class)
        .hasMessageContainingAll("ordrs.queue", "orders.queue");
  }

  private double processed(String status) {
    return meters.find("rabbitmq.events.processed").tag("status", status).counters().stream()
        .mapToDouble(io.micrometer.core.instrument.Counter::count)
        .sum();
  }

  @SuppressWarnings("unchecked")
  private static EventType<Map<String, String>> mapType(String name) {
    return (EventType<Map<String, String>>) (EventType<?>) EventType.of(name, Map.class);
  }

  private static Event.Builder<Order> order(int amount) {
    return ORDER_PLACED.event(new Order(UUID.randomUUID(), amount));
  }
}
