package io.artel.events.testkit.it;

import io.artel.events.testkit.OnRealBrokers;
import io.artel.events.testkit.RabbitMq;
import java.util.UUID;

@OnRealBrokers
class CrashLoopIT extends CrashLoop {

  private final String uri;

  CrashLoopIT(RabbitMq broker) {
    uri = broker.createVhost("crash-" + UUID.randomUUID());
  }

  @Override
  String uri() {
    return uri;
  }
}
