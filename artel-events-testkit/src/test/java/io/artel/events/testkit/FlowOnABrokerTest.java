package io.artel.events.testkit;

import static io.artel.events.FailurePolicy.retry;
import static io.artel.events.testkit.ArtelAssertions.assertThat;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.artel.events.Event;
import io.artel.events.EventPublisher;
import io.artel.events.EventType;
import io.artel.events.PermanentException;
import io.artel.events.Topology;
import io.artel.events.TransientException;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.Subscription;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@link FlowTracker} and its assertions see of the library at work. */
@ArtelTest(name = "shop")
class FlowOnABrokerTest {

  record Order(int amount) {}

  static final EventType<Order> PLACED = EventType.of("order.placed", Order.class);
  static final EventType<Order> PAID = EventType.of("payment.made", Order.class);
  static final EventType<Order> SHIPPED = EventType.of("parcel.shipped", Order.class);
  static final EventType<Order> SEEN = EventType.of("live.seen", Order.class).optionalAudience();

  static final Topology TOPOLOGY =
      Topology.on("shop.events")
          .queue("orders.queue", q -> q.bind("order.*"))
          .queue("payments.queue", q -> q.bind("payment.*"))
          .queue("parcels.queue", q -> q.bind("parcel.*").partitions(2))
          .queue("audit.queue", q -> q.bind("#").messageTtl(ofMinutes(1)).observer());

  private ArtelEvents artel;
  private EventPublisher publisher;
  private FlowTracker flow;

  @BeforeEach
  void take(ArtelEvents artel, EventPublisher publisher, FlowTracker flow) {
    this.artel = artel;
    this.publisher = publisher;
    this.flow = flow;
  }

  @Test
  void everythingThatAnEventCausesIsWaitedFor() {
    AtomicInteger paid = new AtomicInteger();
    artel
        .subscribe("orders.queue")
        .on(
            PLACED,
            (event, context) -> {
              context.publish(PAID, event.data());
              context.publish(SEEN, event.data());
            })
        .start();
    artel.subscribe("payments.queue").on(PAID, (event, context) -> paid.incrementAndGet()).start();

    publisher.publish(PLACED.event(new Order(1)));
    flow.awaitSettled();

    assertThat(paid).hasValue(1);
    assertThat(flow).published(PLACED).then(PAID).everythingHandled();
    assertThat(flow).published(PLACED).then(SEEN);
    assertThat(flow.published(PLACED)).hasSize(1);
  }

  @Test
  void publishingWithoutWaitingIsWaitedFor() {
    artel.subscribe("orders.queue").on(PLACED, (event, context) -> {}).start();

    for (int i = 0; i < 50; i++) {
      publisher.publishAsync(PLACED.event(new Order(i)));
    }

    assertThat(flow).handled(PLACED, 50).isSettled();
  }

  @Test
  void aRetryDoesNotFallDueBeforeTheTestSaysSo(BrokerClock clock) {
    failOnce(ofSeconds(5));

    publisher.publish(PLACED.event(new Order(1)));

    assertThat(flow).retried(PLACED, 1).handled(PLACED, 0);
    assertThatThrownBy(() -> assertThat(flow).isSettled())
        .hasMessageStartingWith(
            "Expected the flow to be settled, but these wait for their next attempt:"
                + " order.placed#1 in 'orders.queue'. Move the broker's clock");
    clock.advance(ofMillis(4_999));
    assertThat(flow).retried(PLACED, 1).handled(PLACED, 0);
    clock.advance(ofMillis(1));
    assertThat(flow).handled(PLACED, 1).isSettled();
  }

  @Test
  void awaitSettledMovesTheClockFromRetryToRetry(BrokerClock clock) {
    artel
        .subscribe("orders.queue")
        .on(
            PLACED,
            (event, context) -> {
              throw new TransientException("away");
            })
        .start();
    Instant before = clock.now();

    publisher.publish(PLACED.event(new Order(1)));
    flow.awaitSettled();

    assertThat(Duration.between(before, clock.now())).isEqualTo(ofSeconds(5 + 10 + 20));
    assertThat(flow).retried(PLACED, 3).deadLettered(PLACED).isSettled();
    assertThat(flow.timeline()).contains("clock").contains("moved on by PT20S");
  }

