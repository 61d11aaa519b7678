package io.artel.events.testkit.it;

import io.artel.events.testkit.BrokerProxy;
import io.artel.events.testkit.OnRealBrokers;
import io.artel.events.testkit.RabbitMq;
import java.util.UUID;

/** Two virtual hosts, each behind a network of its own, are as two brokers to a publisher. */
@OnRealBrokers
class SpoolOfAGroupIT extends SpoolOfAGroup {

  private final RabbitMq broker;
  private final String firstVhost = "spool-first-" + UUID.randomUUID();
  private final String secondVhost = "spool-second-" + UUID.randomUUID();
  private final BrokerProxy first;
  private final BrokerProxy second;

  SpoolOfAGroupIT(RabbitMq broker) {
    this.broker = broker;
    this.first = BrokerProxy.before(broker.createVhost(firstVhost));
    this.second = BrokerProxy.before(broker.createVhost(secondVhost));
  }

  @Override
  String uri() {
    return first.amqpUri();
  }

  @Override
  String secondUri() {
    return second.amqpUri();
  }

  @Override
  void away() {
    cut(first);
  }

  @Override
  void secondAway() {
    cut(second);
  }

  private static void cut(BrokerProxy network) {
    network.refuse();
    network.reset();
  }

  @Override
  void back() {
    first.heal();
  }

  @Override
  void endBroker() {
    first.close();
    second.close();
    broker.deleteVhost(firstVhost);
    broker.deleteVhost(secondVhost);
  }
}
