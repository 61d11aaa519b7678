package io.artel.events.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How queues are deleted and purged, by a client or on their own. */
@OnEveryBroker
class DeleteQueueContractIT extends Contract {
  DeleteQueueContractIT(ContractBroker broker) {
    super(broker);
  }

  @Test
  void deletingAMissingQueueSucceeds() throws Exception {
    assertThat(channel().queueDelete(name("q")).getMessageCount()).isZero();
  }

  @Test
  void deleteOkCountsTheReadyMessages() throws Exception {
    Channel channel = confirming();
    String queue = queueWith(channel, 3);
    channel.basicGet(queue, false);
    assertThat(channel.queueDelete(queue).getMessageCount()).isEqualTo(2);
  }

  @Test
  void aDeletedQueueIsGone() throws Exception {
    Channel channel = confirming();
    String queue = queueWith(channel, 0);
    channel.queueDelete(queue);
    assertThat(closeOf(channel, () -> channel.queueDeclarePassive(queue)))
        .isEqualTo(missing(queue, 50, 10));
  }

  @Test
  void aQueueDeclaredAgainIsEmptyAndUnbound() throws Exception {
    Channel channel = confirming();
    String queue = queueWith(channel, 2);
    channel.queueBind(queue, "amq.direct", queue);
    channel.queueDelete(queue);
    channel.queueDeclare(queue, true, false, false, null);
    channel.basicPublish("amq.direct", queue, null, new byte[1]);
    channel.waitForConfirmsOrDie(SECONDS * 1000L);
    assertThat(channel.queueDeclarePassive(queue).getMessageCount()).isZero();
  }

  @Test
  void aQueueWithAConsumerIsInUse() throws Exception {
    Channel channel = confirming();
    String queue = queueWith(channel, 0);
    channel.basicConsume(queue, new DefaultConsumer(channel));
    assertThat(closeOf(channel, () -> channel.queueDelete(queue, true, false)))
        .isEqualTo(refused("queue '" + queue + "' in vhost '/' in use"));
  }

  @Test
  void aQueueWithMessagesButNoConsumerIsUnused() throws Exception {
    Channel channel = confirming();
    String queue = queueWith(channel, 1);
    assertThat(channel.queueDelete(queue, true, false).getMessageCount()).isEqualTo(1);
  }

  @Test
  void aQueueWithAMessageIsNotEmpty() throws Exception {
    Channel channel = confirming();
    String queue = queueWith(channel, 1);
    assertThat(closeOf(channel, () -> channel.queueDelete(queue, false, true)))
        .isEqualTo(refused("queue '" + queue + "' in vhost '/' not empty"));
  }

  @Test
  void aQueueWithOnlyUnackedMessagesIsEmptyAndUnused() throws Exception {
    Channel channel = confirming();
    String queue = queueWith(channel, 1);
    channel.basicGet(queue, false);
    assertThat(channel.queueDelete(queue, true, true).getMessageCount()).isZero();
  }

  @Test
  void emptinessIsCheckedBeforeUse() throws Exception {
    Channel channel = confirming();
    String queue = queueWith(channel, 2);
    channel.basicQos(1);
    channel.basicConsume(queue, new DefaultConsumer(channel));
    assertThat(closeOf(channel, () -> channel.queueDelete(queue, true, true)))
        .isEqualTo(refused("queue '" + queue + "' in vhost '/' not empty"));
  }

  @Test
  void aRefusedDeleteLeavesTheQueue() throws Exception {
    Channel channel = confirming();
    String queue = queueWith(channel, 1);
    closeOf(channel, () -> channel.queueDelete(queue, false, true));
    assertThat(channel().queueDeclarePassive(queue).getMessageCount()).isEqualTo(1);
  }

  @Test
  void aQuorumQueueCannotBeDeletedIfEmpty() throws Exception {
    Channel channel = channel();
    String queue = quorum(channel);
    assertThat(closeOf(channel, () -> channel.queueDelete(queue, false, true)))
        .isEqualTo(notForQuorum(queue, "if-empty"));
  }

  @Test
  void aQuorumQueueCannotBeDeletedIfUnused() throws Exception {
    Channel channel = channel();
    String queue = quorum(channel);
    assertThat(closeOf(channel, () -> channel.queueDelete(queue, true, false)))
        .isEqualTo(notForQuorum(queue, "if-unused"));
  }

  @Test
  void purgeOkCountsTheReadyMessages() throws Exception {
    Channel channel = confirming();
    String queue = queueWith(channel, 3);
    channel.basicGet(queue, false);
    assertThat(channel.queuePurge(queue).getMessageCount()).isEqualTo(2);
    assertThat(channel.queueDeclarePassive(queue).getMessageCount()).isZero();
  }

