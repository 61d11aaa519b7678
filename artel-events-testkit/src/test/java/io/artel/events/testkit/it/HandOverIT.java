package io.artel.events.testkit.it;

import io.artel.events.testkit.OnRealBrokers;
import io.artel.events.testkit.RabbitMq;
import java.util.UUID;

@OnRealBrokers
class HandOverIT extends HandOver {

  private final String uri;

  HandOverIT(RabbitMq broker) {
    uri = broker.createVhost("handover-" + UUID.randomUUID());
  }

  @Override
  String uri() {
    return uri;
  }
}
