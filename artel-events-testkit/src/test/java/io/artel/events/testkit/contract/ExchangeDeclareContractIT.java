package io.artel.events.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What {@code exchange.declare} makes and refuses. */
@OnEveryBroker
class ExchangeDeclareContractIT extends Contract {
  private static final String DECLARED = "exchange.declare-ok";

  ExchangeDeclareContractIT(ContractBroker broker) {
    super(broker);
  }

  @Test
  void passiveDeclareOfAMissingExchangeIs404() throws Exception {
    Channel channel = channel();
    String exchange = name("x");
    assertThat(closeOf(channel, () -> channel.exchangeDeclarePassive(exchange)))
        .isEqualTo(
            Close.channel(404, "NOT_FOUND - no exchange '" + exchange + "' in vhost '/'", 40, 10));
  }

  @Test
  void passiveDeclareIgnoresTheTypeAndAllElse() throws Exception {
    Channel channel = channel();
    String exchange = exchange(channel, null);
    AMQP.Exchange.Declare passive =
        new AMQP.Exchange.Declare.Builder()
            .exchange(exchange)
            .type("never-heard-of")
            .passive()
            .autoDelete()
            .internal()
            .build();
    assertThat(channel.rpc(passive).getMethod().protocolMethodName()).isEqualTo(DECLARED);
  }

  @Test
  void redeclaringWithTheSamePropertiesSucceeds() throws Exception {
    Channel channel = channel();
    String exchange = exchange(channel, Map.of("alternate-exchange", "a"));
    assertThat(
            channel
                .exchangeDeclare(
                    exchange, "direct", true, false, false, Map.of("alternate-exchange", "a"))
                .protocolMethodName())
        .isEqualTo(DECLARED);
  }

  @Test
  void redeclaringWithAnotherTypeIs406() throws Exception {
    Channel channel = channel();
    String exchange = exchange(channel, null);
    assertThat(
            closeOf(channel, () -> channel.exchangeDeclare(exchange, "fanout", false, true, null)))
        .isEqualTo(inequivalent("type", exchange, "received 'fanout' but current is 'direct'"));
  }

  @Test
  void redeclaringAsTransientIs406() throws Exception {
    Channel channel = channel();
    String exchange = exchange(channel, null);
    assertThat(closeOf(channel, () -> channel.exchangeDeclare(exchange, "direct", false)))
        .isEqualTo(inequivalent("durable", exchange, "received 'false' but current is 'true'"));
  }

  @Test
  void redeclaringAsAutoDeleteIs406() throws Exception {
    Channel channel = channel();
    String exchange = exchange(channel, null);
    assertThat(
            closeOf(channel, () -> channel.exchangeDeclare(exchange, "direct", true, true, null)))
        .isEqualTo(inequivalent("auto_delete", exchange, "received 'true' but current is 'false'"));
  }

  @Test
  void redeclaringAsInternalIs406() throws Exception {
    Channel channel = channel();
    String exchange = exchange(channel, null);
    assertThat(
            closeOf(
                channel,
                () -> channel.exchangeDeclare(exchange, "direct", true, false, true, null)))
        .isEqualTo(inequivalent("internal", exchange, "received 'true' but current is 'false'"));
  }

  @Test
  void redeclaringWithAnotherAlternateExchangeIs406() throws Exception {
    Channel channel = channel();
    String exchange = exchange(channel, Map.of("alternate-exchange", "a"));
    Map<String, Object> other = Map.of("alternate-exchange", "b");
    assertThat(
            closeOf(channel, () -> channel.exchangeDeclare(exchange, "direct", true, false, other)))
        .isEqualTo(inequivalent("alternate-exchange", exchange, "received 'b' but current is 'a'"));
  }

  @Test
  void redeclaringWithoutTheAlternateExchangeIs406() throws Exception {
    Channel channel = channel();
    String exchange = exchange(channel, Map.of("alternate-exchange", "a"));
    assertThat(closeOf(channel, () -> channel.exchangeDeclare(exchange, "direct", true)))
        .isEqualTo(
            inequivalent(
                "alternate-exchange",
                exchange,
                "received none but current is the value 'a' of type 'longstr'"));
  }

  @Test
  void otherArgumentsAreNotCompared() throws Exception {
    Channel channel = channel();
    String exchange = exchange(channel, Map.of("x-other", 1));
    assertThat(
            channel
                .exchangeDeclare(exchange, "direct", true, false, false, Map.of("x-other", 2))
                .protocolMethodName())
        .isEqualTo(DECLARED);
  }

