package io.artel.events.testkit.it;

import io.artel.events.testkit.EmbeddedBroker;

class ForeignPrioritiesTest extends ForeignPriorities {

  private final EmbeddedBroker broker = EmbeddedBroker.start();

  @Override
  String uri() {
    return broker.amqpUri();
  }

  @Override
  void endBroker() {
    broker.close();
  }
}