  @Test
  void anOrderedQueueRetriesByTheComputersClock() {
    AtomicInteger calls = new AtomicInteger();
    artel
        .subscribe("parcels.queue")
        .on(
            SHIPPED,
            (event, context) -> {
              if (calls.incrementAndGet() == 1) {
                throw new TransientException("away");
              }
            })
        .onFailure(
            retry(TransientException.class).backoff(ofMillis(300), ofMillis(300)).thenDeadLetter())
        .start();

    publisher.publish(SHIPPED.event(new Order(1)).session(UUID.randomUUID()));

    await().until(() -> flow.timeline().contains("retried"));
    assertThatThrownBy(() -> flow.within(ofMillis(1)).awaitQuiet())
        .hasMessageContaining(
            "parcel.shipped#1 in 'parcels.queue' waits for its next attempt by the computer's");
    assertThat(flow).retried(SHIPPED, 1).handled(SHIPPED).isSettled();
  }

  @Test
  void whatTheBrokerItselfDeadLettersHasItsOutcome(BrokerClock clock) {
    CountDownLatch release = new CountDownLatch(1);
    artel.subscribe("audit.queue").prefetch(1).onOther((event, context) -> release.await()).start();
    publisher.publish(SEEN.event(new Order(1)));
    publisher.publish(SEEN.event(new Order(2)));

    clock.advance(ofMinutes(2));
    release.countDown();
    flow.awaitSettled();

    assertThat(flow).handled(SEEN, 1).deadLettered(SEEN, 1);
    assertThat(flow.timeline()).contains("from 'audit.queue', by the broker itself");
  }

  @Test
  void aHandlerThatDoesNotEndIsNamed() {
    CountDownLatch release = new CountDownLatch(1);
    artel.subscribe("orders.queue").on(PLACED, (event, context) -> release.await()).start();
    publisher.publish(PLACED.event(new Order(1)));

    assertThatThrownBy(() -> flow.within(ofMillis(50)).awaitSettled())
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith(
            "The flow did not come to rest within PT0.05S: order.placed#1 in 'orders.queue' has no"
                + " outcome yet.");
    release.countDown();
    flow.awaitSettled();
  }

  @Test
  void aSubscriptionThatHasStoppedIsNotWaitedFor() {
    Subscription subscription =
        artel.subscribe("orders.queue").on(PLACED, (event, context) -> {}).start();
    subscription.close();
    publisher.publish(PLACED.event(new Order(1)));

    flow.awaitSettled();

    assertThat(flow).handled(PLACED, 0);
    assertThat(flow.timeline()).contains("unsubscribed").contains("lies in 'orders.queue'");
  }

  @Test
  void orderPerSessionIsKeptAndSeen() {
    artel.subscribe("parcels.queue").on(SHIPPED, (event, context) -> {}).start();
    UUID one = UUID.randomUUID();
    UUID other = UUID.randomUUID();
    for (int i = 0; i < 10; i++) {
      publisher.publishAsync(SHIPPED.event(new Order(i)).session(i % 2 == 0 ? one : other));
    }

    assertThat(flow).handled(SHIPPED, 10).keptOrderPerSession();
  }

  @Test
  void aQueueIsSeenAsItIs(Broker broker) {
    publisher.publish(PLACED.event(new Order(1)));
    publisher.publish(PLACED.event(new Order(2)));

    assertThat(broker.queue("orders.queue"))
        .exists()
        .hasMessages(2)
        .hasUnacked(0)
        .hasConsumers(0)
        .containsEvents(PLACED, PLACED)
        .events(PLACED)
        .extracting(Event::data)
        .containsExactly(new Order(1), new Order(2));
    assertThat(broker.queue("other.queue")).doesNotExist();
    artel.subscribe("orders.queue").on(PLACED, (event, context) -> {}).start();
    assertThat(broker.queue("orders.queue")).isDrained().hasConsumers(1);
  }

