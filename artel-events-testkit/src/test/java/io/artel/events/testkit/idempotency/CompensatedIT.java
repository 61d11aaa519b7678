package io.artel.events.testkit.idempotency;

import io.artel.events.testkit.OnRealBrokers;
import io.artel.events.testkit.RabbitMq;
import java.util.UUID;

@OnRealBrokers
class CompensatedIT extends Compensated {

  private final String uri;

  CompensatedIT(RabbitMq broker) {
    uri = broker.createVhost("compensated-" + UUID.randomUUID());
  }

  @Override
  String uri() {
    return uri;
  }
}
