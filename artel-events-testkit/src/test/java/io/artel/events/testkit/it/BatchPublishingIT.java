package io.artel.events.testkit.it;

import io.artel.events.testkit.OnRealBrokers;
import io.artel.events.testkit.RabbitMq;
import java.util.UUID;

@OnRealBrokers
class BatchPublishingIT extends BatchPublishing {

  private final String uri;

  BatchPublishingIT(RabbitMq broker) {
    uri = broker.createVhost("batch-publish-" + UUID.randomUUID());
  }

  @Override
  String uri() {
    return uri;
  }
}
