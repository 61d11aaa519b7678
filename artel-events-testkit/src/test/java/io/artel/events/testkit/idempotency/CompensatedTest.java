package io.artel.events.testkit.idempotency;

import io.artel.events.testkit.EmbeddedBroker;

class CompensatedTest extends Compensated {

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
