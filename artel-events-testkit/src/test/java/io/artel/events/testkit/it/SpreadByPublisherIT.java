package io.artel.events.testkit.it;

import io.artel.events.testkit.OnRealBrokers;
import io.artel.events.testkit.RabbitMq;
import java.util.UUID;

@OnRealBrokers
class SpreadByPublisherIT extends SpreadByPublisher {

  private final String uri;

  SpreadByPublisherIT(RabbitMq broker) {
    uri = broker.createVhost("spread-" + UUID.randomUUID());
  }

  @Override
  String uri() {
    return uri;
  }
}
