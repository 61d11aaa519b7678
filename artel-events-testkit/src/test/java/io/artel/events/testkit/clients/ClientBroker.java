package io.artel.events.testkit.clients;

import io.artel.events.testkit.BrokerProfile;
import io.artel.events.testkit.EmbeddedBroker;
import java.util.stream.Stream;

/**
 * A broker that other clients do their round on: the embedded one in each profile, or the one of
 * the system property {@code artel.clients.uri}.
 *
 * @param name for the names of the tests
 * @param uri the URI for AMQP with user and password
 */
record ClientBroker(String name, String uri) {
  /** Whether what is missing fails the test, instead of being told in a line. */
  static final boolean REQUIRED = "required".equals(System.getProperty("artel.brokers", "auto"));

  /** {@return each broker; those that are started here end with the JVM} */
  static Stream<ClientBroker> all() {
    String uri = System.getProperty("artel.clients.uri");
    return uri != null
        ? Stream.of(new ClientBroker("the named broker", uri))
        : Stream.of(BrokerProfile.values()).map(ClientBroker::embedded);
  }

  private static ClientBroker embedded(BrokerProfile profile) {
    EmbeddedBroker broker = EmbeddedBroker.builder().profile(profile).start();
    return new ClientBroker(broker.toString(), broker.amqpUri());
  }

  @Override
  public String toString() {
    return name;
  }
}
