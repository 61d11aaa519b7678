package io.artel.events.testkit.internal.junit;

import io.artel.events.Topology;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.ArtelSettings;
import io.artel.events.testkit.Broker;
import io.artel.events.testkit.FlowTracker;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What one test has: a broker, and what was asked for on it, made when first asked for. Used by the
 * thread of its test.
 */
final class TestEnvironment {
  /** A test that closes later has a handler that does not end; the failure should come soon. */
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

  /** A test that cuts connections should not wait for the library's caution. */
  private static final Duration FIRST_RECONNECT = Duration.ofMillis(10);

  private static final Duration LONGEST_RECONNECT = Duration.ofMillis(200);

  private static final int PUBLISH_RETRIES = 3;

  /** How long connections that the test has closed may take to be gone at the broker. */
  private static final Duration GONE_WITHIN = Duration.ofSeconds(1);

  private final String name;
  private final Supplier<Topology> topology;
  private final TestBroker broker;
  private @Nullable FlowTracker flow;
  private @Nullable ArtelEvents artel;

  /**
   * On a broker.
   *
   * @param name the name to connect as
   * @param topology the topology of the test class; throws if there is none
   */
  TestEnvironment(String name, Supplier<Topology> topology, TestBroker broker) {
    this.name = name;
    this.topology = topology;
    this.broker = broker;
  }

  Broker broker() {
    return broker.broker();
  }

  FlowTracker flow() {
    if (flow == null) {
      flow = FlowTracker.of(topology.get(), broker());
    }
    return flow;
  }

  ArtelEvents artel() {
    if (artel == null) {
      artel =
          ArtelEvents.connect(
              ArtelSettings.builder()
                  .uri(broker().amqpUri())
                  .name(name)
                  .topology(topology.get())
                  .observer(flow())
                  .meterRegistry(new SimpleMeterRegistry())
                  .closeTimeout(CLOSE_TIMEOUT)
                  .reconnectBackoff(FIRST_RECONNECT, LONGEST_RECONNECT)
                  .publishRetries(PUBLISH_RETRIES, FIRST_RECONNECT)
                  .build());
    }
    return artel;
  }

  /** The timeline, if the test has a flow. */
  Optional<String> timeline() {
    return Optional.ofNullable(flow).map(FlowTracker::timeline);
  }

  /**
   * Closes everything that was made here.
   *
   * @return the connections that the test itself has left open
   */
  List<String> close() {
    try {
      broker.endFaults();
      if (artel != null) {
        artel.close();
      }
      return leftOpen();
    } finally {
      broker.close();
    }
  }

  private List<String> leftOpen() {
    long deadline = System.nanoTime() + GONE_WITHIN.toNanos();
    List<String> open = broker.connections();
    while (!open.isEmpty() && System.nanoTime() < deadline) {
      try {
        Thread.sleep(1);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return open;
      }
      open = broker.connections();
    }
    return open;
  }
}
