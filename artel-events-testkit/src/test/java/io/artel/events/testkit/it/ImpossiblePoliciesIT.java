package io.artel.events.testkit.it;

import io.artel.events.testkit.OnRealBrokers;
import io.artel.events.testkit.RabbitMq;
import java.util.UUID;

@OnRealBrokers
class ImpossiblePoliciesIT extends ImpossiblePolicies {

  private final String uri;

  ImpossiblePoliciesIT(RabbitMq broker) {
    uri = broker.createVhost("impossible-" + UUID.randomUUID());
  }

  @Override
  String uri() {
    return uri;
  }
}
