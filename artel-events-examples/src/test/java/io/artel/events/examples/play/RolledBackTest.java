package io.artel.events.examples.play;

import io.artel.events.testkit.EmbeddedBroker;
import org.junit.jupiter.api.AfterEach;

class RolledBackTest extends RolledBack {

  private final EmbeddedBroker broker = EmbeddedBroker.start();

  @Override
  BrokerAddress address() {
    return new BrokerAddress(broker.amqpUri(), null);
  }

  @AfterEach
  void endBroker() {
    broker.close();
  }
}
