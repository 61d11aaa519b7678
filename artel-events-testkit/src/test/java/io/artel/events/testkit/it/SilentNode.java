package io.artel.events.testkit.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.artel.events.EventType;
import io.artel.events.Topology;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.ArtelSettings;
import io.artel.events.testkit.BrokerProxy;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node that accepts connections and confirms nothing, as one cut off from its cluster does. */
abstract class SilentNode {

  record Step(int number) {}

  private static final EventType<Step> STEP = EventType.of("silent.step", Step.class);

  private static final Topology TOPOLOGY =
      Topology.on("silent.events").queue("silent.queue", queue -> queue.bind("silent.*"));

  /** A place of the test's own. */
  abstract String uri();

  @Test
  @Timeout(60)
  void publisherShouldLeaveTheNodeThatConfirmsNothing() {
    try (BrokerProxy silent = BrokerProxy.before(uri());
        BrokerProxy other = BrokerProxy.before(uri());
        ArtelEvents artel = connect(silent, other)) {
      artel.publisher().publish(STEP.event(new Step(1)));
      long before = other.madeConnections();
      silent.loseConfirms(Integer.MAX_VALUE);

      artel.publisher().publish(STEP.event(new Step(2)));

      assertThat(silent.swallowedFrames()).isPositive();
      assertThat(before).isZero();
      assertThat(other.madeConnections()).isEqualTo(1);
    }
  }

  private ArtelEvents connect(BrokerProxy first, BrokerProxy second) {
    URI uri = URI.create(uri());
    return ArtelEvents.connect(
        ArtelSettings.builder()
            .uri(uri.toString())
            .address(uri.getHost(), first.port())
            .address(uri.getHost(), second.port())
            .topology(TOPOLOGY)
            .confirmTimeout(Duration.ofSeconds(1))
            .publishTimeout(Duration.ofSeconds(20))
            .closeTimeout(Duration.ofSeconds(2))
            .name("silent")
            .build());
  }
}
