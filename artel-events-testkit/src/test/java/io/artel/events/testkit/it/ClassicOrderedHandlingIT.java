package io.artel.events.testkit.it;

import io.artel.events.Topology;
import io.artel.events.testkit.OnRealBrokers;
import io.artel.events.testkit.RabbitMq;
import java.util.UUID;

/** What quorum partitions do, classic ones do too. */
@OnRealBrokers
class ClassicOrderedHandlingIT extends OrderedHandling {

  private final String uri;

  ClassicOrderedHandlingIT(RabbitMq broker) {
    uri = broker.createVhost("classic-" + UUID.randomUUID());
  }

  @Override
  Topology topology() {
    return Topology.on("steps.events").queue(QUEUE, q -> q.bind("steps.*").partitions(2).classic());
  }

  @Override
  String uri() {
    return uri;
  }
}
