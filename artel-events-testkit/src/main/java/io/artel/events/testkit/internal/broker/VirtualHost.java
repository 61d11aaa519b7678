package io.artel.events.testkit.internal.broker;

import io.artel.events.testkit.Broker;
import io.artel.events.testkit.BrokerQueue;
import io.artel.events.testkit.RabbitMq;
import java.util.function.Supplier;

/** One virtual host of a real broker. */
record VirtualHost(RabbitMq broker, String amqpUri, Supplier<ManagementApi> management)
    implements Broker {

  @Override
  public String version() {
    return broker.version();
  }

  @Override
  public BrokerQueue queue(String name) {
    return new RealQueue(amqpUri, management, name);
  }

  @Override
  public String toString() {
    return broker.toString();
  }
}
