package io.artel.events.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Making and removing bindings of queues. */
@OnEveryBroker
class BindingContractIT extends RoutingContract {

  BindingContractIT(ContractBroker broker) {
    super(broker);
  }

  @Test
  void bindingTwiceIsBindingOnce() throws Exception {
    Channel channel = confirming();
    String exchange = exchange(channel, "direct");
    String queue = queue(channel);
    channel.queueBind(queue, exchange, "key", Map.of("a", 1));
    channel.queueBind(queue, exchange, "key", Map.of("a", 1));
    publish(channel, exchange, "key");
    assertThat(drain(channel, queue)).containsExactly("key");
    channel.queueUnbind(queue, exchange, "key", Map.of("a", 1));
    publish(channel, exchange, "key");
    assertThat(drain(channel, queue)).isEmpty();
  }

  @Test
  void bindingsThatDifferInArgumentsAreTwo() throws Exception {
    Channel channel = confirming();
    String exchange = exchange(channel, "direct");
    String queue = queue(channel);
    channel.queueBind(queue, exchange, "key", Map.of("a", 1));
    channel.queueBind(queue, exchange, "key");
    publish(channel, exchange, "key");
    assertThat(drain(channel, queue)).containsExactly("key");
    channel.queueUnbind(queue, exchange, "key");
    publish(channel, exchange, "key");
    assertThat(drain(channel, queue)).containsExactly("key");
  }

  @Test
  void theOrderOfArgumentsDoesNotMatterForUnbinding() throws Exception {
    Channel channel = confirming();
    String exchange = exchange(channel, "direct");
    String queue = queue(channel);
    channel.queueBind(queue, exchange, "key", ordered("a", "b"));
    channel.queueUnbind(queue, exchange, "key", ordered("b", "a"));
    publish(channel, exchange, "key");
    assertThat(drain(channel, queue)).isEmpty();
  }

  @Test
  void unbindingWithOtherArgumentsRemovesNothing() throws Exception {
    Channel channel = confirming();
    String exchange = exchange(channel, "direct");
    String queue = queue(channel);
    channel.queueBind(queue, exchange, "key", Map.of("a", 1));
    channel.queueUnbind(queue, exchange, "key", Map.of("a", 2));
    channel.queueUnbind(queue, exchange, "key");
    publish(channel, exchange, "key");
    assertThat(drain(channel, queue)).containsExactly("key");
  }

  @Test
  void unbindingWhatWasNeverBoundSucceeds() throws Exception {
    Channel channel = channel();
    String exchange = exchange(channel, "direct");
    String queue = queue(channel);
    assertThat(channel.queueUnbind(queue, exchange, "key")).isNotNull();
  }

  @Test
  void unbindingAMissingQueueSucceeds() throws Exception {
    Channel channel = channel();
    String exchange = exchange(channel, "direct");
    assertThat(channel.queueUnbind(name("missing"), exchange, "key")).isNotNull();
  }

  @Test
  void unbindingFromAMissingExchangeSucceeds() throws Exception {
    Channel channel = channel();
    String queue = queue(channel);
    assertThat(channel.queueUnbind(queue, name("missing"), "key")).isNotNull();
  }

  @Test
  void bindingAMissingQueueIs404() throws Exception {
    Channel channel = channel();
    String exchange = exchange(channel, "direct");
    String missing = name("missing");
    assertThat(closeOf(channel, () -> channel.queueBind(missing, exchange, "key")))
        .isEqualTo(noQueue(missing, 50, 20));
  }

  @Test
  void bindingToAMissingExchangeIs404() throws Exception {
    Channel channel = channel();
    String queue = queue(channel);
    String missing = name("missing");
    assertThat(closeOf(channel, () -> channel.queueBind(queue, missing, "key")))
        .isEqualTo(noExchange(missing, 50, 20));
  }

  @Test
  void whenBothAreMissingTheExchangeIsNamed() throws Exception {
    Channel channel = channel();
    String queue = name("missing");
    String exchange = name("missing");
    assertThat(closeOf(channel, () -> channel.queueBind(queue, exchange, "key")))
        .isEqualTo(noExchange(exchange, 50, 20));
  }

  @Test
  void noQueueNameMeansTheLastOneDeclared() throws Exception {
    Channel channel = confirming();
    String exchange = exchange(channel, "direct");
    String queue = queue(channel);
    channel.queueBind("", exchange, "key");
    publish(channel, exchange, "key");
    assertThat(drain(channel, queue)).containsExactly("key");
  }

  @Test
  void noQueueNameAndNoKeyMeanTheQueueAndItsName() throws Exception {
    Channel channel = confirming();
    String exchange = exchange(channel, "direct");
    String queue = queue(channel);
    channel.queueBind("", exchange, "");
    publish(channel, exchange, "", queue);
    assertThat(drain(channel, queue)).containsExactly(queue);
  }

  @Test
  void noQueueNameWithoutADeclarationIs404() throws Exception {
    Channel channel = channel();
    assertThat(closeOf(channel, () -> channel.queueBind("", "amq.direct", "key")))
        .isEqualTo(Close.channel(404, "NOT_FOUND - no previously declared queue", 50, 20));
  }

  @Test
  void deletingAQueueRemovesItsBindings() throws Exception {
    Channel channel = confirming();
    String exchange = exchange(channel, "direct");
    String queue = queue(channel);
    channel.queueBind(queue, exchange, "key");
    channel.queueDelete(queue);
    channel.queueDeclare(queue, false, true, false, null);
    publish(channel, exchange, "key");
    assertThat(drain(channel, queue)).isEmpty();
  }

  @Test
  void deletingAnExchangeRemovesItsBindings() throws Exception {
    Channel channel = confirming();
    String exchange = exchange(channel, "direct");
    String queue = queue(channel);
    channel.queueBind(queue, exchange, "key");
    channel.exchangeDelete(exchange);
    channel.exchangeDeclare(exchange, "direct");
    publish(channel, exchange, "key");
    assertThat(drain(channel, queue)).isEmpty();
  }

  @Test
  void bindingsOfAnInternalExchangeWork() throws Exception {
    Channel channel = channel();
    String exchange = name("internal");
    channel.exchangeDeclare(exchange, "direct", false, false, true, null);
    String queue = queue(channel);
    assertThat(channel.queueBind(queue, exchange, "key")).isNotNull();
    assertThat(channel.queueUnbind(queue, exchange, "key")).isNotNull();
  }

  private static Map<String, Object> ordered(String first, String second) {
    Map<String, Object> arguments = new LinkedHashMap<>();
    arguments.put(first, 1);
    arguments.put(second, 1);
    return arguments;
  }
}
