package io.artel.events.testkit.it;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.artel.events.ConnectionStatus.State;
import io.artel.events.PublishReceipt;
import io.artel.events.Topology;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.ArtelSettings;
import io.artel.events.testkit.EmbeddedBroker;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

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

  private static String receiptFrom(ArtelEvents artel) {
    return artel.publisher().publish(STEP.event(new Text("a"))).broker();
  }

  private static ArtelEvents connect(String name, EmbeddedBroker... addresses) {
    ArtelSettings.Builder settings =
        ArtelSettings.builder()
            .name(name)
            .heartbeat(ofSeconds(1))
            .closeTimeout(ofSeconds(1))
            .topology(Topology.on("game.events").queue("game.queue", q -> q.bind("game.*")))
            .reconnectBackoff(ofMillis(10), ofMillis(100));
    for (EmbeddedBroker each : addresses) {
      settings.address("127.0.0.1", each.port());
    }
    return ArtelEvents.connect(settings.build());
  }

  private CompletableFuture<PublishReceipt> async() {
    return artel.publisher().publishAsync(STEP.event(new Text("a"))).toCompletableFuture();
  }
}
