package io.artel.events.testkit.it;

import io.artel.events.testkit.OnRealBrokers;
import io.artel.events.testkit.RabbitMq;
import java.util.UUID;

@OnRealBrokers
class BatchHandlingIT extends BatchHandling {

  private final String uri;

  BatchHandlingIT(RabbitMq broker) {
    uri = broker.createVhost("batch-handle-" + UUID.randomUUID());
  }

  @Override
  String uri() {
    return uri;
  }
}
