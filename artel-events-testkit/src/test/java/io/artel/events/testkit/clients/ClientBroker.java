package io.artel.events.testkit.clients;

import io.artel.events.testkit.BrokerUnavailableException;
import io.artel.events.testkit.RabbitMq;
import java.util.stream.Stream;

/**
 * A broker that other clients do their round on: the one of the system property {@code
 * artel.clients.uri} or of the environment, or else the real ones of {@code
 * artel.brokers.versions}.
 *
 * @param name for the names of the tests
 * @param uri the URI for AMQP with user and password
 */
record ClientBroker(String name, String uri) {
  /** Whether what is missing fails the test, instead of being told in a line. */
  static final boolean REQUIRED = "required".equals(System.getProperty("artel.brokers", "auto"));

  private static final String VERSIONS = System.getProperty("artel.brokers.versions", "3.10,4.3");

  /** {@return each broker; a line of output names those that this machine has not} */
  static Stream<ClientBroker> all() {
    String uri = System.getProperty("artel.clients.uri", System.getenv("ARTEL_AMQP_URI"));
    return uri != null
        ? Stream.of(new ClientBroker("the named broker", uri))
        : Stream.of(VERSIONS.split(",")).flatMap(version -> real(version.strip()));
  }

  private static Stream<ClientBroker> real(String version) {
    try {
      return Stream.of(new ClientBroker(version, RabbitMq.shared(version).amqpUri()));
    } catch (BrokerUnavailableException e) {
      if (REQUIRED || !e.missing()) {
        throw e;
      }
      System.out.println("NOT COVERED other clients on " + version + ": " + e.getMessage());
      return Stream.empty();
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
