package io.artel.events.testkit.idempotency;

import io.artel.events.testkit.EmbeddedBroker;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

class HandledOnceTest extends HandledOnce {

  private final List<EmbeddedBroker> brokers = new ArrayList<>();

  @Override
  String uri() {
    EmbeddedBroker broker = EmbeddedBroker.start();
    brokers.add(broker);
    return broker.amqpUri();
  }

  @AfterEach
  void endBrokers() {
    close();
    brokers.forEach(EmbeddedBroker::close);
  }
}
