package io.artel.events.testkit.it;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.artel.events.ConnectionStatus.State;
import io.artel.events.Event;
import io.artel.events.PublishReceipt;
import io.artel.events.Topology;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.ArtelSettings;
import io.artel.events.testkit.BrokerProxy;
import io.artel.events.testkit.EmbeddedBroker;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** On the embedded broker also what goes wrong. */
class PublishMetersTest extends PublishMeters {

  private final EmbeddedBroker broker = EmbeddedBroker.start();

  @Override
  String uri() {
    return broker.amqpUri();
  }

  @Override
  void cut() {
    broker.faults().cutConnections();
  }

  @Override
  void endBroker() {
    broker.close();
  }

  @Test
  void refusedEventsShouldBeCountedEachTime() {
    broker.faults().onPublish().nack();

    assertThat(artel.publisher().publish(STEP.event(new Text("a"))).attempts()).isEqualTo(2);

    assertThat(meters.get("rabbitmq.publish.nacked").counter().count()).isEqualTo(1);
  }

  @Test
  void eventsInFlightShouldBeShown() {
    broker.faults().onPublish().times(4).delayConfirm(ofHours(1));
    for (int i = 0; i < 4; i++) {
      var unused = async();
    }

    assertThat(inFlight()).isEqualTo(4);
    broker.queue("game.queue").awaitReady(4);
    broker.clock().advance(ofHours(1));
    await().until(() -> inFlight() == 0);
  }

  @Test
  void timeThatTheBrokerBlocksShouldBeCounted() {
    broker.faults().blockPublishers("low on memory");
    CompletableFuture<PublishReceipt> waiting = async();
    await().until(() -> status().state() == State.BLOCKED);

    broker.faults().unblockPublishers();

    waiting.orTimeout(20, SECONDS).join();
    await()
        .until(
            () ->
                meters
                        .get("rabbitmq.connection.blocked")
                        .tag("connection", "tester publish")
                        .timer()
                        .totalTime(TimeUnit.NANOSECONDS)
                    > 0);
  }

  @Test
  void aPeerThatFallsSilentShouldBeNoticedByHeartbeats() {
    try (ArtelEvents other = connect("one", broker)) {
      broker.faults().stallConnections();

      await()
          .atMost(30, SECONDS)
          .until(
              () ->
                  other.connections().stream()
                      .allMatch(status -> String.valueOf(status.lastError()).contains("eartbeat")));
      await().atMost(30, SECONDS).until(other::isHealthy);
    }
  }

  @Test
  void theNextAddressShouldBeTakenWhenTheFirstIsGone() {
    try (EmbeddedBroker second = EmbeddedBroker.start();
        ArtelEvents other = connect("two", broker, second)) {
      assertThat(receiptFrom(other)).endsWith(":" + broker.port());

      broker.kill();
      await().atMost(30, SECONDS).until(other::isHealthy);
      ArtelEvents.declare(other.settings());

      assertThat(receiptFrom(other)).endsWith(":" + second.port());
    } finally {
      broker.startAgain();
    }
  }

  @Test
  void aPublishThatTookLongShouldBeWarnedOf() {
    Logger logger = (Logger) LoggerFactory.getLogger("io.artel.events.amqp");
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    logger.setLevel(Level.WARN);
    logger.addAppender(lines);
    try (BrokerProxy network = BrokerProxy.before(broker.amqpUri());
        ArtelEvents far = connect("far", network.port())) {
      network.delay(ofMillis(60)); // each way
      Event<Text> event = STEP.event(new Text("secret")).build("tester");

      assertThat(far.publisher().publish(event).elapsed()).isGreaterThan(ofMillis(100));

      await()
          .until(
              () ->
                  List.copyOf(lines.list).stream()
                      .map(ILoggingEvent::getFormattedMessage)
                      .anyMatch(
                          line ->
                              line.startsWith("slow publish: 1 above 100 ms")
                                  && line.contains(event.id().toString())
                                  && !line.contains("secret")));
    } finally {
      logger.detachAppender(lines);
      logger.setLevel(null);
    }
  }

  private static String receiptFrom(ArtelEvents artel) {
    return artel.publisher().publish(STEP.event(new Text("a"))).broker();
  }

  private static ArtelEvents connect(String name, EmbeddedBroker... addresses) {
    return connect(name, Stream.of(addresses).mapToInt(EmbeddedBroker::port).toArray());
  }

  private static ArtelEvents connect(String name, int... ports) {
    ArtelSettings.Builder settings =
        ArtelSettings.builder()
            .name(name)
            .heartbeat(ofSeconds(1))
            .closeTimeout(ofSeconds(1))
            .topology(Topology.on("game.events").queue("game.queue", q -> q.bind("game.*")))
            .reconnectBackoff(ofMillis(10), ofMillis(100));
    for (int port : ports) {
      settings.address("127.0.0.1", port);
    }
    return ArtelEvents.connect(settings.build());
  }

  private CompletableFuture<PublishReceipt> async() {
    return artel.publisher().publishAsync(STEP.event(new Text("a"))).toCompletableFuture();
  }
}
