package io.artel.events.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import org.junit.jupiter.api.Test;

/** How exchanges are deleted, by a client or on their own. */
@OnEveryBroker
class DeleteExchangeContractIT extends Contract {
  DeleteExchangeContractIT(ContractBroker broker) {
    super(broker);
  }

  @Test
  void deletingAMissingExchangeSucceeds() throws Exception {
    assertThat(channel().exchangeDelete(name("x")).protocolMethodName())
        .isEqualTo("exchange.delete-ok");
  }

  @Test
  void aDeletedExchangeIsGone() throws Exception {
    Channel channel = channel();
    String exchange = exchange(channel);
    channel.exchangeDelete(exchange);
    assertGone(channel, exchange);
  }

  @Test
  void anExchangeDeclaredAgainHasNoBindings() throws Exception {
    Channel channel = confirming();
    String exchange = exchange(channel);
    String queue = queue(channel);
    channel.queueBind(queue, exchange, "key");
    channel.exchangeDelete(exchange);
    channel.exchangeDeclare(exchange, "direct", true);
    channel.basicPublish(exchange, "key", null, new byte[1]);
    channel.waitForConfirmsOrDie(SECONDS * 1000L);
    assertThat(channel.queueDeclarePassive(queue).getMessageCount()).isZero();
  }

  @Test
  void anExchangeWithABindingFromItIsInUse() throws Exception {
    Channel channel = channel();
    String exchange = exchange(channel);
    channel.queueBind(queue(channel), exchange, "key");
    assertThat(closeOf(channel, () -> channel.exchangeDelete(exchange, true)))
        .isEqualTo(
            Close.channel(
                406,
                "PRECONDITION_FAILED - exchange '" + exchange + "' in vhost '/' in use",
                40,
                20));
  }

  @Test
  void anExchangeWithOnlyABindingToItIsUnused() throws Exception {
    Channel channel = channel();
    String exchange = exchange(channel);
    channel.exchangeBind(exchange, "amq.fanout", "");
    channel.exchangeDelete(exchange, true);
    assertGone(channel, exchange);
  }

  @Test
  void aSystemExchangeCannotBeDeleted() throws Exception {
    Channel channel = channel();
    assertThat(closeOf(channel, () -> channel.exchangeDelete("amq.direct")))
        .isEqualTo(system("amq.direct"));
  }

  @Test
  void noNameWithTheReservedPrefixCanBeDeleted() throws Exception {
    Channel channel = channel();
    assertThat(closeOf(channel, () -> channel.exchangeDelete("amq.nope")))
        .isEqualTo(system("amq.nope"));
  }

  @Test
  void theDefaultExchangeCannotBeDeleted() throws Exception {
    Channel channel = channel();
    assertThat(closeOf(channel, () -> channel.exchangeDelete("")))
        .isEqualTo(
            Close.channel(
                403, "ACCESS_REFUSED - operation not permitted on the default exchange", 40, 20));
  }

  @Test
  void anAutoDeleteExchangeGoesWithTheLastBindingFromIt() throws Exception {
    Channel channel = channel();
    String exchange = autoDelete(channel);
    String queue = queue(channel);
    channel.queueBind(queue, exchange, "a");
    channel.queueBind(queue, exchange, "b");
    channel.queueUnbind(queue, exchange, "a");
    channel.exchangeDeclarePassive(exchange);
    channel.queueUnbind(queue, exchange, "b");
    assertGone(channel, exchange);
  }

  @Test
  void anAutoDeleteExchangeGoesWithItsLastQueue() throws Exception {
    Channel channel = channel();
    String exchange = autoDelete(channel);
    String queue = queue(channel);
    channel.queueBind(queue, exchange, "a");
    channel.queueDelete(queue);
    assertGone(channel, exchange);
  }

  @Test
  void anAutoDeleteExchangeStaysWithoutABindingToIt() throws Exception {
    Channel channel = channel();
    String exchange = autoDelete(channel);
    channel.exchangeBind(exchange, "amq.fanout", "");
    channel.exchangeUnbind(exchange, "amq.fanout", "");
    assertThat(channel.exchangeDeclarePassive(exchange).protocolMethodName())
        .isEqualTo("exchange.declare-ok");
  }

  @Test
  void aChainOfAutoDeleteExchangesGoesAtOnce() throws Exception {
    Channel channel = channel();
    String first = autoDelete(channel);
    String second = autoDelete(channel);
    String queue = queue(channel);
    channel.exchangeBind(second, first, "a");
    channel.queueBind(queue, second, "a");
    channel.queueDelete(queue);
    assertGone(channel, second);
    assertGone(channel(), first);
  }

  private String exchange(Channel channel) throws Exception {
    String exchange = name("x");
    channel.exchangeDeclare(exchange, "direct", true);
    return exchange;
  }

  private String autoDelete(Channel channel) throws Exception {
    String exchange = name("x");
    channel.exchangeDeclare(exchange, "direct", true, true, null);
    return exchange;
  }

  private String queue(Channel channel) throws Exception {
    return channel.queueDeclare(name("q"), true, false, false, null).getQueue();
  }

  private static void assertGone(Channel channel, String exchange) throws Exception {
    assertThat(closeOf(channel, () -> channel.exchangeDeclarePassive(exchange)))
        .isEqualTo(
            Close.channel(404, "NOT_FOUND - no exchange '" + exchange + "' in vhost '/'", 40, 10));
  }

  private static Close system(String exchange) {
    return Close.channel(
        403,
        "ACCESS_REFUSED - deletion of system exchange '" + exchange + "' in vhost '/' not allowed",
        40,
        20);
  }
}
