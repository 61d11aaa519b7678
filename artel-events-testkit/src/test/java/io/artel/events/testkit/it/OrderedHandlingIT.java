package io.artel.events.testkit.it;

import io.artel.events.testkit.OnRealBrokers;
import io.artel.events.testkit.RabbitMq;
import java.util.UUID;

@OnRealBrokers
class OrderedHandlingIT extends OrderedHandling {

  private final String uri;

  OrderedHandlingIT(RabbitMq broker) {
    uri = broker.createVhost("ordered-" + UUID.randomUUID());
  }

  @Override
  String uri() {
    return uri;
  }
}
