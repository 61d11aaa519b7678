package io.artel.events.testkit.it;

import io.artel.events.testkit.OnRealBrokers;
import io.artel.events.testkit.RabbitMq;
import java.util.UUID;

@OnRealBrokers(ours = true)
class PublishMetersIT extends PublishMeters {

  private final RabbitMq broker;
  private final String vhost = "publish-meters-" + UUID.randomUUID();
  private final String uri;

  PublishMetersIT(RabbitMq broker) {
    this.broker = broker;
    uri = broker.createVhost(vhost);
  }

  @Override
  String uri() {
    return uri;
  }

  @Override
  void cut() {
    broker.ctl("close_all_connections", "--vhost", vhost, "for a test");
  }

  @Override
  void endBroker() {
    broker.deleteVhost(vhost);
  }
}
