package io.artel.events.testkit.it;

import io.artel.events.testkit.OnRealBrokers;
import io.artel.events.testkit.RabbitMq;
import java.util.UUID;

@OnRealBrokers
class DeadLetterHandlingIT extends DeadLetterHandling {

  private final String uri;

  DeadLetterHandlingIT(RabbitMq broker) {
    uri = broker.createVhost("dead-letters-" + UUID.randomUUID());
  }

  @Override
  String uri() {
    return uri;
  }
}
