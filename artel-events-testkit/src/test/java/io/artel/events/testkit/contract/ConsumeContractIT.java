package io.artel.events.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.MessageProperties;
import com.rabbitmq.client.Method;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How consumers start, what they are sent, and in which turn. */
@OnEveryBroker
class ConsumeContractIT extends DeliveryContract {
  private static final int BASIC = 60;
  private static final int CONSUME = 20;

  ConsumeContractIT(ContractBroker broker) {
    super(broker);
  }

  @Test
  void consumeOkPrecedesTheFirstDelivery() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type);
          publish(queue, "0", "1");
          DeliveryTape tape = consume(channel(), queue);
          tape.awaitBodies("0", "1");
          assertThat(tape.events()).containsExactly("consume-ok", "0", "1");
        });
  }

  @Test
  void brokerNamesTheConsumerIfTheClientDoesNot() throws Exception {
    String queue = classic();
    Channel channel = channel();
    String first = channel.basicConsume(queue, new DeliveryTape(channel));
    String second = channel.basicConsume(queue, new DeliveryTape(channel));
    assertThat(first).matches("amq\\.ctag-[A-Za-z0-9_-]{22}").isNotEqualTo(second);
  }

  @Test
  void deliveryCarriesExchangeKeyTagAndBody() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type);
          String key = name("key");
          Channel channel = channel();
          channel.queueBind(queue, "amq.direct", key);
          DeliveryTape tape = new DeliveryTape(channel);
          channel.basicConsume(queue, false, "tag", tape);
          publish("amq.direct", key, MessageProperties.PERSISTENT_TEXT_PLAIN, "body");
          Delivery delivery = tape.delivery(0);
          assertThat(delivery.getEnvelope().getExchange()).isEqualTo("amq.direct");
          assertThat(delivery.getEnvelope().getRoutingKey()).isEqualTo(key);
          assertThat(delivery.getEnvelope().getDeliveryTag()).isEqualTo(1);
          assertThat(delivery.getEnvelope().isRedeliver()).isFalse();
          assertThat(delivery.getBody()).asString().isEqualTo("body");
          assertThat(tape.getConsumerTag()).isEqualTo("tag");
        });
  }

  @Test
  void propertiesArriveAsPublished() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type);
          DeliveryTape tape = consume(channel(), queue);
          publish(queue, MessageProperties.MINIMAL_PERSISTENT_BASIC, "0");
          BasicProperties all =
              properties()
                  .contentType("text/plain")
                  .contentEncoding("utf-8")
                  .headers(Map.of("int", 1, "list", List.of(2L, true)))
                  .deliveryMode(2)
                  .priority(3)
                  .correlationId("correlation")
                  .replyTo("reply")
                  .expiration("60000")
                  .messageId("id")
                  .timestamp(Date.from(Instant.ofEpochSecond(1_700_000_000L)))
                  .type("type")
                  .userId("guest")
                  .appId("app")
                  .clusterId("cluster")
                  .build();
          publish(queue, all, "1");
          assertThat(tape.delivery(0).getProperties())
              .isEqualTo(MessageProperties.MINIMAL_PERSISTENT_BASIC);
          assertThat(tape.delivery(1).getProperties()).isEqualTo(all);
        });
  }

  @Test
  void emptyBodyIsDelivered() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type);
          DeliveryTape tape = consume(channel(), queue);
          publish(queue, "", "1");
          tape.awaitBodies("", "1");
        });
  }

  @Test
  void publishOrderIsDeliveryOrder() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type);
          DeliveryTape tape = consume(channel(), queue);
          String[] bodies = new String[200];
          for (int i = 0; i < bodies.length; i++) {
            bodies[i] = Integer.toString(i);
          }
          publish(queue, bodies);
          tape.awaitBodies(bodies);
        });
  }

  @Test
  void usedTagIsA530OfTheConnection() throws Exception {
    String queue = classic();
    Channel channel = connect().createChannel();
    channel.basicConsume(queue, false, "twice", new DeliveryTape(channel));
    // The client knows its consumers and would not send this by its own method.
    Method again = new AMQP.Basic.Consume.Builder().queue(queue).consumerTag("twice").build();
    assertThat(closeOf(channel, () -> channel.rpc(again)))
        .isEqualTo(
            Close.connection(
                530, "NOT_ALLOWED - attempt to reuse consumer tag 'twice'", BASIC, CONSUME));
  }

  @Test
  void sameTagIsFineOnAnotherChannel() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type);
          Channel first = channel();
          Channel second = channel();
          first.basicConsume(queue, false, "same", new DeliveryTape(first));
          second.basicConsume(queue, false, "same", new DeliveryTape(second));
          assertThat(first.queueDeclarePassive(queue).getConsumerCount()).isEqualTo(2);
        });
  }

  @Test
  void consumeFromAMissingQueueIs404() throws Exception {
    String queue = name("q");
    Channel channel = channel();
    assertThat(closeOf(channel, () -> consume(channel, queue)))
        .isEqualTo(
            Close.channel(
                404, "NOT_FOUND - no queue '" + queue + "' in vhost '/'", BASIC, CONSUME));
  }

  @Test
  void exclusiveConsumeOfAClassicQueueInUseIs403() throws Exception {
    String queue = classic();
    consume(channel(), queue);
    Channel channel = channel();
    assertThat(closeOf(channel, () -> exclusively(channel, queue)))
        .isEqualTo(inExclusiveUse(queue));
  }

  @Test
  void consumeOfAClassicQueueInExclusiveUseIs403() throws Exception {
    String queue = classic();
    exclusively(channel(), queue);
    Channel channel = channel();
    assertThat(closeOf(channel, () -> consume(channel, queue))).isEqualTo(inExclusiveUse(queue));
  }

  @Test
  void exclusiveUseEndsWithTheConsumer() throws Exception {
    String queue = classic();
    Channel channel = channel();
    channel.basicCancel(exclusively(channel, queue));
    DeliveryTape tape = consume(channel(), queue);
    publish(queue, "0");
    tape.awaitBodies("0");
  }

  @Test
  void quorumQueueIgnoresExclusiveConsume() throws Exception {
    String queue = quorum();
    exclusively(channel(), queue);
    Channel channel = channel();
    consume(channel, queue);
    exclusively(channel, queue);
    assertThat(channel.queueDeclarePassive(queue).getConsumerCount()).isEqualTo(3);
  }

  @Test
  void noLocalIsIgnored() throws Exception {
    Connection connection = connect();
    Channel channel = connection.createChannel();
    String queue = classic();
    DeliveryTape tape = new DeliveryTape(channel);
    channel.basicConsume(queue, false, "", true, false, Map.of(), tape);
    connection.createChannel().basicPublish("", queue, null, bytes("own"));
    tape.awaitBodies("own");
  }

  @Test
  void consumersTakeTurns() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type);
          List<DeliveryTape> tapes = new ArrayList<>();
          for (int i = 0; i < 3; i++) {
            tapes.add(consume(channel(), queue));
          }
          publish(queue, "0", "1", "2", "3", "4", "5");
          tapes.get(0).awaitBodies("0", "3");
          tapes.get(1).awaitBodies("1", "4");
          tapes.get(2).awaitBodies("2", "5");
        });
  }

  @Test
  void consumerWithoutAcksLeavesNothingToRequeue() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type);
          publish(queue, "0", "1");
          Channel channel = channel();
          DeliveryTape tape = new DeliveryTape(channel);
          channel.basicConsume(queue, true, tape);
          tape.awaitBodies("0", "1");
          channel.close();
          publish(queue, "2");
          assertThat(drain(queue, 1)).containsExactly("2");
        });
  }

  @Test
  void unknownArgumentsOfAConsumerAreIgnored() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type);
          DeliveryTape tape = consume(channel(), queue, Map.of("x-unheard-of", "yes"));
          publish(queue, "0");
          tape.awaitBodies("0");
        });
  }

  private static String exclusively(Channel channel, String queue) throws Exception {
    return channel.basicConsume(queue, false, "", false, true, Map.of(), new DeliveryTape(channel));
  }

  private static Close inExclusiveUse(String queue) {
    return Close.channel(
        403,
        "ACCESS_REFUSED - queue '" + queue + "' in vhost '/' in exclusive use",
        BASIC,
        CONSUME);
  }
}