  @Test
  void anAlternateExchangeThatIsANumberIsRefused() throws Exception {
    Channel channel = channel();
    String exchange = name("x");
    Map<String, Object> arguments = Map.of("alternate-exchange", 1);
    assertThat(
            closeOf(
                channel, () -> channel.exchangeDeclare(exchange, "direct", true, false, arguments)))
        .isEqualTo(
            refused(
                "invalid type 'signedint' for arg 'alternate-exchange' in exchange '"
                    + exchange
                    + "' in vhost '/'"));
  }

  @Test
  void anUnknownTypeIsRefused() throws Exception {
    Channel channel = channel();
    String exchange = name("x");
    assertThat(closeOf(channel, () -> channel.exchangeDeclare(exchange, "x-nope", true)))
        .isEqualTo(badType("unknown exchange type 'x-nope'"));
  }

  @Test
  void anEmptyTypeIsInvalid() throws Exception {
    Channel channel = channel();
    String exchange = name("x");
    assertThat(closeOf(channel, () -> channel.exchangeDeclare(exchange, "", true)))
        .isEqualTo(badType("invalid exchange type ''"));
  }

  @Test
  void anUnknownTypeIsRefusedEvenIfTheExchangeExists() throws Exception {
    Channel channel = channel();
    String exchange = exchange(channel, null);
    assertThat(closeOf(channel, () -> channel.exchangeDeclare(exchange, "x-nope", true)))
        .isEqualTo(badType("unknown exchange type 'x-nope'"));
  }

  @Test
  void lineBreaksAreStrippedFromAName() throws Exception {
    Channel channel = channel();
    String exchange = name("x");
    channel.exchangeDeclare("\r\n" + exchange + "\n", "direct", true);
    assertThat(channel.exchangeDeclarePassive(exchange).protocolMethodName()).isEqualTo(DECLARED);
  }

  @Test
  void aNewNameWithTheReservedPrefixIs403() throws Exception {
    Channel channel = channel();
    assertThat(closeOf(channel, () -> channel.exchangeDeclare("amq.nope", "direct", true)))
        .isEqualTo(
            Close.channel(
                403,
                "ACCESS_REFUSED - exchange name 'amq.nope' contains reserved prefix 'amq.*'",
                40,
                10));
  }

  @Test
  void thePredeclaredExchangesHaveTheirTypes() throws Exception {
    Channel channel = channel();
    assertThat(channel.exchangeDeclare("amq.direct", "direct", true).protocolMethodName())
        .isEqualTo(DECLARED);
    assertThat(channel.exchangeDeclare("amq.fanout", "fanout", true).protocolMethodName())
        .isEqualTo(DECLARED);
    assertThat(channel.exchangeDeclare("amq.topic", "topic", true).protocolMethodName())
        .isEqualTo(DECLARED);
    assertThat(channel.exchangeDeclare("amq.headers", "headers", true).protocolMethodName())
        .isEqualTo(DECLARED);
    assertThat(channel.exchangeDeclare("amq.match", "headers", true).protocolMethodName())
        .isEqualTo(DECLARED);
  }

  @Test
  void theTraceExchangeIsAnInternalTopicExchange() throws Exception {
    assertThat(
            channel()
                .exchangeDeclare("amq.rabbitmq.trace", "topic", true, false, true, null)
                .protocolMethodName())
        .isEqualTo(DECLARED);
  }

  @Test
  void theDefaultExchangeCannotBeDeclared() throws Exception {
    Channel channel = channel();
    assertThat(closeOf(channel, () -> channel.exchangeDeclare("", "direct", true)))
        .isEqualTo(notOnDefault(40, 10));
  }

  @Test
  void theDefaultExchangeCannotBeDeclaredPassively() throws Exception {
    Channel channel = channel();
    assertThat(closeOf(channel, () -> channel.exchangeDeclarePassive("")))
        .isEqualTo(notOnDefault(40, 10));
  }

  @Test
  void noQueueCanBeBoundToTheDefaultExchange() throws Exception {
    Channel channel = channel();
    String queue = name("q");
    assertThat(closeOf(channel, () -> channel.queueBind(queue, "", "key")))
        .isEqualTo(notOnDefault(50, 20));
  }

  @Test
  void noQueueCanBeUnboundFromTheDefaultExchange() throws Exception {
    Channel channel = channel();
    String queue = name("q");
    channel.queueDeclare(queue, true, false, false, null);
    assertThat(closeOf(channel, () -> channel.queueUnbind(queue, "", queue)))
        .isEqualTo(notOnDefault(50, 50));
  }

