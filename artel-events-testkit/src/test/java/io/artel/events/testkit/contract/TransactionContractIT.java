package io.artel.events.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.Return;
import java.io.IOException;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** Transactions on a channel. */
@OnEveryBroker
class TransactionContractIT extends RoutingContract {

  TransactionContractIT(ContractBroker broker) {
    super(broker);
  }

  @Test
  void aMessageAppearsOnlyAfterTheCommit() throws Exception {
    Channel channel = transactional();
    String queue = queue(channel);
    channel.basicPublish("", queue, NO_PROPERTIES, bytes("first"));
    channel.basicPublish("", queue, NO_PROPERTIES, bytes("second"));
    assertThat(channel.queueDeclarePassive(queue).getMessageCount()).isZero();
    channel.txCommit();
    assertThat(drain(channel, queue)).containsExactly("first", "second");
  }

  @Test
  void aRollbackDropsMessages() throws Exception {
    Channel channel = transactional();
    String queue = queue(channel);
    channel.basicPublish("", queue, NO_PROPERTIES, bytes("dropped"));
    channel.txRollback();
    channel.basicPublish("", queue, NO_PROPERTIES, bytes("kept"));
    channel.txCommit();
    assertThat(drain(channel, queue)).containsExactly("kept");
  }

  @Test
  void closingTheChannelDropsMessages() throws Exception {
    Channel channel = transactional();
    String queue = queue(channel);
    channel.basicPublish("", queue, NO_PROPERTIES, bytes("dropped"));
    channel.close();
    assertThat(drain(channel(), queue)).isEmpty();
  }

  @Test
  void anAckTakesEffectOnlyWithTheCommit() throws Exception {
    Channel channel = transactional();
    String queue = filled(channel);
    channel.basicAck(get(channel, queue).getEnvelope().getDeliveryTag(), false);
    channel.close();
    Channel next = transactional();
    GetResponse again = get(next, queue);
    assertThat(again.getEnvelope().isRedeliver()).isTrue();
    next.basicAck(again.getEnvelope().getDeliveryTag(), false);
    next.txCommit();
    next.close();
    assertThat(drain(channel(), queue)).isEmpty();
  }

  @Test
  void afterARollbackADeliveryCanBeAckedAgain() throws Exception {
    Channel channel = transactional();
    String queue = filled(channel);
    long tag = get(channel, queue).getEnvelope().getDeliveryTag();
    channel.basicAck(tag, false);
    channel.txRollback();
    channel.basicAck(tag, false);
    channel.txCommit();
    channel.close();
    assertThat(drain(channel(), queue)).isEmpty();
  }

  @Test
  void aRollbackDoesNotRequeue() throws Exception {
    Channel channel = transactional();
    String queue = filled(channel);
    channel.basicAck(get(channel, queue).getEnvelope().getDeliveryTag(), false);
    channel.txRollback();
    assertThat(channel.basicGet(queue, false)).isNull();
  }

  @Test
  void aRejectedMessageIsRequeuedByTheCommit() throws Exception {
    Channel channel = transactional();
    String queue = filled(channel);
    channel.basicReject(get(channel, queue).getEnvelope().getDeliveryTag(), true);
    assertThat(channel.basicGet(queue, false)).isNull();
    channel.txCommit();
    assertThat(get(channel, queue).getEnvelope().isRedeliver()).isTrue();
  }

  @Test
  void aSecondAckInOneTransactionIsRefused() throws Exception {
    Channel channel = transactional();
    String queue = filled(channel);
    long tag = get(channel, queue).getEnvelope().getDeliveryTag();
    channel.basicAck(tag, false);
    assertThat(closeOf(channel, () -> channel.basicAck(tag, false)))
        .isEqualTo(Close.channel(406, "PRECONDITION_FAILED - unknown delivery tag " + tag, 60, 80));
  }

