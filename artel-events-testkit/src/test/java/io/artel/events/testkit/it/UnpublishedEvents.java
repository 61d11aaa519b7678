package io.artel.events.testkit.it;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.GetResponse;
import io.artel.events.Event;
import io.artel.events.EventCodec;
import io.artel.events.EventPublisher;
import io.artel.events.EventType;
import io.artel.events.PublishException;
import io.artel.events.PublishException.Outcome;
import io.artel.events.PublishException.Stored;
import io.artel.events.PublishFailure;
import io.artel.events.Topology;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.ArtelSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the broker refuses is stored in the dead-letter exchange, where operators find it. */
abstract class UnpublishedEvents {

  record Step(String name) {}

  private static final EventType<Step> STEP = EventType.of("store.step", Step.class);
  private static final EventType<Step> LOST = EventType.of("gone.step", Step.class);
  private static final String UNROUTED = "store.dlq.unrouted";

  private static final Topology TOPOLOGY =
      Topology.on("store.events").queue("store.queue", queue -> queue.bind("store.*"));

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private ArtelEvents artel;
  private EventPublisher publisher;
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
                .name("store")
                .topology(TOPOLOGY)
                .publishRetries(1, ofMillis(10))
                .closeTimeout(ofSeconds(2))
                .meterRegistry(meters)
                .onPublishFailure(PublishFailure.deadLetter())
                .build());
    publisher = artel.publisher();
    raw = new Raw(uri());
  }

  @AfterEach
  void close() throws Exception {
    artel.close();
    raw.close();
    endBroker();
  }

  @Test
  void aReturnedEventShouldLieWhereOperatorsFindIt() throws Exception {
    UUID session = UUID.randomUUID();
    Event<Step> event = LOST.event(new Step("a")).session(session).build("store");
    Instant before = Instant.now();

    PublishException failure = failure(event);

    assertThat(failure.outcome()).isEqualTo(Outcome.UNROUTABLE);
    assertThat(failure.stored()).isEqualTo(Stored.DEAD_LETTER);
    assertThat(failure)
        .hasMessageContainingAll("no queue is bound", "stored in exchange 'store.dlq'");
    assertThat(failure.getSuppressed()).isEmpty();
    GetResponse stored = raw.take(UNROUTED);
    assertThat(stored.getEnvelope().getRoutingKey()).isEqualTo("publish.failed");
    assertThat(stored.getBody()).isEqualTo(EventCodec.create().encode(event));
    assertThat(stored.getProps().getMessageId()).isEqualTo(event.id().toString());
    assertThat(stored.getProps().getContentType()).isEqualTo("application/json");
    assertThat(stored.getProps().getDeliveryMode()).isEqualTo(2);
    Map<String, Object> headers = stored.getProps().getHeaders();
    assertThat(headers).extractingByKey("original_exchange").hasToString("store.events");
    assertThat(headers).extractingByKey("original_routing_key").hasToString("gone.step");
    assertThat(headers).extractingByKey("error_class").hasToString("unroutable");
    assertThat(headers)
        .extractingByKey("error_type")
        .hasToString("io.artel.events.PublishException");
    assertThat(headers.get("error_message").toString()).contains("no queue is bound");
    assertThat(headers).extractingByKey("session_id").hasToString(session.toString());
    assertThat(headers).extractingByKey("event_type").hasToString("gone.step");
    assertThat(Instant.ofEpochMilli((Long) headers.get("first_failed_at")))
        .isAfter(before.minusMillis(1));
    assertThat(headers).doesNotContainKey("failed_queue").containsEntry("retry_count", 0);
    assertThat(raw.ready(UNROUTED)).isZero();
    assertThat(meters.get("rabbitmq.publish.stored").tag("place", "dead_letter").counter().count())
        .isEqualTo(1);
  }

  @Test
  void aRefusedEventShouldBeStoredToo() throws Exception {
    raw.channel().exchangeDelete("store.events");

    PublishException failure = failure(STEP.event(new Step("a")).build("store"));

    assertThat(failure.outcome()).isEqualTo(Outcome.REJECTED);
    assertThat(failure.stored()).isEqualTo(Stored.DEAD_LETTER);
    assertThat(raw.take(UNROUTED).getProps().getHeaders())
        .extractingByKey("error_class")
        .hasToString("rejected");
  }

  @Test
  void aStoringThatFailsShouldNotHideTheFirstFailure() throws Exception {
    raw.channel().exchangeDelete("store.dlq");

    PublishException failure = failure(LOST.event(new Step("a")).build("store"));

    assertThat(failure.outcome()).isEqualTo(Outcome.UNROUTABLE);
    assertThat(failure.stored()).isEqualTo(Stored.NOWHERE);
    assertThat(failure.getSuppressed())
        .singleElement()
        .isInstanceOfSatisfying(
            PublishException.class,
            second -> {
              assertThat(second.outcome()).isEqualTo(Outcome.REJECTED);
              assertThat(second).hasMessageContaining("no exchange 'store.dlq'");
            });
    assertThat(publisher.publish(STEP.event(new Step("b"))).routed()).isTrue();
  }

  @Test
  void whatWasNotSentShouldNotBeStored() throws Exception {
    PublishException failure =
        failure(STEP.event(new Step("x".repeat(2 * 1024 * 1024))).build("store"));

    assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
    assertThat(failure.stored()).isEqualTo(Stored.NOWHERE);
    assertThat(raw.ready(UNROUTED)).isZero();
  }

  @Test
  void whatAHandlerPublishesShouldNotBeStoredBesideItsDelivery() throws Exception {
    artel
        .subscribe("store.queue")
        .on(STEP, (event, context) -> context.publish(LOST, new Step("child")))
        .start();

    publisher.publish(STEP.event(new Step("a")));

    await()
        .atMost(ofSeconds(20))
        .until(raw.readyIn("retry.store.queue.5000ms"), ready -> ready == 1);
    assertThat(raw.ready(UNROUTED)).isZero();
  }

  @Test
  void everyEventShouldBeStoredByItself() throws Exception {
    List<Event<Step>> events = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      events.add(LOST.event(new Step("e" + i)).build("store"));
    }

    List<CompletableFuture<?>> outcomes =
        events.stream()
            .<CompletableFuture<?>>map(event -> publisher.publishAsync(event).toCompletableFuture())
            .toList();

    for (CompletableFuture<?> outcome : outcomes) {
      await().atMost(ofSeconds(20)).until(outcome::isDone);
      assertThat(outcome).isCompletedExceptionally();
    }
    List<String> stored = new ArrayList<>();
    for (GetResponse each = raw.take(UNROUTED); each != null; each = raw.take(UNROUTED)) {
      stored.add(each.getProps().getMessageId());
    }
    assertThat(stored)
        .containsExactlyInAnyOrderElementsOf(
            events.stream().map(event -> event.id().toString()).toList());
  }

  private PublishException failure(Event<Step> event) {
    return catchThrowableOfType(PublishException.class, () -> publisher.publish(event));
  }
}
