package io.artel.events.testkit.it;

import io.artel.events.Topology;
import io.artel.events.testkit.EmbeddedBroker;

/** What quorum partitions do, classic ones do too. */
class ClassicOrderedHandlingTest extends OrderedHandling {

  private final EmbeddedBroker broker = EmbeddedBroker.start();

  @Override
  Topology topology() {
    return Topology.on("steps.events").queue(QUEUE, q -> q.bind("steps.*").partitions(2).classic());
  }

  @Override
  String uri() {
    return broker.amqpUri();
  }

  @Override
  void endBroker() {
    broker.close();
  }
}
