package io.artel.events.testkit.it;

import io.artel.events.testkit.OnRealBrokers;
import io.artel.events.testkit.RabbitMq;
import java.util.UUID;

@OnRealBrokers
class ConsumeMetersIT extends ConsumeMeters {

  private final String uri;

  ConsumeMetersIT(RabbitMq broker) {
    uri = broker.createVhost("consume-meters-" + UUID.randomUUID());
  }

  @Override
  String uri() {
    return uri;
  }
}
