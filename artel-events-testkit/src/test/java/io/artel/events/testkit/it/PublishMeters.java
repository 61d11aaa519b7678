package io.artel.events.testkit.it;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.artel.events.ConnectionStatus;
import io.artel.events.EventType;
import io.artel.events.PublishException;
import io.artel.events.Topology;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.ArtelSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What meters say of publishing. */
@Timeout(60)
abstract class PublishMeters {

  record Text(String text) {}

  static final EventType<Text> STEP = EventType.of("game.step", Text.class);
  static final EventType<Text> LOST = EventType.of("gone.step", Text.class);

  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  ArtelEvents artel;

  /** A place of the test's own. */
  abstract String uri();

  /** Ends all connections to the place. */
  abstract void cut();

  /** Ends what the place is in, if that is the test's own too. */
  void endBroker() {}

  @BeforeEach
  void connect() {
    artel =
        ArtelEvents.connect(
            ArtelSettings.builder()
                .name("tester")
                .uri(uri())
                .topology(Topology.on("game.events").queue("game.queue", q -> q.bind("game.*")))
                .publishRetries(1, ofMillis(10))
                .reconnectBackoff(ofMillis(10), ofMillis(100))
                .meterRegistry(meters)
                .build());
  }

  @AfterEach
  void close() {
    artel.close(ofSeconds(2));
    endBroker();
  }

  @Test
  void confirmedAndReturnedEventsShouldBeCounted() {
    for (int i = 0; i < 3; i++) {
      artel.publisher("game_service").publish(STEP.event(new Text("a")));
    }
    assertThatThrownBy(() -> artel.publisher().publish(LOST.event(new Text("a"))))
        .isInstanceOf(PublishException.class);

    assertThat(
            meters
                .get("rabbitmq.events.published")
                .tags(
                    "event_type", "game.step",
                    "routing_key", "game.step",
                    "source_service", "game_service")
                .counter()
                .count())
        .isEqualTo(3);
    assertThat(meters.get("rabbitmq.publish.confirm").timer().count()).isEqualTo(3);
    assertThat(meters.get("rabbitmq.publish.returned").counter().count()).isEqualTo(2);
    assertThat(meters.get("rabbitmq.publish.nacked").counter().count()).isZero();
    assertThat(inFlight()).isZero();
  }

  @Test
  void aConnectionThatCameBackShouldBeCountedAndSaySinceWhen() {
    Instant before = status().since();

    cut();

    await().atMost(30, SECONDS).until(() -> status().isUp() && status().reconnects() == 1);
    await()
        .atMost(30, SECONDS)
        .until(
            () ->
                meters
                        .get("rabbitmq.connection.reconnects")
                        .tag("connection", "tester publish")
                        .counter()
                        .count()
                    == 1);
    assertThat(status().since()).isAfter(before);
    assertThat(status().lastError()).isNotBlank();
    assertThat(artel.publisher().publish(STEP.event(new Text("a"))).routed()).isTrue();
  }

  final ConnectionStatus status() {
    return artel.connections().stream()
        .filter(status -> status.name().equals("tester publish"))
        .findFirst()
        .orElseThrow();
  }

  final double inFlight() {
    return meters.get("rabbitmq.publish.in.flight").tag("publisher", "events").gauge().value();
  }
}
