package io.artel.events.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What queues do at their limit of messages or bytes. */
@OnEveryBroker
class MaxLengthContractIT extends DeliveryContract {
  MaxLengthContractIT(ContractBroker broker) {
    super(broker);
  }

  @Test
  void oldestMessagesAreDroppedAndTheirPublisherIsAcked() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type, Map.of("x-max-length", 2));
          assertThat(confirms(queue, "0", "1", "2", "3")).containsOnly(true);
          assertThat(drain(queue, 2)).containsExactly("2", "3");
        });
  }

  @Test
  void dropHeadIsTheDefault() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type, Map.of("x-max-length", 1, "x-overflow", "drop-head"));
          publish(queue, "0", "1");
          assertThat(drain(queue, 1)).containsExactly("1");
        });
  }

  @Test
  void droppedMessagesAreDeadLetteredOldestFirst() throws Exception {
    onBothTypes(
        type -> {
          String dead = classic();
          String queue = queue(type, to(dead, "x-max-length", 1));
          publish(queue, "0", "1", "2", "3");
          assertThat(drain(dead, 3)).containsExactly("0", "1", "2");
        });
  }

  @Test
  void classicQueueCountsBodiesForItsLimitOfBytes() throws Exception {
    String queue = classic(Map.of("x-max-length-bytes", 10));
    BasicProperties properties = properties().headers(Map.of("long", "x".repeat(100))).build();
    publish(queue, properties, "aaaa");
    publish(queue, properties, "bbbb");
    publish(queue, properties, "cccc");
    assertThat(drain(queue, 2)).containsExactly("bbbb", "cccc");
  }

  @Test
  void quorumQueueCountsPropertiesTooFrom43() throws Exception {
    // Flags 2, delivery mode 1, message id 1 + 3, headers 4 + 2 + 1 + 4: eighteen bytes.
    BasicProperties properties =
        properties().deliveryMode(2).messageId("abc").headers(Map.of("a", 1)).build();
    int size = broker.since("4.3") ? 18 + 4 : 4;
    String fits = quorum(Map.of("x-max-length-bytes", size));
    String tooSmall = quorum(Map.of("x-max-length-bytes", size - 1));
    publish(fits, properties, "body");
    publish(tooSmall, properties, "body");
    assertThat(ready(fits)).isEqualTo(1);
    assertThat(ready(tooSmall)).isZero();
  }

  @Test
  void messageLargerThanTheLimitOfBytesIsDropped() throws Exception {
    onBothTypes(
        type -> {
          String dead = classic();
          String queue = queue(type, to(dead, "x-max-length-bytes", 3));
          assertThat(confirms(queue, "a", "bb", "cccc")).containsOnly(true);
          assertThat(drain(dead, 3)).containsExactlyInAnyOrder("a", "bb", "cccc");
          assertThat(ready(queue)).isZero();
        });
  }

  @Test
  void firstOfTheTwoLimitsApplies() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type, Map.of("x-max-length", 2, "x-max-length-bytes", 50));
          publish(queue, "a", "b", "c".repeat(10));
          assertThat(ready(queue)).isEqualTo(2);
          publish(queue, "d".repeat(45));
          assertThat(drain(queue, 1)).containsExactly("d".repeat(45));
        });
  }

  @Test
  void unackedMessagesDoNotCount() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type, Map.of("x-max-length", 2));
          publish(queue, "0", "1");
          Channel channel = channel();
          next(channel, queue);
          next(channel, queue);
          publish(queue, "2", "3");
          assertThat(drain(queue, 2)).containsExactly("2", "3");
        });
  }

  @Test
  void returnedMessageMayPushTheHeadOut() throws Exception {
    onBothTypes(
        type -> {
          Map<String, Object> arguments = Map.of("x-max-length", 2);
          String queue =
              queue(type, type.equals(QUORUM) ? with(arguments, "x-delivery-limit", 9) : arguments);
          publish(queue, "0", "1");
          Channel channel = channel();
          long tag = next(channel, queue).getEnvelope().getDeliveryTag();
          publish(queue, "2");
          channel.basicReject(tag, true);
          assertThat(drain(queue, 2)).containsExactly("1", "2");
        });
  }

  @Test
  void classicQueueOfLengthZeroHandsOverToAWaitingConsumer() throws Exception {
    String queue = classic(Map.of("x-max-length", 0));
    DeliveryTape tape = consume(channel(), queue);
    publish(queue, "0", "1");
    tape.awaitBodies("0", "1");
  }

  @Test
  void queueOfLengthZeroKeepsNothing() throws Exception {
    onBothTypes(
        type -> {
          String dead = classic();
          String queue = queue(type, to(dead, "x-max-length", 0));
          assertThat(confirms(queue, "0", "1")).containsOnly(true);
          assertThat(drain(dead, 2)).containsExactly("0", "1");
          assertThat(ready(queue)).isZero();
        });
  }

  @Test
  void rejectPublishNacksAndStoresNothing() throws Exception {
    String queue = classic(rejecting(2));
    assertThat(confirms(queue, "0", "1", "2", "3")).containsExactly(true, true, false, false);
    assertThat(drain(queue, 2)).containsExactly("0", "1");
  }

  @Test
  void rejectPublishAcceptsAgainBelowTheLimit() throws Exception {
    String queue = classic(rejecting(1));
    assertThat(confirms(queue, "0", "1")).containsExactly(true, false);
    assertThat(drain(queue, 1)).containsExactly("0");
    assertThat(confirms(queue, "2")).containsExactly(true);
  }

  @Test
  void rejectPublishCountsBytesToo() throws Exception {
    String queue = classic(Map.of("x-max-length-bytes", 4, "x-overflow", "reject-publish"));
    assertThat(confirms(queue, "aaa", "bb", "c")).containsExactly(true, false, true);
  }

  @Test
  void rejectPublishDoesNotCountUnackedMessages() throws Exception {
    String queue = classic(rejecting(1));
    assertThat(confirms(queue, "0", "1")).containsExactly(true, false);
    Channel channel = channel();
    next(channel, queue);
    assertThat(confirms(queue, "2", "3")).containsExactly(true, false);
    assertThat(drain(queue, 1)).containsExactly("2");
  }

  @Test
  void rejectPublishDeadLettersNothing() throws Exception {
    String dead = classic();
    String queue = classic(with(rejecting(1), to(dead)));
    assertThat(confirms(queue, "0", "1")).containsExactly(true, false);
    reject(queue);
    assertThat(drain(dead, 1)).containsExactly("0");
  }

  @Test
  void rejectPublishToOneOfTwoQueuesNacksThoughTheOtherKeepsTheMessage() throws Exception {
    String full = classic(rejecting(1));
    String free = classic();
    String exchange = name("x");
    Channel channel = confirming();
    channel.exchangeDeclare(exchange, "fanout", true);
    channel.queueBind(full, exchange, "");
    channel.queueBind(free, exchange, "");
    publish(full, "first");
    channel.basicPublish(exchange, "", null, bytes("second"));
    assertThat(channel.waitForConfirms(SECONDS * 1000L)).isFalse();
    assertThat(drain(full, 1)).containsExactly("first");
    assertThat(drain(free, 1)).containsExactly("second");
  }

  @Test
  void rejectPublishWithoutConfirmsIsSilent() throws Exception {
    String queue = classic(rejecting(1));
    Channel channel = channel();
    channel.basicPublish("", queue, null, bytes("0"));
    channel.basicPublish("", queue, null, bytes("1"));
    channel.confirmSelect();
    channel.basicPublish("", queue, null, bytes("2"));
    assertThat(channel.waitForConfirms(SECONDS * 1000L)).isFalse();
    assertThat(drain(queue, 1)).containsExactly("0");
  }

  @Test
  void rejectPublishDlxNacksAndDeadLettersTheNewMessage() throws Exception {
    String dead = classic();
    Map<String, Object> arguments = to(dead, "x-overflow", "reject-publish-dlx");
    String queue = classic(with(arguments, "x-max-length", 1));
    assertThat(confirms(queue, "0", "1")).containsExactly(true, false);
    GetResponse letter = next(dead);
    assertThat(body(letter)).isEqualTo("1");
    assertThat(deaths(letter).get(0))
        .containsEntry("reason", "maxlen")
        .containsEntry("queue", queue);
    assertThat(drain(queue, 1)).containsExactly("0");
  }

  @Test
  void quorumQueueNacksBeyondItsLimitIfItRejects() throws Exception {
    String queue = quorum(rejecting(2));
    // It tells publishers only after the limit is passed, so some more get through.
    eventually(() -> assertThat(confirms(queue, "more")).containsExactly(false));
    long stored = ready(queue);
    assertThat(confirms(queue, "refused", "refused")).containsExactly(false, false);
    assertThat(ready(queue)).isEqualTo(stored);
  }

  @Test
  void quorumQueueTakesRejectPublishDlxForDropHead() throws Exception {
    String dead = classic();
    Map<String, Object> arguments = to(dead, "x-overflow", "reject-publish-dlx");
    String queue = quorum(with(arguments, "x-max-length", 1));
    assertThat(confirms(queue, "0", "1")).containsExactly(true, true);
    assertThat(drain(queue, 1)).containsExactly("1");
    assertThat(drain(dead, 1)).containsExactly("0");
  }

  @Test
  void dropHeadTakesTheHighestPriorityFirst() throws Exception {
    String queue = classic(Map.of("x-max-length", 2, "x-max-priority", 5));
    publish(queue, properties().priority(1).build(), "low");
    publish(queue, properties().priority(5).build(), "high");
    publish(queue, properties().priority(1).build(), "next");
    assertThat(drain(queue, 2)).containsExactly("low", "next");
  }

  /** Publishes one by one and {@return which of the messages were acked} (the others nacked). */
  private List<Boolean> confirms(String queue, String... bodies) throws Exception {
    Channel channel = confirming();
    List<Boolean> acked = new ArrayList<>();
    for (String body : bodies) {
      channel.basicPublish("", queue, null, bytes(body));
      acked.add(channel.waitForConfirms(SECONDS * 1000L));
    }
    channel.close();
    return acked;
  }

  private static Map<String, Object> rejecting(int length) {
    return Map.of("x-max-length", length, "x-overflow", "reject-publish");
  }

  private static Map<String, Object> with(Map<String, Object> one, Map<String, Object> other) {
    Map<String, Object> all = new HashMap<>(one);
    all.putAll(other);
    return all;
  }
}
