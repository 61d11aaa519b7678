package io.artel.events.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which messages are dead-lettered, to where, and what they keep. */
@OnEveryBroker
class DeadLetterContractIT extends DeliveryContract {
  DeadLetterContractIT(ContractBroker broker) {
    super(broker);
  }

  @Test
  void rejectedMessageGoesToTheDeadLetterExchange() throws Exception {
    onBothTypes(
        type -> {
          String dead = classic();
          String queue = queue(type, to(dead));
          publish(queue, "0", "1");
          Channel channel = channel();
          channel.basicReject(next(channel, queue).getEnvelope().getDeliveryTag(), false);
          assertThat(drain(dead, 1)).containsExactly("0");
          assertThat(drain(queue, 1)).containsExactly("1");
        });
  }

  @Test
  void nackMultipleDeadLettersAllInOrder() throws Exception {
    onBothTypes(
        type -> {
          String dead = classic();
          String queue = queue(type, to(dead));
          publish(queue, "0", "1", "2");
          Channel channel = channel();
          DeliveryTape tape = consume(channel, queue);
          tape.awaitBodies("0", "1", "2");
          channel.basicNack(tape.tag(2), true, false);
          assertThat(drain(dead, 3)).containsExactly("0", "1", "2");
        });
  }

  @Test
  void ackedAndReturnedMessagesAreNotDeadLettered() throws Exception {
    onBothTypes(
        type -> {
          String dead = classic();
          String queue = queue(type, to(dead));
          publish(queue, "0", "1");
          Channel channel = channel();
          channel.basicAck(next(channel, queue).getEnvelope().getDeliveryTag(), false);
          channel.basicNack(next(channel, queue).getEnvelope().getDeliveryTag(), false, true);
          channel.basicReject(next(channel, queue).getEnvelope().getDeliveryTag(), false);
          assertThat(drain(dead, 1)).containsExactly("1");
        });
  }

  @Test
  void purgeAndDeletionDeadLetterNothing() throws Exception {
    onBothTypes(
        type -> {
          String dead = classic();
          String queue = queue(type, to(dead));
          publish(queue, "0", "1");
          Channel channel = channel();
          assertThat(channel.queuePurge(queue).getMessageCount()).isEqualTo(2);
          publish(queue, "2", "3");
          channel.basicReject(next(channel, queue).getEnvelope().getDeliveryTag(), false);
          assertThat(drain(dead, 1)).containsExactly("2");
          channel.queueDelete(queue);
          assertThat(ready(dead)).isZero();
        });
  }

  @Test
  void deadLetterKeepsItsRoutingKey() throws Exception {
    onBothTypes(
        type -> {
          String exchange = fanout();
          String dead = classic();
          channel().queueBind(dead, exchange, "");
          String queue = queue(type, Map.of("x-dead-letter-exchange", exchange));
          String key = name("key");
          channel().queueBind(queue, "amq.direct", key);
          publish("amq.direct", key, properties().build(), "0");
          reject(queue);
          GetResponse letter = next(dead);
          assertThat(letter.getEnvelope().getRoutingKey()).isEqualTo(key);
          assertThat(letter.getEnvelope().getExchange()).isEqualTo(exchange);
        });
  }

  @Test
  void expiredDeadLetterIsNotMarkedRedelivered() throws Exception {
    for (String from : TYPES) {
      for (String to : TYPES) {
        String dead = queue(to);
        String queue = queue(from, to(dead));
        publish(queue, properties().expiration("1").build(), "0");
        assertThat(next(dead).getEnvelope().isRedeliver()).isFalse();
      }
    }
  }

  @Test
  void rejectedDeadLetterIsMarkedRedeliveredFrom43() throws Exception {
    for (String from : TYPES) {
      for (String to : TYPES) {
        String dead = queue(to);
        String queue = queue(from, to(dead));
        publish(queue, "0");
        reject(queue);
        awaitReady(dead, 1);
        boolean betweenQuorumQueues = from.equals(QUORUM) && to.equals(QUORUM);
        assertThat(next(dead).getEnvelope().isRedeliver())
            .as(from + " to " + to)
            .isEqualTo(broker.since("4.3") || (broker.since("4.0") && betweenQuorumQueues));
      }
    }
  }

  @Test
  void rejectedDeadLetterBringsItsCountToAQuorumQueueFrom40() throws Exception {
    String dead = quorum();
    String queue = quorum(to(dead));
    publish(queue, "0");
    reject(queue);
    awaitReady(dead, 1);
    Map<String, Object> headers = next(dead).getProps().getHeaders();
    if (broker.since("4.3")) {
      assertThat(headers).containsEntry("x-delivery-count", 1L);
      assertThat(headers).containsEntry("x-acquired-count", 1L);
    } else {
      assertThat(headers).containsEntry("x-delivery-count", broker.since("4.0") ? 1L : 0L);
      assertThat(headers).doesNotContainKey("x-acquired-count");
    }
  }

  @Test
  void deadLetterRoutingKeyReplacesTheKey() throws Exception {
    onBothTypes(
        type -> {
          String exchange = fanout();
          String dead = classic();
          channel().queueBind(dead, exchange, "");
          String queue =
              queue(
                  type,
                  Map.of("x-dead-letter-exchange", exchange, "x-dead-letter-routing-key", "other"));
          publish(queue, "0");
          reject(queue);
          assertThat(next(dead).getEnvelope().getRoutingKey()).isEqualTo("other");
        });
  }

  @Test
  void emptyNameIsTheDefaultExchange() throws Exception {
    onBothTypes(
        type -> {
          String dead = classic();
          String queue = queue(type, to(dead));
          publish(queue, "0");
          reject(queue);
          GetResponse letter = next(dead);
          assertThat(letter.getEnvelope().getExchange()).isEmpty();
          assertThat(letter.getEnvelope().getRoutingKey()).isEqualTo(dead);
        });
  }

