package io.artel.events.testkit.it;

import io.artel.events.testkit.EmbeddedBroker;

class ReturningLettersTest extends ReturningLetters {

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
