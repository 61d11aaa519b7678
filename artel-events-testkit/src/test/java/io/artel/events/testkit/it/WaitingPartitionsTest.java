package io.artel.events.testkit.it;

import io.artel.events.testkit.EmbeddedBroker;

class WaitingPartitionsTest extends WaitingPartitions {

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
