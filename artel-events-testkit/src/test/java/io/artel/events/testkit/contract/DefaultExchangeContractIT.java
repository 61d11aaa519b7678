package io.artel.events.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import org.junit.jupiter.api.Test;

/** The nameless exchange. */
@OnEveryBroker
class DefaultExchangeContractIT extends RoutingContract {
  private static final String NOT_PERMITTED =
      "ACCESS_REFUSED - operation not permitted on the default exchange";

  DefaultExchangeContractIT(ContractBroker broker) {
    super(broker);
  }

  @Test
  void routesToTheQueueThatTheKeyNames() throws Exception {
    Channel channel = confirming();
    String queue = queue(channel);
    String other = queue(channel);
    publish(channel, "", queue, queue + "x");
    assertThat(drain(channel, queue)).containsExactly(queue);
    assertThat(drain(channel, other)).isEmpty();
  }

  @Test
  void bindingAQueueToItIsRefused() throws Exception {
    Channel channel = channel();
    String queue = queue(channel);
    assertThat(closeOf(channel, () -> channel.queueBind(queue, "", queue)))
        .isEqualTo(Close.channel(403, NOT_PERMITTED, 50, 20));
  }

  @Test
  void unbindingAQueueFromItIsRefused() throws Exception {
    Channel channel = channel();
    String queue = queue(channel);
    assertThat(closeOf(channel, () -> channel.queueUnbind(queue, "", queue)))
        .isEqualTo(Close.channel(403, NOT_PERMITTED, 50, 50));
  }

  @Test
  void bindingAnExchangeToItIsRefused() throws Exception {
    Channel channel = channel();
    assertThat(closeOf(channel, () -> channel.exchangeBind("amq.fanout", "", "key")))
        .isEqualTo(Close.channel(403, NOT_PERMITTED, 40, 30));
  }

  @Test
  void bindingItToAnExchangeIsRefused() throws Exception {
    Channel channel = channel();
    assertThat(closeOf(channel, () -> channel.exchangeBind("", "amq.fanout", "key")))
        .isEqualTo(Close.channel(403, NOT_PERMITTED, 40, 30));
  }

  @Test
  void unbindingAnExchangeFromItIsRefused() throws Exception {
    Channel channel = channel();
    assertThat(closeOf(channel, () -> channel.exchangeUnbind("amq.fanout", "", "key")))
        .isEqualTo(Close.channel(403, NOT_PERMITTED, 40, 40));
  }
}