  @Test
  void noExchangeCanBeBoundToTheDefaultExchange() throws Exception {
    Channel channel = channel();
    assertThat(closeOf(channel, () -> channel.exchangeBind("amq.fanout", "", "key")))
        .isEqualTo(notOnDefault(40, 30));
  }

  @Test
  void anInternalExchangeTakesNoPublish() throws Exception {
    Channel channel = channel();
    String exchange = name("x");
    channel.exchangeDeclare(exchange, "direct", true, false, true, null);
    assertThat(closeOf(channel, () -> channel.basicPublish(exchange, "", null, new byte[1])))
        .isEqualTo(
            Close.channel(
                403,
                "ACCESS_REFUSED - cannot publish to internal exchange '"
                    + exchange
                    + "' in vhost '/'",
                60,
                40));
  }

  @Test
  void anInternalExchangeStillRoutesForOthers() throws Exception {
    Channel channel = confirming();
    String source = exchange(channel, null);
    String internal = name("internal");
    channel.exchangeDeclare(internal, "direct", true, false, true, null);
    channel.exchangeBind(internal, source, "key");
    String queue = channel.queueDeclare(name("q"), true, false, false, null).getQueue();
    channel.queueBind(queue, internal, "key");
    channel.basicPublish(source, "key", null, new byte[1]);
    channel.waitForConfirmsOrDie(SECONDS * 1000L);
    assertThat(channel.queueDeclarePassive(queue).getMessageCount()).isEqualTo(1);
  }

  @Test
  void publishingToAMissingExchangeIs404() throws Exception {
    Channel channel = channel();
    String exchange = name("x");
    assertThat(closeOf(channel, () -> channel.basicPublish(exchange, "", null, new byte[1])))
        .isEqualTo(
            Close.channel(404, "NOT_FOUND - no exchange '" + exchange + "' in vhost '/'", 60, 40));
  }

  @Test
  void aHashExchangeTakesOnlyOneSourceOfItsKey() throws Exception {
    hashRefuses(
        Map.of("hash-header", "h", "hash-property", "message_id"),
        "hash-header and hash-property are mutually exclusive");
  }

  @Test
  void aHashExchangeKnowsThreeProperties() throws Exception {
    Channel channel = channel();
    for (String property : new String[] {"correlation_id", "message_id", "timestamp"}) {
      Map<String, Object> arguments = Map.of("hash-property", property);
      assertThat(
              channel
                  .exchangeDeclare(name("x"), "x-consistent-hash", true, false, arguments)
                  .protocolMethodName())
          .isEqualTo(DECLARED);
    }
    hashRefuses(Map.of("hash-property", "app_id"), "Unsupported property: app_id");
  }

  @Test
  void theKeySourceOfAHashExchangeIsNotCompared() throws Exception {
    Channel channel = channel();
    String exchange = name("x");
    channel.exchangeDeclare(exchange, "x-consistent-hash", true, false, Map.of("hash-header", "a"));
    assertThat(
            channel
                .exchangeDeclare(
                    exchange, "x-consistent-hash", true, false, Map.of("hash-header", "b"))
                .protocolMethodName())
        .isEqualTo(DECLARED);
  }

  private void hashRefuses(Map<String, Object> arguments, String explanation) throws Exception {
    Channel channel = channel();
    String exchange = name("x");
    assertThat(
            closeOf(
                channel,
                () ->
                    channel.exchangeDeclare(exchange, "x-consistent-hash", true, false, arguments)))
        .isEqualTo(refused(explanation));
  }

  private String exchange(Channel channel, @Nullable Map<String, Object> arguments)
      throws Exception {
    String exchange = name("x");
    channel.exchangeDeclare(exchange, "direct", true, false, arguments);
    return exchange;
  }

  private Close badType(String explanation) {
    return broker.since("4.0")
        ? refused(explanation)
        : Close.connection(503, "COMMAND_INVALID - " + explanation, 40, 10);
  }

  private static Close inequivalent(String property, String exchange, String difference) {
    return refused(
        "inequivalent arg '"
            + property
            + ("' for exchange '" + exchange + "' in vhost '/': ")
            + difference);
  }

  private static Close refused(String explanation) {
    return Close.channel(406, "PRECONDITION_FAILED - " + explanation, 40, 10);
  }

  private static Close notOnDefault(int classId, int methodId) {
    return Close.channel(
        403, "ACCESS_REFUSED - operation not permitted on the default exchange", classId, methodId);
  }
}
