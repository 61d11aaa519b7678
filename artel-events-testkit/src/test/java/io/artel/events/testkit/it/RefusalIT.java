package io.artel.events.testkit.it;

import static io.artel.events.FailurePolicy.retry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.artel.events.Event;
import io.artel.events.EventPublisher;
import io.artel.events.EventType;
import io.artel.events.FlowObserver;
import io.artel.events.PublishException;
import io.artel.events.Topology;
import io.artel.events.TopologyException;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.ArtelSettings;
import io.artel.events.testkit.OnRealBrokers;
import io.artel.events.testkit.RabbitMq;
import java.io.IOException;
import java.time.Duration;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What can never succeed is said at once, and harms nothing else. */
@OnRealBrokers
class RefusalIT {

  record Text(String text) {}

  static final EventType<Text> ONE = EventType.of("one.text", Text.class);
  static final EventType<Text> OTHER = EventType.of("other.text", Text.class);
  static final EventType<Text> UNWRITABLE = EventType.of("other.large", Text.class);

  private static final Text SMALL = new Text("small");
  private static final Text TOO_LARGE = new Text("x".repeat(2 * 1024 * 1024));

  private final Topology topology =
      Topology.on("refusal.events")
          .queue("one.queue", q -> q.bind("one.*"))
          .queue("other.queue", q -> q.bind("other.*"))
          .queue("ordered.queue", q -> q.bind("ordered.*").partitions(2));
  private final Queue<PublishException> failed = new ConcurrentLinkedQueue<>();
  private final String uri;
  private ArtelEvents artel;
  private EventPublisher publisher;
  private Raw raw;

  RefusalIT(RabbitMq broker) {
    uri = broker.createVhost("refusal-" + UUID.randomUUID());
  }

  @BeforeEach
  void connect() throws Exception {
    artel =
        ArtelEvents.connect(
            ArtelSettings.builder()
                .uri(uri)
                .topology(topology)
                .closeTimeout(Duration.ofSeconds(2))
                .observer(
                    new FlowObserver() {
                      @Override
                      public void failed(Event<?> event, PublishException failure) {
                        failed.add(failure);
                      }
                    })
                .build());
    publisher = artel.publisher();
    raw = new Raw(uri);
  }

  @AfterEach
  void close() throws Exception {
    artel.close();
    raw.close();
  }

  @Test
  void deadLetterThatTheBrokerRefusesShouldNotDisturbPublishing() throws Exception {
    artel.subscribe("one.queue").on(ONE, (event, context) -> {}).start();
    raw.channel().exchangeDelete("refusal.dlq");
    raw.publish("refusal.events", "one.text", new BasicProperties(), new byte[] {'{'});

    for (int i = 0; i < 200; i++) {
      assertThat(publisher.publish(OTHER.event(SMALL)).attempts()).isEqualTo(1);
    }

    artel.close();
    assertThat(raw.ready("other.queue")).isEqualTo(200);
    assertThat(raw.ready("one.queue")).isEqualTo(1); // nothing lost: it waits for its exchange
  }

  @Test
  void eventToAnExchangeThatIsGoneShouldBeRejectedWithWhatTheBrokerSays() throws Exception {
    raw.channel().exchangeDelete("refusal.events");

    assertThatThrownBy(() -> publisher.publish(OTHER.event(SMALL)))
        .isInstanceOfSatisfying(
            PublishException.class,
            e -> assertThat(e.outcome()).isEqualTo(PublishException.Outcome.REJECTED))
        .hasMessageContaining("no exchange 'refusal.events'");

    ArtelEvents.declare(ArtelSettings.builder().uri(uri).topology(topology).build());
    assertThat(publisher.publish(OTHER.event(SMALL)).routed()).isTrue();
  }

  @Test
  void eventThatCannotBeWrittenShouldBeToldToTheObserver() {
    assertThatThrownBy(() -> publisher.publish(UNWRITABLE.event(TOO_LARGE)))
        .isInstanceOf(PublishException.class);

    assertThat(failed)
        .extracting(PublishException::outcome)
        .containsExactly(PublishException.Outcome.NOT_SENT);
  }

  @Test
  void childThatCannotBeWrittenShouldNotBeTriedAgain() {
    artel
        .subscribe("one.queue")
        .on(ONE, (event, context) -> context.publish(UNWRITABLE, TOO_LARGE))
        .start();

    publisher.publish(ONE.event(SMALL));

    await().until(raw.readyIn("one.dlq"), ready -> ready == 1);
    assertThat(failed).hasSize(1);
  }

  @Test
  void retriesThatAnOrderedQueueCannotWaitForShouldBeRefusedAtStart() {
    assertThatThrownBy(
            () ->
                artel
                    .subscribe("ordered.queue")
                    .on(ONE, (event, context) -> {})
                    .onFailure(
                        retry(IOException.class)
                            .upTo(10)
                            .backoff(Duration.ofMinutes(30), Duration.ofMinutes(30))
                            .thenDeadLetter())
                    .start())
        .isInstanceOf(TopologyException.class)
        .hasMessageContainingAll("ordered.queue", "900 s", "18000 s");
  }

  @Test
  void handlersMdcShouldOutliveNoEvent() throws Exception {
    CountDownLatch handled = new CountDownLatch(1);
    Queue<String> left = new ConcurrentLinkedQueue<>();
    artel
        .subscribe("one.queue")
        .executor(
            task -> {
              org.slf4j.MDC.put("mine", "kept");
              task.run();
              left.addAll(org.slf4j.MDC.getCopyOfContextMap().keySet());
              handled.countDown();
            })
        .on(ONE, (event, context) -> {})
        .start();

    publisher.publish(ONE.event(SMALL));

    assertThat(handled.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(left).containsExactly("mine");
  }
}
