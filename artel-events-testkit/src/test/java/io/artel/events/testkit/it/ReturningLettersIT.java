package io.artel.events.testkit.it;

import io.artel.events.testkit.OnRealBrokers;
import io.artel.events.testkit.RabbitMq;
import java.util.UUID;

@OnRealBrokers
class ReturningLettersIT extends ReturningLetters {

  private final String uri;

  ReturningLettersIT(RabbitMq broker) {
    uri = broker.createVhost("returning-" + UUID.randomUUID());
  }

  @Override
  String uri() {
    return uri;
  }
}
