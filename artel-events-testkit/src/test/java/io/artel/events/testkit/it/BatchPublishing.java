package io.artel.events.testkit.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.GetResponse;
import io.artel.events.Batching;
import io.artel.events.CloseReport;
import io.artel.events.Event;
import io.artel.events.EventPublisher;
import io.artel.events.EventType;
import io.artel.events.FlowObserver;
import io.artel.events.PublishException;
import io.artel.events.PublishReceipt;
import io.artel.events.amqp.ArtelEvents;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Batches from the publisher's side: what is packed, in which order, with which outcomes. */
abstract class BatchPublishing extends BatchRoom {

  @Test
  void eventsOfOneCallShouldShareAMessageOfTheWireContract() throws Exception {
    UUID session = UUID.randomUUID();
    List<Event<Order>> events =
        Stream.of(1, 2, 3).map(amount -> event(PLACED, amount, session)).toList();

    List<PublishReceipt> receipts = connect(TOGETHER).publisher().publishAll(events);

    assertThat(receipts)
        .extracting(PublishReceipt::eventId)
        .containsExactlyElementsOf(events.stream().map(Event::id).toList());
    assertThat(receipts).allSatisfy(each -> assertThat(each.routed()).isTrue());
    GetResponse message = take("orders.queue");
    assertThat(raw.ready("orders.queue")).isZero();
    BasicProperties properties = message.getProps();
    assertThat(properties.getContentType()).isEqualTo(BATCH);
    assertThat(properties.getDeliveryMode()).isEqualTo(2);
    assertThat(properties.getPriority()).isNull();
    assertThat(properties.getHeaders()).extractingByKey("session_id").hasToString("" + session);
    assertThat(properties.getHeaders()).containsEntry("event_count", 3);
    JsonNode batch = json(message);
    assertThat(batch.findValuesAsText("event_id"))
        .containsExactlyElementsOf(events.stream().map(each -> each.id().toString()).toList());
    assertThat(batch.get(2).get("event").get("data").get("amount").asInt()).isEqualTo(3);
    assertThat(batch.get(2).get("headers").get("session_id").asText()).isEqualTo("" + session);
    assertThat(batch.get(2).get("headers").get("published_at").isLong()).isTrue();
    assertThat(counted("rabbitmq.events.published", "event_type", "order.placed")).isEqualTo(3);
  }

  @Test
  void onlyWhatMayShareAMessageShouldDoSo() throws Exception {
    UUID session = UUID.randomUUID();
    List<Event<?>> events =
        List.of(
            event(PLACED, 1), // with the fourth and the last but one
            event(PLACED, 2, session), // with the next
            event(PLACED, 3, session),
            event(PLACED, 4),
            event(CHANGED, 5, session), // another routing key of that session: by itself
            event(EXPORTED, 6), // never packed
            event(EXPORTED, 7),
            NOTED.event(new Note("x".repeat(3000))).build("shop"), // too long to be packed
            event(PLACED, 8),
            event(PLACED, 9, session)); // not with what its session sent before

    connect(TOGETHER.maxBytes(2048)).publisher().publishAll(events);

    List<List<Integer>> messages = new ArrayList<>();
    while (raw.ready("orders.queue") > 0) {
      GetResponse message = take("orders.queue");
      JsonNode body = json(message);
      assertThat(message.getProps().getContentType())
          .isEqualTo(body.isArray() ? BATCH : "application/json");
      messages.add(
          body.findValues("data").stream().map(data -> data.path("amount").asInt(-1)).toList());
    }
    assertThat(messages)
        .containsExactlyInAnyOrder(
            List.of(1, 4, 8),
            List.of(2, 3),
            List.of(5),
            List.of(6),
            List.of(7),
            List.of(-1),
            List.of(9));
    assertThat(messages.indexOf(List.of(2, 3))).isLessThan(messages.indexOf(List.of(5)));
    assertThat(messages.indexOf(List.of(5))).isLessThan(messages.indexOf(List.of(9)));
  }

