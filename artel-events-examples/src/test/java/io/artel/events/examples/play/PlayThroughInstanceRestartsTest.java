package io.artel.events.examples.play;

import io.artel.events.testkit.EmbeddedBroker;
import org.junit.jupiter.api.AfterEach;

class PlayThroughInstanceRestartsTest extends PlayThroughInstanceRestarts {

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
