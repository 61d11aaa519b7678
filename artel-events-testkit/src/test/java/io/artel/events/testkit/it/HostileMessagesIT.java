package io.artel.events.testkit.it;

import io.artel.events.testkit.OnRealBrokers;
import io.artel.events.testkit.RabbitMq;
import java.util.UUID;

@OnRealBrokers
class HostileMessagesIT extends HostileMessages {

  private final String uri;

  HostileMessagesIT(RabbitMq broker) {
    uri = broker.createVhost("hostile-" + UUID.randomUUID());
  }

  @Override
  String uri() {
    return uri;
  }
}
