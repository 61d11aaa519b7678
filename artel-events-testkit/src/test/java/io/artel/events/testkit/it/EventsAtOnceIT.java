package io.artel.events.testkit.it;

import io.artel.events.testkit.OnRealBrokers;
import io.artel.events.testkit.RabbitMq;
import java.util.UUID;

@OnRealBrokers
class EventsAtOnceIT extends EventsAtOnce {

  private final String uri;

  EventsAtOnceIT(RabbitMq broker) {
    uri = broker.createVhost("at-once-" + UUID.randomUUID());
  }

  @Override
  String uri() {
    return uri;
  }
}
