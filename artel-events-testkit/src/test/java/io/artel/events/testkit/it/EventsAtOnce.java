package io.artel.events.testkit.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.GetResponse;
import io.artel.events.Event;
import io.artel.events.EventPublisher;
import io.artel.events.FailurePolicy;
import io.artel.events.PermanentException;
import io.artel.events.ValidationException;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.Subscription;
import io.artel.events.amqp.Subscription.StopReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Handlers that take several events in one call. */
abstract class EventsAtOnce extends BatchRoom {

  static final Duration NEVER = Duration.ofMinutes(10);

  final Queue<List<Integer>> calls = new ConcurrentLinkedQueue<>();
  ArtelEvents artel;
  EventPublisher publisher;

  @BeforeEach
  void connectBoth() {
    artel = connect(settings(TOGETHER));
    publisher = artel.publisher();
  }

  @Test
  void handlerShouldBeCalledWhenTheBatchIsFull() throws Exception {
    artel
        .subscribe("orders.queue")
        .onBatch(PLACED, 5, NEVER, (events, context) -> calls.add(amounts(events)))
        .start();

    publishOneByOne(10);

    await().until(() -> calls.size() == 2);
    assertThat(calls).allMatch(batch -> batch.size() == 5);
    assertThat(calls.stream().flatMap(List::stream)).containsExactlyInAnyOrder(all(10));
    artel.close();
    assertThat(raw.ready("orders.queue")).isZero();
  }

  @Test
  void handlerShouldBeCalledWhenTheFirstEventHasWaitedLongEnough() {
    artel
        .subscribe("orders.queue")
        .onBatch(
            PLACED, 100, Duration.ofMillis(300), (events, context) -> calls.add(amounts(events)))
        .start();

    publishOneByOne(3);

    await()
        .until(
            () -> calls.stream().flatMap(List::stream).sorted().toList(), List.of(0, 1, 2)::equals);
  }

  @Test
  void eachEventShouldHaveAnEndOfItsOwn() throws Exception {
    artel
        .subscribe("orders.queue")
        .onFailure(FailurePolicy.discard(ValidationException.class))
        .on(NOTED, (event, context) -> {})
        .onBatch(
            PLACED,
            5,
            NEVER,
            (events, context) -> {
              for (Event<Order> event : events) {
                switch (event.data().amount()) {
                  case 0 -> context.fail(event, new PermanentException("zero"));
                  case 1 -> context.of(event).deadLetter("one");
                  case 2 -> context.fail(event, new ValidationException("two"));
                  case 3 -> context.of(event).publish(NOTED, new Note("three"));
                  default -> {
                    // done
                  }
                }
              }
            })
        .start();

    publishOneByOne(5);

    Set<Integer> dead = new HashSet<>();
    for (int i = 0; i < 2; i++) {
      GetResponse message = take("orders.dlq");
      dead.add(json(message).at("/data/amount").asInt());
    }
    assertThat(dead).containsExactlyInAnyOrder(0, 1);
    // The note comes back to the same queue, and has a handler there.
    await().until(() -> counted("rabbitmq.events.processed", "status", "success") == 3.0);
    assertThat(counted("rabbitmq.events.processed", "status", "discarded")).isOne();
    assertThat(counted("rabbitmq.events.published", "event_type", "order.noted")).isOne();
    artel.close();
    assertThat(raw.ready("orders.queue")).isZero();
  }

  @Test
  void whatAHandlerThrowsShouldBeTheEndOfAllThatHaveNoOther() throws Exception {
    artel
        .subscribe("orders.queue")
        .onBatch(
            PLACED,
            3,
            NEVER,
            (events, context) -> {
              for (Event<Order> event : events) {
                if (event.data().amount() == 0) {
                  context.of(event).discard("handled before");
                }
              }
              throw new PermanentException("the database is full");
            })
        .start();

    publishOneByOne(3);

    Set<Integer> dead = new HashSet<>();
    for (int i = 0; i < 2; i++) {
      GetResponse message = take("orders.dlq");
      assertThat(message.getProps().getHeaders().get("error_message"))
          .hasToString("the database is full");
      dead.add(json(message).at("/data/amount").asInt());
    }
    assertThat(dead).containsExactlyInAnyOrder(1, 2);
    await().until(() -> counted("rabbitmq.events.processed", "status", "discarded") == 1.0);
  }

