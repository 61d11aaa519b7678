package io.artel.events.testkit.it;

import io.artel.events.testkit.OnRealBrokers;
import io.artel.events.testkit.RabbitMq;
import java.util.UUID;

@OnRealBrokers
class UnpublishedEventsIT extends UnpublishedEvents {

  private final String uri;

  UnpublishedEventsIT(RabbitMq broker) {
    uri = broker.createVhost("unpublished-" + UUID.randomUUID());
  }

  @Override
  String uri() {
    return uri;
  }
}