  @Test
  void unackedMessagesOutliveAPurge() throws Exception {
    Channel channel = confirming();
    String queue = queueWith(channel, 1);
    long tag = channel.basicGet(queue, false).getEnvelope().getDeliveryTag();
    channel.queuePurge(queue);
    channel.basicNack(tag, false, true);
    await()
        .atMost(Duration.ofSeconds(SECONDS))
        .untilAsserted(
            () -> assertThat(channel.queueDeclarePassive(queue).getMessageCount()).isEqualTo(1));
  }

  @Test
  void purgingAMissingQueueIs404() throws Exception {
    Channel channel = channel();
    String queue = name("q");
    assertThat(closeOf(channel, () -> channel.queuePurge(queue))).isEqualTo(missing(queue, 50, 30));
  }

  @Test
  void anAutoDeleteQueueGoesWithItsLastConsumer() throws Exception {
    Channel channel = channel();
    String queue = autoDelete(channel);
    String first = channel.basicConsume(queue, new DefaultConsumer(channel));
    String last = channel.basicConsume(queue, new DefaultConsumer(channel));
    channel.basicCancel(first);
    assertThat(channel.queueDeclarePassive(queue).getConsumerCount()).isEqualTo(1);
    channel.basicCancel(last);
    awaitMissing(queue);
  }

  @Test
  void anAutoDeleteQueueGoesWithTheChannelOfItsConsumer() throws Exception {
    Channel channel = channel();
    String queue = autoDelete(channel);
    channel.basicConsume(queue, new DefaultConsumer(channel));
    channel.close();
    awaitMissing(queue);
  }

  @Test
  void anAutoDeleteQueueGoesEvenWithMessagesInIt() throws Exception {
    Channel channel = confirming();
    String queue = autoDelete(channel);
    channel.basicQos(1);
    String consumer = channel.basicConsume(queue, new DefaultConsumer(channel));
    channel.basicPublish("", queue, null, new byte[1]);
    channel.basicPublish("", queue, null, new byte[1]);
    channel.waitForConfirmsOrDie(SECONDS * 1000L);
    channel.basicCancel(consumer);
    awaitMissing(queue);
  }

  @Test
  void anAutoDeleteQueueThatNeverHadAConsumerStays() throws Exception {
    Channel channel = confirming();
    String queue = autoDelete(channel);
    channel.basicPublish("", queue, null, new byte[1]);
    channel.waitForConfirmsOrDie(SECONDS * 1000L);
    channel.basicGet(queue, true);
    channel.getConnection().close();
    assertThat(channel().queueDeclarePassive(queue).getQueue()).isEqualTo(queue);
  }

  @Test
  void anAutoDeleteQueueStaysWhenAChannelEndsThatOnlyFetchedFromIt() throws Exception {
    Channel channel = confirming();
    String queue = autoDelete(channel);
    channel.basicPublish("", queue, null, new byte[1]);
    channel.waitForConfirmsOrDie(SECONDS * 1000L);
    Channel fetching = channel();
    assertThat(fetching.basicGet(queue, false)).isNotNull();
    fetching.close();
    await()
        .atMost(Duration.ofSeconds(SECONDS))
        .untilAsserted(
            () -> assertThat(channel.queueDeclarePassive(queue).getMessageCount()).isEqualTo(1));
  }

  private void awaitMissing(String queue) {
    await()
        .atMost(Duration.ofSeconds(SECONDS))
        .untilAsserted(() -> assertThat(exists(queue)).isFalse());
  }

  private boolean exists(String queue) throws Exception {
    Channel channel = channel();
    try {
      return channel.queueDeclarePassive(queue).getQueue().equals(queue);
    } catch (IOException e) {
      return false;
    }
  }

  private String queueWith(Channel confirming, int messages) throws Exception {
    String queue = confirming.queueDeclare(name("q"), true, false, false, null).getQueue();
    for (int i = 0; i < messages; i++) {
      confirming.basicPublish("", queue, null, new byte[1]);
    }
    confirming.waitForConfirmsOrDie(SECONDS * 1000L);
    return queue;
  }

  private String autoDelete(Channel channel) throws Exception {
    return channel.queueDeclare(name("q"), true, false, true, null).getQueue();
  }

  private String quorum(Channel channel) throws Exception {
    Map<String, Object> arguments = Map.of("x-queue-type", "quorum");
    return channel.queueDeclare(name("q"), true, false, false, arguments).getQueue();
  }

  private static Close missing(String queue, int classId, int methodId) {
    return Close.channel(
        404, "NOT_FOUND - no queue '" + queue + "' in vhost '/'", classId, methodId);
  }

  private static Close refused(String explanation) {
    return Close.channel(406, "PRECONDITION_FAILED - " + explanation, 50, 40);
  }

  private static Close notForQuorum(String queue, String flag) {
    return Close.connection(
        540,
        "NOT_IMPLEMENTED - cannot delete queue '"
            + queue
            + ("' in vhost '/'. queue.delete operations with " + flag)
            + " flag set are not supported by quorum queues",
        50,
        40);
  }
}
