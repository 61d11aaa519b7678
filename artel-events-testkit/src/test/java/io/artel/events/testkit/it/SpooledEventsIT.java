package io.artel.events.testkit.it;

import io.artel.events.testkit.BrokerProxy;
import io.artel.events.testkit.OnRealBrokers;
import io.artel.events.testkit.RabbitMq;
import java.util.UUID;

/** The network goes rather than the broker, which takes long to start. */
@OnRealBrokers
class SpooledEventsIT extends SpooledEvents {

  private final RabbitMq broker;
  private final String vhost = "spool-" + UUID.randomUUID();
  private final BrokerProxy network;

  SpooledEventsIT(RabbitMq broker) {
    this.broker = broker;
    this.network = BrokerProxy.before(broker.createVhost(vhost));
  }

  @Override
  String uri() {
    return network.amqpUri();
  }

  @Override
  void away() {
    network.refuse();
    network.reset();
  }

  @Override
  void back() {
    network.heal();
  }

  @Override
  void endBroker() {
    network.close();
    broker.deleteVhost(vhost);
  }
}