  @Test
  void missingDeadLetterExchangeDropsTheMessage() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type, Map.of("x-dead-letter-exchange", name("none")));
          publish(queue, "0", "1");
          reject(queue);
          assertThat(drain(queue, 1)).containsExactly("1");
        });
  }

  @Test
  void deadLetterExchangeMayBeDeclaredLater() throws Exception {
    onBothTypes(
        type -> {
          String exchange = name("dlx");
          String dead = classic();
          String queue = queue(type, Map.of("x-dead-letter-exchange", exchange));
          publish(queue, "0", "1");
          reject(queue);
          awaitReady(queue, 1);
          Channel channel = channel();
          channel.exchangeDeclare(exchange, "fanout", true);
          channel.queueBind(dead, exchange, "");
          reject(queue);
          assertThat(drain(dead, 1)).containsExactly("1");
        });
  }

  @Test
  void unroutableDeadLetterIsDropped() throws Exception {
    onBothTypes(
        type -> {
          String exchange = fanout();
          String queue = queue(type, Map.of("x-dead-letter-exchange", exchange));
          publish(queue, "0", "1");
          reject(queue);
          assertThat(drain(queue, 1)).containsExactly("1");
        });
  }

  @Test
  void alternateExchangeTakesUnroutableDeadLetters() throws Exception {
    onBothTypes(
        type -> {
          String alternate = fanout();
          String dead = classic();
          String exchange = name("x");
          Channel channel = channel();
          channel.queueBind(dead, alternate, "");
          channel.exchangeDeclare(
              exchange, "direct", true, false, Map.of("alternate-exchange", alternate));
          String queue = queue(type, Map.of("x-dead-letter-exchange", exchange));
          publish(queue, "0");
          reject(queue);
          assertThat(drain(dead, 1)).containsExactly("0");
        });
  }

  @Test
  void oneDeadLetterMayReachManyQueues() throws Exception {
    onBothTypes(
        type -> {
          String exchange = fanout();
          String first = classic();
          String second = quorum();
          Channel channel = channel();
          channel.queueBind(first, exchange, "");
          channel.queueBind(second, exchange, "");
          String queue = queue(type, Map.of("x-dead-letter-exchange", exchange));
          publish(queue, "0");
          reject(queue);
          assertThat(drain(first, 1)).containsExactly("0");
          assertThat(drain(second, 1)).containsExactly("0");
        });
  }

  @Test
  void deadLetterKeepsPropertiesAndHeaders() throws Exception {
    onBothTypes(
        type -> {
          String dead = classic();
          String queue = queue(type, to(dead));
          BasicProperties properties =
              properties()
                  .contentType("text/plain")
                  .deliveryMode(2)
                  .priority(7)
                  .correlationId("correlation")
                  .messageId("id")
                  .type("type")
                  .appId("app")
                  .headers(Map.of("mine", 1))
                  .build();
          publish(queue, properties, "0");
          reject(queue);
          BasicProperties letter = next(dead).getProps();
          assertThat(letter.getHeaders()).containsEntry("mine", 1);
          assertThat(letter.builder().headers(null).build())
              .isEqualTo(properties.builder().headers(null).build());
        });
  }

  @Test
  void copiesInCcKeysFollowTheDeadLetter() throws Exception {
    onBothTypes(
        type -> {
          String exchange = name("dlx");
          String byKey = classic();
          String byCopy = classic();
          String queue = queue(type, Map.of("x-dead-letter-exchange", exchange));
          String key = name("key");
          String copy = name("copy");
          Channel channel = channel();
          channel.exchangeDeclare(exchange, "direct", true);
          channel.queueBind(queue, "amq.direct", key);
          channel.queueBind(byKey, exchange, key);
          channel.queueBind(byCopy, exchange, copy);
          publish(
              "amq.direct", key, properties().headers(Map.of("CC", List.of(copy))).build(), "0");
          reject(queue);
          assertThat(drain(byKey, 1)).containsExactly("0");
          GetResponse letter = next(byCopy);
          assertThat(letter.getEnvelope().getRoutingKey()).isEqualTo(key);
          assertThat(letter.getProps().getHeaders()).containsKey("CC");
        });
  }

  @Test
  void deadLetterRoutingKeyReplacesCopiesToo() throws Exception {
    onBothTypes(
        type -> {
          String exchange = name("dlx");
          String byOverride = classic();
          String byCopy = classic();
          String queue =
              queue(
                  type,
                  Map.of("x-dead-letter-exchange", exchange, "x-dead-letter-routing-key", "other"));
          String copy = name("copy");
          Channel channel = channel();
          channel.exchangeDeclare(exchange, "direct", true);
          channel.queueBind(byOverride, exchange, "other");
          channel.queueBind(byCopy, exchange, copy);
          publish(queue, properties().headers(Map.of("CC", List.of(copy))).build(), "0");
          reject(queue);
          GetResponse letter = next(byOverride);
          assertThat(letter.getProps().getHeaders().containsKey("CC"))
              .isEqualTo(broker.since("4.0"));
          assertThat(ready(byCopy)).isZero();
        });
  }

  @Test
  void withoutADeadLetterExchangeTheMessageIsDropped() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type);
          publish(queue, "0");
          reject(queue);
          publish(queue, "1");
          assertThat(drain(queue, 1)).containsExactly("1");
        });
  }

  private String fanout() throws Exception {
    String exchange = name("fanout");
    channel().exchangeDeclare(exchange, "fanout", true);
    return exchange;
  }
}
