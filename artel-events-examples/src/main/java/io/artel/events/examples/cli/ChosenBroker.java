package io.artel.events.examples.cli;

import io.artel.events.examples.play.BrokerAddress;
import io.artel.events.testkit.EmbeddedBroker;
import io.artel.events.testkit.RabbitMq;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The broker that is used, and how it was chosen; one that was started ends with it. */
final class ChosenBroker implements AutoCloseable {

  private final BrokerAddress address;
  private final @Nullable String discovery;
  private final @Nullable Runnable end;

  private ChosenBroker(BrokerAddress address, @Nullable String discovery, @Nullable Runnable end) {
    this.address = address;
    this.discovery = discovery;
    this.end = end;
  }

  /** The one that the command line names. */
  static ChosenBroker at(String amqp, @Nullable String management) {
    return new ChosenBroker(new BrokerAddress(amqp, management), null, null);
  }

  /** One that the environment names or this machine has, started if need be. */
  static ChosenBroker found() throws BadInput {
    Optional<RabbitMq> any = RabbitMq.findAny();
    if (any.isEmpty()) {
      throw new BadInput(
          "no RabbitMQ was found on this machine: get one with ./artel test --install, or name one"
              + " with --amqp");
    }
    RabbitMq broker = any.get();
    return new ChosenBroker(
        new BrokerAddress(broker.amqpUri(), managementOf(broker)),
        "Found RabbitMQ " + broker.version() + ", on port " + broker.port() + ".",
        broker::close);
  }

  /** One in this process, which keeps all in memory. */
  static ChosenBroker embedded() {
    EmbeddedBroker broker = EmbeddedBroker.start();
    return new ChosenBroker(
        new BrokerAddress(broker.amqpUri(), null),
        "On a broker in memory that behaves like RabbitMQ "
            + broker.version()
            + ", on port "
            + broker.port()
            + "; --amqp names a real one.",
        broker::close);
  }

  private static @Nullable String managementOf(RabbitMq broker) {
    try {
      return broker.managementUri();
    } catch (UnsupportedOperationException notNamed) {
      return null;
    }
  }

  BrokerAddress address() {
    return address;
  }

  /** Which one it is; null if it was named. */
  @Nullable String discovery() {
    return discovery;
  }

  @Override
  public void close() {
    if (end != null) {
      end.run();
    }
  }
}
