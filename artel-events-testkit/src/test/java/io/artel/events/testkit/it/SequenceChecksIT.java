package io.artel.events.testkit.it;

import io.artel.events.testkit.OnRealBrokers;
import io.artel.events.testkit.RabbitMq;
import java.util.UUID;

@OnRealBrokers
class SequenceChecksIT extends SequenceChecks {

  private final String uri;

  SequenceChecksIT(RabbitMq broker) {
    uri = broker.createVhost("sequence-" + UUID.randomUUID());
  }

  @Override
  String uri() {
    return uri;
  }
}