  @Test
  void batchShouldBeNoLargerThanTheSettingsSay() throws Exception {
    connect(Batching.upTo(4).linger(Duration.ZERO)).publisher().publishAll(orders(10));

    assertThat(List.of(take("orders.queue"), take("orders.queue"), take("orders.queue")))
        .extracting(message -> json(message).size())
        .containsExactly(4, 4, 2);

    connect(TOGETHER.maxBytes(2048)).publisher().publishAll(orders(10));

    int events = 0;
    while (raw.ready("orders.queue") > 0) {
      GetResponse message = take("orders.queue");
      assertThat(message.getBody().length).isLessThanOrEqualTo(2048);
      events += json(message).findValues("event_id").size();
    }
    assertThat(events).isEqualTo(10);
  }

  @Test
  void eventsShouldLingerForOthersAndBeSentWithoutThem() throws Exception {
    EventPublisher publisher =
        connect(Batching.upTo(50).linger(Duration.ofMillis(200))).publisher();

    List<CompletableFuture<PublishReceipt>> receipts =
        orders(7).stream()
            .map(event -> publisher.publishAsync(event).toCompletableFuture())
            .toList();

    CompletableFuture.allOf(receipts.toArray(CompletableFuture[]::new)).join();
    assertThat(json(take("orders.queue"))).hasSize(7);
    assertThat(raw.ready("orders.queue")).isZero();
    assertThat(publisher.publish(event(PLACED, 8)).elapsed())
        .isGreaterThanOrEqualTo(Duration.ofMillis(150));
    assertThat(take("orders.queue").getProps().getContentType()).isEqualTo("application/json");
  }

  @Test
  void everyBatchShouldLingerByItsOwnClock() {
    EventPublisher publisher =
        connect(Batching.upTo(50).linger(Duration.ofMillis(500))).publisher();
    CompletableFuture<PublishReceipt> first =
        publisher.publishAsync(event(PLACED, 0, UUID.randomUUID())).toCompletableFuture();
    List<CompletableFuture<PublishReceipt>> later = new ArrayList<>();

    await()
        .until(
            () -> {
              if (first.isDone()) {
                return true;
              }
              later.add(
                  publisher
                      .publishAsync(event(PLACED, later.size(), UUID.randomUUID()))
                      .toCompletableFuture());
              return false;
            });

    assertThat(later).hasSizeGreaterThan(1);
    await().until(() -> later.stream().allMatch(CompletableFuture::isDone));
  }

  @Test
  void eventsWithAndWithoutRequiredAudienceShouldNotShareAFate() {
    EventPublisher publisher = connect(TOGETHER).publisher();
    UUID session = UUID.randomUUID();
    EventType<Order> optional = NOWHERE.optionalAudience();

    assertThatThrownBy(
            () ->
                publisher.publishAll(
                    List.of(
                        event(optional, 1, session),
                        event(NOWHERE, 2, session),
                        event(optional, 3, session),
                        event(optional, 4),
                        event(NOWHERE, 5))))
        .isInstanceOf(PublishException.class)
        .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
  }

  @Test
  void fullBatchShouldNotLinger() throws Exception {
    EventPublisher publisher = connect(Batching.upTo(5).linger(Duration.ofSeconds(10))).publisher();

    List<CompletableFuture<PublishReceipt>> receipts =
        orders(5).stream()
            .map(event -> publisher.publishAsync(event).toCompletableFuture())
            .toList();

    CompletableFuture.allOf(receipts.toArray(CompletableFuture[]::new)).join();
    assertThat(receipts.get(0).join().elapsed()).isLessThan(Duration.ofSeconds(9));
  }

  @Test
  void closingShouldSendWhatLingers() throws Exception {
    ArtelEvents artel = connect(Batching.upTo(50).linger(Duration.ofSeconds(10)));
    CompletableFuture<PublishReceipt> one =
        artel.publisher().publishAsync(event(PLACED, 1)).toCompletableFuture();
    CompletableFuture<PublishReceipt> other =
        artel.publisher().publishAsync(event(PLACED, 2)).toCompletableFuture();

    CloseReport report = artel.close(Duration.ofSeconds(10));

    assertThat(report.confirmed()).isEqualTo(2);
    assertThat(Stream.of(one, other)).allSatisfy(each -> assertThat(each.get().routed()).isTrue());
    assertThat(json(take("orders.queue"))).hasSize(2);
    assertThatThrownBy(() -> artel.publisher().publish(event(PLACED, 3)))
        .isInstanceOfSatisfying(
            PublishException.class,
            e -> assertThat(e.outcome()).isEqualTo(PublishException.Outcome.NOT_SENT));
  }