  @Test
  void aWrongExpectationOfAQueueIsToldWhatThereIs(Broker broker) {
    publisher.publish(PLACED.event(new Order(1)));
    publisher.publish(SEEN.event(new Order(2)));
    BrokerQueueAssert orders = assertThat(broker.queue("orders.queue")).within(ofMillis(20));
    String there = " within PT0.02S, but it has 1 ready, 0 unacknowledged and 0 consumers.";

    fails(
        () -> orders.hasMessages(2),
        "Expected queue 'orders.queue' to have 2 messages ready" + there);
    fails(
        () -> orders.hasUnacked(1),
        "Expected queue 'orders.queue' to have 1 message unacknowledged" + there);
    fails(() -> orders.hasConsumers(1), "Expected queue 'orders.queue' to have 1 consumer" + there);
    fails(orders::isDrained, "Expected queue 'orders.queue' to be drained" + there);
    fails(orders::doesNotExist, "Expected queue 'orders.queue' not to exist" + there);
    fails(
        () -> assertThat(broker.queue("no.queue")).within(ofMillis(20)).exists(),
        "Expected queue 'no.queue' to exist within PT0.02S, but it does not exist; there is [");
    fails(
        () -> assertThat(broker.queue("no.queue")).within(ofMillis(20)).hasMessages(0),
        "Expected queue 'no.queue' to have 0 messages ready within PT0.02S, but it does not");
    fails(
        () -> orders.containsEvents(SEEN),
        "Expected queue 'orders.queue' to hold the events [live.seen] in this order, but it holds"
            + " [order.placed].");
    fails(
        () -> orders.events(SEEN),
        "Expected queue 'orders.queue' to hold readable events, but message 'order.placed' from"
            + " exchange 'shop.events', ");
    fails(
        () -> orders.events(PLACED).isEmpty(),
        "[the events in queue 'orders.queue'] \nExpecting empty but was:");
  }

  @Test
  void aPermanentFailureIsADeadLetterWithItsReason() {
    artel
        .subscribe("orders.queue")
        .on(
            PLACED,
            (event, context) -> {
              throw new PermanentException("no such article");
            })
        .start();

    publisher.publish(PLACED.event(new Order(1)));

    assertThat(flow).deadLettered(PLACED).retried(PLACED, 0).isSettled();
    assertThatThrownBy(() -> assertThat(flow).everythingHandled())
        .hasMessageStartingWith(
            "Expected everything to be handled, but order.placed#1 was dead-lettered in"
                + " 'orders.queue' (no such article).");
  }

  @Test
  void everythingIsNotHandledIfNobodyHasSubscribed() {
    publisher.publish(PLACED.event(new Order(1)));

    assertThat(flow).isSettled();
    assertThatThrownBy(() -> assertThat(flow).everythingHandled())
        .hasMessageStartingWith("Expected everything to be handled, but nothing was:")
        .hasMessageContaining("'orders.queue', to which nobody has subscribed");
  }

  @Test
  void everythingIsNotHandledOfAnEventThatNeverWas() {
    failOnce(ofSeconds(1));
    publisher.publish(PLACED.event(new Order(1)));
    flow.awaitSettled();

    assertThatThrownBy(() -> assertThat(flow.causedBy(UUID.randomUUID())).everythingHandled())
        .hasMessageStartingWith("Expected everything to be handled, but there was no event.");
  }

  private void failOnce(Duration delay) {
    AtomicInteger calls = new AtomicInteger();
    artel
        .subscribe("orders.queue")
        .on(
            PLACED,
            (event, context) -> {
              if (calls.incrementAndGet() == 1) {
                throw new TransientException("away");
              }
            })
        .onFailure(retry(TransientException.class).backoff(delay, delay).thenDeadLetter())
        .start();
  }

  private static void fails(ThrowingCallable assertion, String sentence) {
    assertThatThrownBy(assertion)
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith(sentence);
  }
}
