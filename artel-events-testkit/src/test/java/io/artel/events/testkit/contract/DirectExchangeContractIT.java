package io.artel.events.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Exchanges of type direct. */
@OnEveryBroker
class DirectExchangeContractIT extends RoutingContract {

  DirectExchangeContractIT(ContractBroker broker) {
    super(broker);
  }

  @Test
  void routesToEveryQueueBoundWithExactlyThatKey() throws Exception {
    Channel channel = confirming();
    String exchange = exchange(channel, "direct");
    String first = queue(channel);
    String second = queue(channel);
    channel.queueBind(first, exchange, "a.b");
    channel.queueBind(second, exchange, "a.b");
    channel.queueBind(second, exchange, "c");
    publish(channel, exchange, "a.b", "A.B", "a", "a.b.c", "", "c");
    assertThat(drain(channel, first)).containsExactly("a.b");
    assertThat(drain(channel, second)).containsExactly("a.b", "c");
  }

  @Test
  void takesWildcardsLiterally() throws Exception {
    Channel channel = confirming();
    String exchange = exchange(channel, "direct");
    String queue = queue(channel);
    channel.queueBind(queue, exchange, "#");
    channel.queueBind(queue, exchange, "a.*");
    publish(channel, exchange, "a", "#", "a.b", "a.*");
    assertThat(drain(channel, queue)).containsExactly("#", "a.*");
  }

  @Test
  void matchesTheEmptyKey() throws Exception {
    Channel channel = confirming();
    String exchange = exchange(channel, "direct");
    String queue = queue(channel);
    channel.queueBind(queue, exchange, "");
    publish(channel, exchange, "a", "");
    assertThat(drain(channel, queue)).containsExactly("");
  }

  @Test
  void ignoresTheArgumentsOfABinding() throws Exception {
    Channel channel = confirming();
    String exchange = exchange(channel, "direct");
    String queue = queue(channel);
    channel.queueBind(queue, exchange, "key", Map.of("x-match", "all", "colour", "red"));
    publish(channel, exchange, "key");
    assertThat(drain(channel, queue)).containsExactly("key");
  }

  @Test
  void amqDirectIsThere() throws Exception {
    Channel channel = confirming();
    String queue = queue(channel);
    channel.queueBind(queue, "amq.direct", queue);
    publish(channel, "amq.direct", queue, queue + "x");
    assertThat(drain(channel, queue)).containsExactly(queue);
  }
}
