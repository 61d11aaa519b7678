package io.artel.events.testkit.it;

import io.artel.events.testkit.OnRealBrokers;
import io.artel.events.testkit.RabbitMq;
import java.util.UUID;

@OnRealBrokers
class DeadLetterLimitsIT extends DeadLetterLimits {

  private final String uri;

  DeadLetterLimitsIT(RabbitMq broker) {
    uri = broker.createVhost("dead-letter-limits-" + UUID.randomUUID());
  }

  @Override
  String uri() {
    return uri;
  }
}
