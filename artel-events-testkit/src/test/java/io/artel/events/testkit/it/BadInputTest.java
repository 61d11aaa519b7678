package io.artel.events.testkit.it;

import static java.time.Duration.ofHours;

import io.artel.events.testkit.EmbeddedBroker;

class BadInputTest extends BadInput {

  private final EmbeddedBroker broker = EmbeddedBroker.start();

  @Override
  String uri() {
    return broker.amqpUri();
  }

  @Override
  void fallSilent() {
    broker.faults().onPublish().times(1000).delayConfirm(ofHours(1));
  }

  @Override
  void speakAgain() {
    broker.faults().clear();
    broker.clock().advance(ofHours(1));
  }

  @Override
  void endBroker() {
    broker.close();
  }
}
