package io.artel.events.testkit.idempotency;

import io.artel.events.testkit.EmbeddedBroker;
import java.util.ArrayList;
import java.util.List;

class HandledOnceTest extends HandledOnce {

  private final List<EmbeddedBroker> brokers = new ArrayList<>();

  @Override
  String uri() {
    EmbeddedBroker broker = EmbeddedBroker.start();
    brokers.add(broker);
    return broker.amqpUri();
  }

  @Override
  void endBrokers() {
    brokers.forEach(EmbeddedBroker::close);
  }
}
