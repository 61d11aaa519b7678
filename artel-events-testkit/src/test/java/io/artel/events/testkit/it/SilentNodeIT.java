package io.artel.events.testkit.it;

import io.artel.events.testkit.OnRealBrokers;
import io.artel.events.testkit.RabbitMq;
import java.util.UUID;

@OnRealBrokers
class SilentNodeIT extends SilentNode {

  private final String uri;

  SilentNodeIT(RabbitMq broker) {
    uri = broker.createVhost("silent-" + UUID.randomUUID());
  }

  @Override
  String uri() {
    return uri;
  }
}
