package io.artel.events.testkit.it;

import io.artel.events.testkit.OnRealBrokers;
import io.artel.events.testkit.RabbitMq;
import java.util.UUID;

@OnRealBrokers
class ForeignPrioritiesIT extends ForeignPriorities {

  private final String uri;

  ForeignPrioritiesIT(RabbitMq broker) {
    uri = broker.createVhost("priorities-" + UUID.randomUUID());
  }

  @Override
  String uri() {
    return uri;
  }
}
