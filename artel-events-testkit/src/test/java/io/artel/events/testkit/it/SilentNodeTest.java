package io.artel.events.testkit.it;

import io.artel.events.testkit.EmbeddedBroker;
import org.junit.jupiter.api.AfterEach;

class SilentNodeTest extends SilentNode {

  private final EmbeddedBroker broker = EmbeddedBroker.start();

  @Override
  String uri() {
    return broker.amqpUri();
  }

  @AfterEach
  void endBroker() {
    broker.close();
  }
}
