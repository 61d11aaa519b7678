package io.artel.events.testkit.it;

import io.artel.events.testkit.EmbeddedBroker;

class SpoolOfAGroupTest extends SpoolOfAGroup {

  private final EmbeddedBroker first = EmbeddedBroker.start();
  private final EmbeddedBroker second = EmbeddedBroker.start();

  @Override
  String uri() {
    return first.amqpUri();
  }

  @Override
  String secondUri() {
    return second.amqpUri();
  }

  @Override
  void away() {
    first.stop();
  }

  @Override
  void secondAway() {
    second.stop();
  }

  @Override
  void back() {
    first.startAgain();
  }

  @Override
  void endBroker() {
    first.close();
    second.close();
  }
}
