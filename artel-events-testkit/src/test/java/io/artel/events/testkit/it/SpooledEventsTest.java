package io.artel.events.testkit.it;

import io.artel.events.testkit.EmbeddedBroker;

class SpooledEventsTest extends SpooledEvents {

  private final EmbeddedBroker broker = EmbeddedBroker.start();

  @Override
  String uri() {
    return broker.amqpUri();
  }

  @Override
  void away() {
    broker.stop();
  }

  @Override
  void back() {
    broker.startAgain();
  }

  @Override
  void endBroker() {
    broker.close();
  }
}
