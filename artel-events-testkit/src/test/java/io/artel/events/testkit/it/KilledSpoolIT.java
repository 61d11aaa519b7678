package io.artel.events.testkit.it;

import io.artel.events.testkit.OnRealBrokers;
import io.artel.events.testkit.RabbitMq;
import java.util.UUID;

@OnRealBrokers(ours = true)
class KilledSpoolIT extends KilledSpool {

  private final RabbitMq broker;
  private final String uri;

  KilledSpoolIT(RabbitMq broker) {
    this.broker = broker;
    this.uri = broker.createVhost("killed-" + UUID.randomUUID());
  }

  @Override
  String uri() {
    return uri;
  }

  @Override
  void away() {
    broker.kill();
  }

  @Override
  void back() {
    broker.start();
  }

  @Override
  void flush() {
    broker.flush();
  }

  @Override
  void endBroker() {
    broker.start();
  }
}
