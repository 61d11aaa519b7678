package io.artel.events.testkit.it;

import io.artel.events.testkit.OnRealBrokers;
import io.artel.events.testkit.RabbitMq;
import java.util.UUID;

@OnRealBrokers
class WaitingPartitionsIT extends WaitingPartitions {

  private final String uri;

  WaitingPartitionsIT(RabbitMq broker) {
    uri = broker.createVhost("waiting-" + UUID.randomUUID());
  }

  @Override
  String uri() {
    return uri;
  }
}
