package io.artel.events.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** When messages expire, by the queue's limit and by their own. */
@OnEveryBroker
class TtlContractIT extends DeliveryContract {
  private static final BasicProperties SHORT = expiring(100);
  private static final BasicProperties LONG = expiring(600_000);

  TtlContractIT(ContractBroker broker) {
    super(broker);
  }

  @Test
  void queueTtlExpiresMessages() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type, Map.of("x-message-ttl", 100));
          publish(queue, "0", "1");
          awaitReady(queue, 0);
          assertThat(channel().basicGet(queue, true)).isNull();
        });
  }

  @Test
  void expirationExpiresOneMessage() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type);
          publish(queue, SHORT, "0");
          publish(queue, "1");
          assertThat(drain(queue, 1)).containsExactly("1");
        });
  }

  @Test
  void expiredMessagesGoToTheDeadLetterExchangeInOrderAndNotBeforeTheirTime() throws Exception {
    onBothTypes(
        type -> {
          String dead = classic();
          String queue = queue(type, to(dead, "x-message-ttl", 200));
          Instant before = Instant.now();
          publish(queue, "0", "1", "2");
          assertThat(drain(dead, 3)).containsExactly("0", "1", "2");
          assertThat(Duration.between(before, Instant.now())).isGreaterThan(Duration.ofMillis(199));
        });
  }

  @Test
  void shorterExpirationWinsOverTheQueuesTtl() throws Exception {
    onBothTypes(
        type -> {
          String dead = classic();
          String queue = queue(type, to(dead, "x-message-ttl", 600_000));
          publish(queue, SHORT, "0");
          assertThat(drain(dead, 1)).containsExactly("0");
        });
  }

  @Test
  void shorterTtlOfTheQueueWinsOverTheExpiration() throws Exception {
    onBothTypes(
        type -> {
          String dead = classic();
          String queue = queue(type, to(dead, "x-message-ttl", 100));
          publish(queue, LONG, "0");
          assertThat(drain(dead, 1)).containsExactly("0");
        });
  }

  @Test
  void messageExpiresOnlyAtTheHead() throws Exception {
    onBothTypes(
        type -> {
          String dead = classic();
          String queue = queue(type, to(dead));
          publish(queue, LONG, "long");
          publish(queue, SHORT, "short");
          // Both expire at once in the other queue, so that the time has passed when this one came.
          String other = queue(type, to(dead));
          publish(other, expiring(150), "other");
          assertThat(drain(dead, 1)).containsExactly("other");
          assertThat(ready(queue)).isEqualTo(2);
          Channel channel = channel();
          GetResponse head = next(channel, queue);
          assertThat(body(head)).isEqualTo("long");
          assertThat(drain(dead, 1)).containsExactly("short");
        });
  }

  @Test
  void useDoesNotExpireMessagesBehindTheHead() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type);
          publish(queue, LONG, "long");
          publish(queue, SHORT, "short");
          // Expires at once in the other queue, so that the time has passed when it is empty.
          String other = queue(type);
          publish(other, expiring(150), "other");
          awaitReady(other, 0);
          publish(queue, LONG, "later");
          awaitReady(queue, 3);
          assertThat(body(next(queue))).isEqualTo("long");
          assertThat(drain(queue, 1)).containsExactly("later");
        });
  }

  @Test
  void expiredMessageIsNotDelivered() throws Exception {
    onBothTypes(
        type -> {
          String dead = classic();
          String queue = queue(type, to(dead));
          publish(queue, SHORT, "0");
          publish(queue, "1");
          awaitReady(dead, 1);
          consume(channel(), queue).awaitBodies("1");
        });
  }

  @Test
  void unackedMessageDoesNotExpire() throws Exception {
    onBothTypes(
        type -> {
          String dead = classic();
          String queue = queue(type, to(dead, "x-message-ttl", 1_000));
          publish(queue, "0", "1");
          Channel channel = channel();
          long tag = next(channel, queue).getEnvelope().getDeliveryTag();
          assertThat(drain(dead, 1)).containsExactly("1");
          channel.basicAck(tag, false);
          assertThat(channel.queueDeclarePassive(dead).getMessageCount()).isZero();
        });
  }

  @Test
  void returnedMessageKeepsItsExpiry() throws Exception {
    onBothTypes(
        type -> {
          String dead = classic();
          String queue = queue(type, to(dead, "x-message-ttl", 1_000));
          publish(queue, "0", "1");
          Channel channel = channel();
          long tag = next(channel, queue).getEnvelope().getDeliveryTag();
          assertThat(drain(dead, 1)).containsExactly("1");
          channel.basicReject(tag, true);
          assertThat(drain(dead, 1)).containsExactly("0");
        });
  }

  @Test
  void ttlZeroDeliversToAWaitingConsumer() throws Exception {
    String queue = classic(Map.of("x-message-ttl", 0));
    DeliveryTape tape = consume(channel(), queue);
    publish(queue, "0", "1");
    tape.awaitBodies("0", "1");
  }

  @Test
  void ttlZeroWithoutAConsumerExpiresAtOnce() throws Exception {
    onBothTypes(
        type -> {
          String dead = classic();
          String queue = queue(type, to(dead, "x-message-ttl", 0));
          publish(queue, "0");
          assertThat(drain(dead, 1)).containsExactly("0");
          assertThat(ready(queue)).isZero();
        });
  }

  @Test
  void ttlZeroWithABusyConsumerExpires() throws Exception {
    String dead = classic();
    String queue = classic(to(dead, "x-message-ttl", 0));
    Channel channel = channel();
    channel.basicQos(1);
    DeliveryTape tape = consume(channel, queue);
    publish(queue, "0");
    tape.awaitBodies("0");
    publish(queue, "1");
    assertThat(drain(dead, 1)).containsExactly("1");
  }

  @Test
  void expirationZeroDeliversToAWaitingConsumer() throws Exception {
    String queue = classic();
    DeliveryTape tape = consume(channel(), queue);
    publish(queue, expiring(0), "0");
    tape.awaitBodies("0");
    assertThat(tape.delivery(0).getProperties().getExpiration()).isEqualTo("0");
  }

  @Test
  void deadLetterDoesNotExpireAgainByItsOldExpiration() throws Exception {
    onBothTypes(
        type -> {
          String last = classic();
          String dead = queue(type, to(last));
          String queue = queue(type, to(dead));
          publish(queue, SHORT, "0");
          awaitReady(dead, 1);
          publish(dead, expiring(150), "later");
          assertThat(body(next(dead))).isEqualTo("0");
          assertThat(drain(last, 1)).containsExactly("later");
        });
  }

  @Test
  void ttlOfTheDeadLetterQueueCountsFromDeath() throws Exception {
    onBothTypes(
        type -> {
          String last = classic();
          String dead = queue(type, to(last, "x-message-ttl", 200));
          String queue = queue(type, to(dead, "x-message-ttl", 200));
          Instant before = Instant.now();
          publish(queue, "0");
          assertThat(drain(last, 1)).containsExactly("0");
          assertThat(Duration.between(before, Instant.now())).isGreaterThan(Duration.ofMillis(399));
        });
  }

  @Test
  void expirationThatIsNoNumberIs406() throws Exception {
    refused("abc", "no_integer");
  }

  @Test
  void expirationWithATailIs406() throws Exception {
    refused("10s", "{leftover_string,\"s\"}");
  }

  @Test
  void negativeExpirationIs406() throws Exception {
    refused("-1", "{value_negative,-1}");
  }

  private void refused(String expiration, String reason) throws Exception {
    String queue = classic();
    Channel channel = channel();
    assertThat(
            closeOf(
                channel,
                () ->
                    channel.basicPublish(
                        "", queue, properties().expiration(expiration).build(), bytes("0"))))
        .isEqualTo(
            Close.channel(
                406,
                "PRECONDITION_FAILED - invalid expiration '" + expiration + "': " + reason,
                60,
                40));
  }

  private static BasicProperties expiring(int millis) {
    return properties().expiration(Integer.toString(millis)).build();
  }
}