  @Test
  void eventShouldHaveOneEndOnly() throws Exception {
    Queue<String> refusals = new ConcurrentLinkedQueue<>();
    artel
        .subscribe("orders.queue")
        .onBatch(
            PLACED,
            2,
            NEVER,
            (events, context) -> {
              Event<Order> failed = events.get(0);
              Event<Order> dead = events.get(1);
              context.fail(failed, new PermanentException("the first word"));
              context.of(dead).deadLetter("the first word");
              for (Event<Order> event : List.of(failed, dead)) {
                try {
                  context.fail(event, new PermanentException("the second word"));
                } catch (IllegalStateException e) {
                  refusals.add(e.getMessage());
                }
              }
            })
        .start();

    publishOneByOne(2);

    for (int i = 0; i < 2; i++) {
      assertThat(take("orders.dlq").getProps().getHeaders().get("error_message"))
          .hasToString("the first word");
    }
    assertThat(refusals).hasSize(2);
    assertThat(refusals).element(0).asString().contains("has failed already");
    assertThat(refusals).element(1).asString().contains("cannot as failed too");
  }

  @Test
  void sessionsShouldKeepTheirOrder() {
    artel
        .subscribe("ordered.queue")
        .onBatch(
            STEP,
            10,
            Duration.ofMillis(20),
            (events, context) -> {
              assertThat(events).extracting(Event::sessionId).doesNotHaveDuplicates();
              calls.add(amounts(events));
            })
        .start();
    List<UUID> sessions = List.of(UUID.randomUUID(), UUID.randomUUID(), UUID.randomUUID());
    for (int i = 0; i < 12; i++) {
      publisher.publish(event(STEP, i, sessions.get(i % 3)));
    }

    await().until(() -> calls.stream().mapToInt(List::size).sum() == 12);
    List<Integer> handled = calls.stream().flatMap(List::stream).toList();
    for (int session = 0; session < 3; session++) {
      int own = session;
      assertThat(handled.stream().filter(amount -> amount % 3 == own).toList()).isSorted();
    }
  }

  @Test
  void stoppingShouldGiveBackWhatWaits() throws Exception {
    Subscription subscription =
        artel
            .subscribe("orders.queue")
            .onBatch(PLACED, 5, NEVER, (events, context) -> calls.add(amounts(events)))
            .start();
    publishOneByOne(8);
    await().until(() -> calls.size() == 1);
    await().until(raw.readyIn("orders.queue"), ready -> ready == 0);

    CompletableFuture<StopReport> report =
        CompletableFuture.supplyAsync(() -> subscription.stop(NEVER)); // nothing runs: no waiting

    assertThat(report).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(new StopReport(5, 3, 0));
    await().until(raw.readyIn("orders.queue"), ready -> ready == 3);
    assertThat(calls).hasSize(1);
  }

  @Test
  void batchesThatCouldNeverBeFullShouldBeRefused() {
    var tooLarge =
        artel.subscribe("orders.queue").prefetch(4).onBatch(PLACED, 5, NEVER, (events, c) -> {});

    assertThatIllegalArgumentException()
        .isThrownBy(tooLarge::start)
        .withMessage(
            "queue 'orders.queue': batches of order.placed are to have up to 5 events, but the"
                + " prefetch is 4: raise the one or lower the other");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tooLarge.on(PLACED, (event, context) -> {}))
        .withMessageContaining("has a handler for order.placed already");
  }

  void publishOneByOne(int count) {
    orders(count).forEach(publisher::publish);
  }

  static List<Integer> amounts(List<Event<Order>> events) {
    List<Integer> amounts = new ArrayList<>();
    events.forEach(event -> amounts.add(event.data().amount()));
    return amounts;
  }

  private static Integer[] all(int count) {
    Integer[] all = new Integer[count];
    for (int i = 0; i < count; i++) {
      all[i] = i;
    }
    return all;
  }
}
