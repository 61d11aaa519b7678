package io.artel.events.testkit.idempotency;

import io.artel.events.testkit.OnRealBrokers;
import io.artel.events.testkit.RabbitMq;
import java.util.UUID;

@OnRealBrokers
class HandledOnceIT extends HandledOnce {

  private final RabbitMq broker;

  HandledOnceIT(RabbitMq broker) {
    this.broker = broker;
  }

  @Override
  String uri() {
    return broker.createVhost("handled-" + UUID.randomUUID());
  }
}