  @Test
  void anUnroutableMessageComesBackWithTheCommit() throws Exception {
    Channel channel = transactional();
    Queue<Return> returns = new ConcurrentLinkedQueue<>();
    channel.addReturnListener(returns::add);
    channel.basicPublish("", name("missing"), true, NO_PROPERTIES, bytes("body"));
    channel.queueDeclare();
    assertThat(returns).isEmpty();
    channel.txCommit();
    assertThat(returns).hasSize(1);
  }

  @Test
  void anUnroutableMessageDoesNotComeBackAfterARollback() throws Exception {
    Channel channel = transactional();
    Queue<Return> returns = new ConcurrentLinkedQueue<>();
    channel.addReturnListener(returns::add);
    channel.basicPublish("", name("missing"), true, NO_PROPERTIES, bytes("body"));
    channel.txRollback();
    channel.txCommit();
    assertThat(returns).isEmpty();
  }

  @Test
  void publishingToAMissingExchangeIs404BeforeTheCommit() throws Exception {
    Channel channel = transactional();
    String missing = name("missing");
    assertThat(
            closeOf(
                channel, () -> channel.basicPublish(missing, "key", NO_PROPERTIES, bytes("body"))))
        .isEqualTo(noExchange(missing, 60, 40));
  }

  @Test
  void aMessageIsRoutedWithThePublishAndNotWithTheCommit() throws Exception {
    Channel channel = transactional();
    String exchange = exchange(channel, "direct");
    String queue = queue(channel);
    channel.basicPublish(exchange, "key", NO_PROPERTIES, bytes("early"));
    channel.queueBind(queue, exchange, "key");
    channel.txCommit();
    assertThat(drain(channel, queue)).isEmpty();
  }

  @Test
  void aCommitFailsWhenAQueueRejectsAMessage() throws Exception {
    Channel channel = transactional();
    String queue = queue(channel, Map.of("x-max-length", 1, "x-overflow", "reject-publish"));
    channel.basicPublish("", queue, NO_PROPERTIES, bytes("first"));
    channel.basicPublish("", queue, NO_PROPERTIES, bytes("second"));
    assertThat(closeOf(channel, channel::txCommit))
        .isEqualTo(Close.channel(406, "PRECONDITION_FAILED - partial tx completion", 90, 20));
    assertThat(drain(channel(), queue)).containsExactly("first");
  }

  @Test
  void selectingTwiceChangesNothing() throws Exception {
    Channel channel = transactional();
    String queue = queue(channel);
    channel.basicPublish("", queue, NO_PROPERTIES, bytes("body"));
    channel.txSelect();
    assertThat(channel.queueDeclarePassive(queue).getMessageCount()).isZero();
    channel.txCommit();
    assertThat(drain(channel, queue)).containsExactly("body");
  }

  @Test
  void committingWithoutATransactionIsRefused() throws Exception {
    Channel channel = channel();
    assertThat(closeOf(channel, channel::txCommit))
        .isEqualTo(
            Close.channel(406, "PRECONDITION_FAILED - channel is not transactional", 90, 20));
  }

  @Test
  void rollingBackWithoutATransactionIsRefused() throws Exception {
    Channel channel = channel();
    assertThat(closeOf(channel, channel::txRollback))
        .isEqualTo(
            Close.channel(406, "PRECONDITION_FAILED - channel is not transactional", 90, 30));
  }

  private Channel transactional() throws Exception {
    Channel channel = channel();
    channel.txSelect();
    return channel;
  }

  /** Declares a queue with one message. */
  private String filled(Channel transactional) throws IOException {
    String queue = queue(transactional);
    transactional.basicPublish("", queue, NO_PROPERTIES, bytes("body"));
    transactional.txCommit();
    return queue;
  }

  private static GetResponse get(Channel channel, String queue) throws IOException {
    GetResponse response = channel.basicGet(queue, false);
    assertThat(response).isNotNull();
    return response;
  }
}
