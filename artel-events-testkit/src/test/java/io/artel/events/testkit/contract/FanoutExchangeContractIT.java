package io.artel.events.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import org.junit.jupiter.api.Test;

/** Exchanges of type fanout. */
@OnEveryBroker
class FanoutExchangeContractIT extends RoutingContract {

  FanoutExchangeContractIT(ContractBroker broker) {
    super(broker);
  }

  @Test
  void routesToEveryBoundQueueWhateverTheKeys() throws Exception {
    Channel channel = confirming();
    String exchange = exchange(channel, "fanout");
    String first = queue(channel);
    String second = queue(channel);
    String unbound = queue(channel);
    channel.queueBind(first, exchange, "");
    channel.queueBind(second, exchange, "other");
    publish(channel, exchange, "a", "");
    assertThat(drain(channel, first)).containsExactly("a", "");
    assertThat(drain(channel, second)).containsExactly("a", "");
    assertThat(drain(channel, unbound)).isEmpty();
  }

  @Test
  void putsOneCopyIntoAQueueThatIsBoundTwice() throws Exception {
    Channel channel = confirming();
    String exchange = exchange(channel, "fanout");
    String queue = queue(channel);
    channel.queueBind(queue, exchange, "a");
    channel.queueBind(queue, exchange, "b");
    publish(channel, exchange, "a");
    assertThat(drain(channel, queue)).containsExactly("a");
  }

  @Test
  void amqFanoutIsThere() throws Exception {
    Channel channel = confirming();
    String queue = queue(channel);
    channel.queueBind(queue, "amq.fanout", "");
    publish(channel, "amq.fanout", queue);
    assertThat(drain(channel, queue)).contains(queue);
  }
}
