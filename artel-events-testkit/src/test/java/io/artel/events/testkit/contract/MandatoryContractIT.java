package io.artel.events.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConfirmCallback;
import com.rabbitmq.client.LongString;
import com.rabbitmq.client.Return;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Messages that cannot be routed, and publishing where it is not possible at all. */
@OnEveryBroker
class MandatoryContractIT extends RoutingContract {

  MandatoryContractIT(ContractBroker broker) {
    super(broker);
  }

  @Test
  void anUnroutableMessageComesBackAsItWas() throws Exception {
    Channel channel = channel();
    BlockingQueue<Return> returns = new LinkedBlockingQueue<>();
    channel.addReturnListener(returns::add);
    BasicProperties properties =
        new BasicProperties.Builder()
            .contentType("text/plain")
            .headers(Map.of("colour", "red", "size", 3))
            .deliveryMode(2)
            .priority(4)
            .messageId("m-1")
            .timestamp(Date.from(Instant.ofEpochSecond(1_700_000_000L)))
            .build();
    String exchange = exchange(channel, "direct");
    channel.basicPublish(exchange, "key", true, properties, bytes("body"));
    Return returned = returns.poll(SECONDS, TimeUnit.SECONDS);
    assertThat(returned).isNotNull();
    assertThat(returned.getReplyCode()).isEqualTo(312);
    assertThat(returned.getReplyText()).isEqualTo("NO_ROUTE");
    assertThat(returned.getExchange()).isEqualTo(exchange);
    assertThat(returned.getRoutingKey()).isEqualTo("key");
    assertThat(text(returned.getBody())).isEqualTo("body");
    assertThat(returned.getProperties().getHeaders())
        .hasSize(2)
        .containsEntry("size", 3)
        .hasEntrySatisfying(
            "colour", colour -> assertThat(((LongString) colour).toString()).isEqualTo("red"));
    assertThat(returned.getProperties().builder().headers(null).build())
        .isEqualTo(properties.builder().headers(null).build());
  }

  @Test
  void anUnroutableMessageWithoutABodyComesBack() throws Exception {
    Channel channel = channel();
    BlockingQueue<Return> returns = new LinkedBlockingQueue<>();
    channel.addReturnListener(returns::add);
    channel.basicPublish("", name("missing"), true, NO_PROPERTIES, new byte[0]);
    Return returned = returns.poll(SECONDS, TimeUnit.SECONDS);
    assertThat(returned).isNotNull();
    assertThat(returned.getBody()).isEmpty();
  }

  @Test
  void theReturnComesBeforeTheConfirm() throws Exception {
    Channel channel = confirming();
    BlockingQueue<String> order = new LinkedBlockingQueue<>();
    ConfirmCallback confirm = (tag, multiple) -> order.add("confirm");
    channel.addReturnListener(returned -> order.add("return"));
    channel.addConfirmListener(confirm, (tag, multiple) -> order.add("nack"));
    channel.basicPublish("", name("missing"), true, NO_PROPERTIES, bytes("body"));
    assertThat(order.poll(SECONDS, TimeUnit.SECONDS)).isEqualTo("return");
    assertThat(order.poll(SECONDS, TimeUnit.SECONDS)).isEqualTo("confirm");
  }

  @Test
  void anUnroutableMessageThatIsNotMandatoryIsConfirmedAndGone() throws Exception {
    Channel channel = confirming();
    BlockingQueue<Return> returns = new LinkedBlockingQueue<>();
    channel.addReturnListener(returns::add);
    channel.basicPublish("", name("missing"), false, NO_PROPERTIES, bytes("body"));
    assertThat(channel.waitForConfirms(SECONDS * 1000)).isTrue();
    assertThat(returns).isEmpty();
  }

  @Test
  void aRoutedMessageDoesNotComeBack() throws Exception {
    Channel channel = confirming();
    String queue = queue(channel);
    assertThat(returned(channel, "", queue, NO_PROPERTIES)).isFalse();
    assertThat(drain(channel, queue)).containsExactly(queue);
  }

  @Test
  void returnsComeInTheOrderOfPublishing() throws Exception {
    Channel channel = confirming();
    BlockingQueue<String> returns = new LinkedBlockingQueue<>();
    channel.addReturnListener(returned -> returns.add(returned.getRoutingKey()));
    String exchange = exchange(channel, "direct");
    for (String key : List.of("a", "b", "c")) {
      channel.basicPublish(exchange, key, true, NO_PROPERTIES, bytes(key));
    }
    channel.waitForConfirmsOrDie(SECONDS * 1000);
    assertThat(returns).containsExactly("a", "b", "c");
  }

  @Test
  void immediateIsNotImplemented() throws Exception {
    Channel channel = channel();
    String queue = queue(channel);
    assertThat(
            closeOf(
                channel,
                () -> channel.basicPublish("", queue, false, true, NO_PROPERTIES, bytes("body"))))
        .isEqualTo(Close.connection(540, "NOT_IMPLEMENTED - immediate=true", 60, 40));
  }

  @Test
  void publishingToAMissingExchangeIs404() throws Exception {
    Channel channel = channel();
    String missing = name("missing");
    assertThat(
            closeOf(
                channel, () -> channel.basicPublish(missing, "key", NO_PROPERTIES, bytes("body"))))
        .isEqualTo(noExchange(missing, 60, 40));
  }

  @Test
  void whatFollowsAPublishToAMissingExchangeIsDropped() throws Exception {
    Channel channel = channel();
    String queue = queue(channel);
    String missing = name("missing");
    closeOf(
        channel,
        () -> {
          channel.basicPublish("", queue, NO_PROPERTIES, bytes("before"));
          channel.basicPublish(missing, "key", NO_PROPERTIES, bytes("failing"));
          channel.basicPublish("", queue, NO_PROPERTIES, bytes("after"));
        });
    Channel next = channel();
    assertThat(next.queueDeclarePassive(queue).getMessageCount()).isEqualTo(1);
    assertThat(drain(next, queue)).containsExactly("before");
  }

  @Test
  void publishingToAnInternalExchangeIsRefused() throws Exception {
    Channel channel = channel();
    String exchange = name("internal");
    channel.exchangeDeclare(exchange, "fanout", false, false, true, null);
    assertThat(
            closeOf(
                channel, () -> channel.basicPublish(exchange, "key", NO_PROPERTIES, bytes("body"))))
        .isEqualTo(
            Close.channel(
                403,
                "ACCESS_REFUSED - cannot publish to internal exchange '"
                    + exchange
                    + "' in vhost '/'",
                60,
                40));
  }
}