  @Test
  void whatLingersShouldMakeRoomForWhatIsToCome() throws Exception {
    EventPublisher publisher =
        connect(settings(Batching.upTo(10).linger(Duration.ofSeconds(10))).maxInFlight(10))
            .publisher();
    List<Event<Order>> events = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      events.add(event(PLACED, i, UUID.randomUUID()));
    }

    assertThat(publisher.publishAll(events)).hasSize(100);
    assertThat(publisher.publishAll(orders(100))).hasSize(100);

    assertThat(raw.ready("orders.queue")).isEqualTo(100 + 10);
  }

  @Test
  void orderOfASessionShouldBeKeptBetweenBatchesAndSingleEvents() {
    ArtelEvents artel = connect(Batching.upTo(8).linger(Duration.ofMillis(2)));
    Map<UUID, Queue<Integer>> handled = new ConcurrentHashMap<>();
    var subscription = artel.subscribe("ordered.queue");
    for (EventType<Order> type : List.of(STEP, JUMP, TURN)) {
      subscription.on(
          type,
          (event, context) ->
              handled
                  .computeIfAbsent(event.sessionId(), id -> new ConcurrentLinkedQueue<>())
                  .add(event.data().amount()));
    }
    subscription.start();
    List<UUID> sessions = Stream.generate(UUID::randomUUID).limit(10).toList();
    Random random = new Random(1);
    EventPublisher publisher = artel.publisher();

    for (int i = 0; i < 200; i++) {
      for (UUID session : sessions) {
        int choice = random.nextInt(10);
        EventType<Order> type = choice == 0 ? JUMP : choice < 3 ? TURN : STEP;
        publisher.publishAsync(event(type, i, session));
      }
    }

    await()
        .until(
            () -> handled.values().stream().mapToInt(Queue::size).sum() == 200 * sessions.size());
    assertThat(handled.values())
        .hasSize(10)
        .allSatisfy(seen -> assertThat(List.copyOf(seen)).isSorted().doesNotHaveDuplicates());
  }

  @Test
  void everyEventOfABatchThatFailsShouldFailByItself() {
    List<PublishException> observed = Collections.synchronizedList(new ArrayList<>());
    FlowObserver observer =
        new FlowObserver() {
          @Override
          public void failed(Event<?> event, PublishException failure) {
            assertThat(failure.eventId()).isEqualTo(event.id());
            observed.add(failure);
          }
        };
    EventPublisher publisher = connect(settings(TOGETHER).observer(observer)).publisher();
    Event<Order> first = event(NOWHERE, 1);
    Event<Order> second = event(NOWHERE, 2);
    List<Event<Order>> events =
        List.of(event(PLACED, 1), first, event(PLACED, 2), second, event(PLACED, 3));

    assertThatExceptionOfType(PublishException.class)
        .isThrownBy(() -> publisher.publishAll(events))
        .satisfies(
            e -> {
              assertThat(e.eventId()).isEqualTo(first.id());
              assertThat(e.outcome()).isEqualTo(PublishException.Outcome.UNROUTABLE);
              assertThat(e)
                  .hasMessageContainingAll(
                      first.id().toString(), "nowhere.bound", "shop.events", "UNROUTABLE")
                  .hasMessageContaining("of 2 events");
              assertThat(e.getSuppressed())
                  .singleElement()
                  .isInstanceOfSatisfying(
                      PublishException.class,
                      other -> assertThat(other.eventId()).isEqualTo(second.id()));
            });
    assertThat(observed).hasSize(2);
    assertThat(counted("rabbitmq.events.published", "event_type", "order.placed")).isEqualTo(3);
  }

  @Test
  void eventThatCannotBeWrittenShouldFailAloneAndTheRestBePublished() throws Exception {
    Event<Note> huge = NOTED.event(new Note("x".repeat(2_000_000))).build("shop");

    assertThatExceptionOfType(PublishException.class)
        .isThrownBy(
            () ->
                connect(TOGETHER)
                    .publisher()
                    .publishAll(List.of(event(PLACED, 1), huge, event(PLACED, 2))))
        .satisfies(
            e -> {
              assertThat(e.eventId()).isEqualTo(huge.id());
              assertThat(e.outcome()).isEqualTo(PublishException.Outcome.NOT_SENT);
              assertThat(e.getSuppressed()).isEmpty();
            });

    assertThat(json(take("orders.queue"))).hasSize(2);
  }

  @Test
  void nullShouldBeRefusedBeforeAnythingIsPublishedAndNothingBeFine() throws Exception {
    EventPublisher publisher = connect(TOGETHER).publisher();

    assertThatThrownBy(() -> publisher.publishAll(Arrays.asList(event(PLACED, 1), null)))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("event 1 of 2");
    assertThatThrownBy(() -> publisher.publishAllAsync(Arrays.asList(event(PLACED, 1), null)))
        .isInstanceOf(NullPointerException.class);
    assertThat(publisher.publishAll(List.of())).isEmpty();
    assertThat(publisher.publishAllAsync(List.of()).toCompletableFuture().join()).isEmpty();
    assertThat(publisher.publish(event(PLACED, 2)).routed()).isTrue();
    assertThat(raw.ready("orders.queue")).isEqualTo(1);
  }

  @Test
  void eventThatIsPublishedTwiceShouldNotBeTwiceInABatch() throws Exception {
    Event<Order> event = event(PLACED, 1);

    connect(TOGETHER).publisher().publishAll(List.of(event, event, event(PLACED, 2)));

    assertThat(take("orders.queue").getProps().getContentType()).isEqualTo("application/json");
    assertThat(json(take("orders.queue"))).hasSize(2);
  }

  @Test
  void withoutBatchingEventsOfOneCallShouldBeMessagesOfTheirOwn() throws Exception {
    ArtelEvents plain = ArtelEvents.connect(uri(), TOPOLOGY);
    try (plain) {
      assertThat(plain.publisher().publishAllAsync(orders(5)).toCompletableFuture().join())
          .hasSize(5);
    }

    assertThat(raw.ready("orders.queue")).isEqualTo(5);
    assertThat(take("orders.queue").getProps().getContentType()).isEqualTo("application/json");
  }

  @Test
  void outcomesShouldBeAnnouncedOnTheThreadThatIsThereForIt() {
    EventPublisher publisher =
        connect(Batching.upTo(50).linger(Duration.ofMillis(200))).publisher();
    Set<String> threads = ConcurrentHashMap.newKeySet();

    List<CompletableFuture<Boolean>> announced =
        Stream.generate(UUID::randomUUID)
            .limit(200)
            .map(session -> publisher.publishAsync(event(PLACED, 1, session)))
            .map(stage -> stage.thenApply(done -> threads.add(Thread.currentThread().getName())))
            .map(CompletionStage::toCompletableFuture)
            .toList();

    CompletableFuture.allOf(announced.toArray(CompletableFuture[]::new)).join();
    assertThat(threads).containsExactly("shop-callbacks");
  }

  @Test
  void publishAllInACallbackShouldFailInsteadOfWaitingForItself() {
    // The wait keeps the first event unconfirmed until the callback is there.
    EventPublisher publisher =
        connect(Batching.upTo(50).linger(Duration.ofMillis(200))).publisher();

    CompletableFuture<List<PublishReceipt>> nested =
        publisher
            .publishAsync(event(PLACED, 1))
            .thenApply(receipt -> publisher.publishAll(orders(2)))
            .toCompletableFuture();

    assertThatThrownBy(nested::join)
        .cause()
        .isInstanceOfSatisfying(
            PublishException.class,
            e -> assertThat(e.outcome()).isEqualTo(PublishException.Outcome.NOT_SENT));
  }
}
