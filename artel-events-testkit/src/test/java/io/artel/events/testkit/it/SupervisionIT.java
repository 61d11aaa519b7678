package io.artel.events.testkit.it;

import io.artel.events.testkit.OnRealBrokers;
import io.artel.events.testkit.RabbitMq;
import java.util.UUID;

@OnRealBrokers
class SupervisionIT extends Supervision {

  private final String uri;

  SupervisionIT(RabbitMq broker) {
    uri = broker.createVhost("supervision-" + UUID.randomUUID());
  }

  @Override
  String uri() {
    return uri;
  }
}
