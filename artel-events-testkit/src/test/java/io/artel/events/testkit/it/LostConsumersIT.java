package io.artel.events.testkit.it;

import io.artel.events.testkit.OnRealBrokers;
import io.artel.events.testkit.RabbitMq;
import io.artel.events.testkit.internal.broker.Versions;
import java.util.UUID;

@OnRealBrokers(ours = true)
class LostConsumersIT extends LostConsumers {

  private final RabbitMq broker;
  private final String vhost = "lost-consumers-" + UUID.randomUUID();
  private final String uri;
  private boolean impatient;

  LostConsumersIT(RabbitMq broker) {
    this.broker = broker;
    uri = broker.createVhost(vhost);
  }

  @Override
  String uri() {
    return uri;
  }

  /** Acknowledges in the client's name what was never delivered. */
  @Override
  void closeChannels(String queue) {
    String place = "<<\"" + vhost + "\">>";
    broker.ctl(
        "eval",
        "Queue = {resource, "
            + place
            + ", queue, <<\""
            + queue
            + "\">>}, [rabbit_channel_common:do(proplists:get_value(channel_pid, Consumer),"
            + " {'basic.ack', 999999, false}) || Consumer <- rabbit_amqqueue:consumers_all("
            + place
            + "), proplists:get_value(queue_name, Consumer) =:= Queue].");
  }

  @Override
  void cut() {
    broker.ctl("close_all_connections", "--vhost", vhost, "for a test");
  }

  /** 3.10 knows one timeout for all, 4.0 and 4.3 have policies, and all look once in a while. */
  @Override
  void losePatience() {
    impatient = true;
    broker.ctl("eval", "application:set_env(rabbit, channel_tick_interval, 500).");
    if (Versions.isBefore(broker.version(), "4.0")) {
      broker.ctl("eval", "application:set_env(rabbit, consumer_timeout, 2000).");
    } else {
      broker.ctl(
          "set_policy",
          "-p",
          vhost,
          "impatient",
          "^(jobs|single)\\.",
          "{\"consumer-timeout\": 2000}");
    }
  }

  @Override
  void waitedTooLong(String queue) {}

  @Override
  void permit(String write, String read) {
    broker.ctl("set_permissions", "-p", vhost, "guest", ".*", write, read);
  }

  @Override
  void endBroker() {
    if (impatient) {
      broker.ctl("eval", "application:set_env(rabbit, channel_tick_interval, 60000).");
      broker.ctl("eval", "application:set_env(rabbit, consumer_timeout, 1800000).");
    }
    broker.deleteVhost(vhost);
  }
}
