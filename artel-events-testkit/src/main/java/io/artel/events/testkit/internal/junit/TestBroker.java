package io.artel.events.testkit.internal.junit;

import io.artel.events.testkit.Broker;
import io.artel.events.testkit.BrokerConnection;
import io.artel.events.testkit.BrokerProfile;
import io.artel.events.testkit.BrokerUnavailableException;
import io.artel.events.testkit.EmbeddedBroker;
import io.artel.events.testkit.RabbitMq;
import java.util.List;
import java.util.UUID;

/** The broker of one test: the choice between the embedded one and a real one is made here. */
interface TestBroker {
  /** The prefix of a choice that names the profile of the embedded broker. */
  String EMBEDDED = "embedded";

  /** The choice of the broker that the environment names. */
  String URI = "uri";

  /** The broker as the test sees it. */
  Broker broker();

  /** What the test has left open there, by name. */
  List<String> connections();

  /** Ends what the test has planned to go wrong, so that all can be closed in good order. */
  void endFaults();

  /** Leaves nothing of the test behind. */
  void close();

  /**
   * A broker for a test.
   *
   * @param choice {@code embedded}, {@code embedded:PROFILE}, {@code uri}, or a version
   * @param test the test's name, for names on a shared broker
   */
  static TestBroker of(String choice, String test) {
    if (choice.equals(EMBEDDED)) {
      return embedded(BrokerProfile.RABBITMQ_4_3);
    }
    if (choice.startsWith(EMBEDDED + ":")) {
      return embedded(BrokerProfile.of(choice.substring(EMBEDDED.length() + 1)));
    }
    return choice.equals(URI) ? real(Named.BROKER, test) : real(RabbitMq.shared(choice), test);
  }

  /** One embedded broker for each test: it costs less than tidying up, and no test sees another. */
  private static TestBroker embedded(BrokerProfile profile) {
    EmbeddedBroker broker = EmbeddedBroker.builder().profile(profile).clockStopped().start();
    return new TestBroker() {
      @Override
      public Broker broker() {
        return broker;
      }

      @Override
      public List<String> connections() {
        return broker.connections().stream().map(BrokerConnection::name).toList();
      }

      @Override
      public void endFaults() {
        broker.faults().clear();
      }

      @Override
      public void close() {
        broker.close();
      }
    };
  }

  /** A virtual host of a shared real broker; deleting it closes what is connected to it. */
  private static TestBroker real(RabbitMq shared, String test) {
    String name = "artel-test " + test + " " + UUID.randomUUID();
    Broker broker = shared.onVhost(name);
    return new TestBroker() {
      @Override
      public Broker broker() {
        return broker;
      }

      /** Only the management API knows, and only some seconds later. */
      @Override
      public List<String> connections() {
        return List.of();
      }

      @Override
      public void endFaults() {}

      @Override
      public void close() {
        shared.deleteVhost(name);
      }
    };
  }

  /** The broker that the environment names, looked for when first asked for. */
  final class Named {
    static final RabbitMq BROKER = find();

    private Named() {}

    private static RabbitMq find() {
      if (System.getenv("ARTEL_AMQP_URI") == null) {
        throw new BrokerUnavailableException(
            "No broker is named for these tests: set ARTEL_AMQP_URI and ARTEL_MANAGEMENT_URI.",
            true,
            null);
      }
      return RabbitMq.findAny().orElseThrow();
    }
  }
}
