package io.artel.events.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** How often a quorum queue delivers a message before it gives up. */
@OnEveryBroker
class QuorumLimitContractIT extends DeliveryContract {
  private static final int ENDLESS = 40;

  QuorumLimitContractIT(ContractBroker broker) {
    super(broker);
  }

  /** A way to give a delivery back. */
  private interface Return {
    void of(Channel channel, long tag) throws IOException, TimeoutException;
  }

  @Test
  void rejectedMessageIsDeliveredOnceMoreThanTheLimit() throws Exception {
    assertThat(deliveries(Map.of("x-delivery-limit", 3), QuorumLimitContractIT::reject))
        .isEqualTo(4);
  }

  @Test
  void closedChannelCountsForTheLimit() throws Exception {
    assertThat(deliveries(Map.of("x-delivery-limit", 2), (channel, tag) -> channel.close()))
        .isEqualTo(3);
  }

  @Test
  void closedConnectionCountsForTheLimit() throws Exception {
    assertThat(
            deliveries(
                Map.of("x-delivery-limit", 2), (channel, tag) -> channel.getConnection().close()))
        .isEqualTo(3);
  }

  @Test
  void nackCountsForTheLimitOnlyBefore43() throws Exception {
    assertThat(deliveries(Map.of("x-delivery-limit", 3), QuorumLimitContractIT::nack))
        .isEqualTo(broker.since("4.3") ? ENDLESS : 4);
  }

  @Test
  void recoverCountsForTheLimitOnlyBefore43() throws Exception {
    assertThat(
            deliveries(Map.of("x-delivery-limit", 3), (channel, tag) -> channel.basicRecover(true)))
        .isEqualTo(broker.since("4.3") ? ENDLESS : 4);
  }

  @Test
  void defaultLimitIsTwentyFrom40() throws Exception {
    assertThat(deliveries(Map.of(), QuorumLimitContractIT::reject))
        .isEqualTo(broker.since("4.0") ? 21 : ENDLESS);
  }

  @Test
  void limitZeroDeliversOnce() throws Exception {
    assertThat(deliveries(Map.of("x-delivery-limit", 0), QuorumLimitContractIT::reject))
        .isEqualTo(1);
  }

  @Test
  void limitMinusOneIsNoLimitFrom40() throws Exception {
    assertThat(deliveries(Map.of("x-delivery-limit", -1), QuorumLimitContractIT::reject))
        .isEqualTo(broker.since("4.0") ? ENDLESS : 1);
  }

  @Test
  void messageBeyondTheLimitIsDeadLetteredWithItsReason() throws Exception {
    String dead = classic();
    String queue = quorum(to(dead, "x-delivery-limit", 1));
    publish(queue, "0");
    Channel channel = channel();
    reject(channel, next(channel, queue).getEnvelope().getDeliveryTag());
    reject(channel, next(channel, queue).getEnvelope().getDeliveryTag());
    GetResponse letter = next(dead);
    assertThat(deaths(letter).get(0))
        .containsEntry("reason", "delivery_limit")
        .containsEntry("queue", queue)
        .containsEntry("count", 1L);
    assertThat(letter.getProps().getHeaders().get("x-first-death-reason").toString())
        .isEqualTo("delivery_limit");
  }

  @Test
  void messageBeyondTheLimitIsDroppedWithoutADeadLetterExchange() throws Exception {
    String queue = quorum(Map.of("x-delivery-limit", 0));
    publish(queue, "0", "1");
    Channel channel = channel();
    reject(channel, next(channel, queue).getEnvelope().getDeliveryTag());
    assertThat(drain(queue, 1)).containsExactly("1");
  }

  @Test
  void prefetchedNeighboursAreChargedTooWhenTheChannelCloses() throws Exception {
    String dead = classic();
    String queue = quorum(to(dead, "x-delivery-limit", 1));
    publish(queue, "0", "1", "2");
    for (int i = 0; i < 2; i++) {
      Channel channel = channel();
      consume(channel, queue).awaitBodies("0", "1", "2");
      channel.close();
    }
    assertThat(drain(dead, 3)).containsExactlyInAnyOrder("0", "1", "2");
  }

  @Test
  void deliveryLimitIsForQuorumQueuesOnly() throws Exception {
    String queue = name("q");
    Channel channel = channel();
    Map<String, Object> arguments = Map.of("x-delivery-limit", 3, "x-queue-type", CLASSIC);
    assertThat(closeOf(channel, () -> channel.queueDeclare(queue, true, false, false, arguments)))
        .isEqualTo(
            Close.channel(
                406,
                "PRECONDITION_FAILED - invalid arg 'x-delivery-limit' for queue '"
                    + queue
                    + "' in vhost '/' of queue type rabbit_classic_queue",
                50,
                10));
  }

  @Test
  void atLeastOnceDeadLettersRejectedMessages() throws Exception {
    String dead = quorum();
    String queue = quorum(atLeastOnce(dead));
    publish(queue, "0", "1");
    reject(queue);
    GetResponse letter = next(dead);
    assertThat(body(letter)).isEqualTo("0");
    assertThat(deaths(letter).get(0)).containsEntry("reason", "rejected");
    assertThat(drain(queue, 1)).containsExactly("1");
  }

  @Test
  void atLeastOnceDeadLettersExpiredMessagesInOrder() throws Exception {
    String dead = quorum();
    String queue = quorum(with(atLeastOnce(dead), "x-message-ttl", 100));
    publish(queue, "0", "1", "2");
    assertThat(drain(dead, 3)).containsExactly("0", "1", "2");
  }

  @Test
  void atLeastOnceKeepsWhatCannotBeRoutedAndCountsItForTheLimit() throws Exception {
    String queue = quorum(with(atLeastOnce(name("dead")), "x-max-length", 1));
    publish(queue, "0");
    reject(queue);
    publish(queue, "1");
    reject(queue);
    // Nothing is ready, so only kept letters can be what fills the queue.
    Channel channel = confirming();
    eventually(
        () -> {
          assertThat(ready(queue)).isZero();
          channel.basicPublish("", queue, null, bytes("more"));
          boolean stored = channel.waitForConfirms(SECONDS * 1000L);
          if (stored) {
            next(queue);
          }
          assertThat(stored).isFalse();
        });
  }

  private static Map<String, Object> atLeastOnce(String dead) {
    return with(
        to(dead, "x-dead-letter-strategy", "at-least-once"), "x-overflow", "reject-publish");
  }

  private static void reject(Channel channel, long tag) throws IOException {
    channel.basicReject(tag, true);
  }

  private static void nack(Channel channel, long tag) throws IOException {
    channel.basicNack(tag, false, true);
  }

  /** Gives a message back until it is dead, and {@return how often it was delivered}. */
  private int deliveries(Map<String, Object> arguments, Return giveBack) throws Exception {
    String dead = classic();
    Map<String, Object> all = new HashMap<>(to(dead));
    all.putAll(arguments);
    String queue = quorum(all);
    publish(queue, "0");
    for (int deliveries = 1; deliveries < ENDLESS; deliveries++) {
      Channel channel = channel();
      GetResponse response = next(channel, queue);
      giveBack.of(channel, response.getEnvelope().getDeliveryTag());
      channel.abort();
      eventually(() -> assertThat(ready(queue) + ready(dead)).isEqualTo(1));
      if (ready(dead) == 1) {
        return deliveries;
      }
    }
    return ENDLESS;
  }
}
