package io.artel.events.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.CancelCallback;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.GetResponse;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Replies through amq.rabbitmq.reply-to. */
@OnEveryBroker
class DirectReplyToContractIT extends RoutingContract {
  private static final String REPLY_TO = "amq.rabbitmq.reply-to";
  private static final BasicProperties REQUEST =
      new BasicProperties.Builder().replyTo(REPLY_TO).correlationId("c-1").build();
  private static final CancelCallback NO_CANCEL = tag -> {};

  DirectReplyToContractIT(ContractBroker broker) {
    super(broker);
  }

  @Test
  void aRequestArrivesWithAnAddressOfItsRequester() throws Exception {
    Channel requester = channel();
    String queue = queue(requester);
    awaitReplies(requester);
    assertThat(address(requester, queue)).startsWith(REPLY_TO + ".").hasSizeGreaterThan(40);
    assertThat(address(requester, queue)).isEqualTo(address(requester, queue));
  }

  @Test
  void aReplyReachesTheRequester() throws Exception {
    Channel requester = channel();
    String queue = queue(requester);
    BlockingQueue<Delivery> replies = awaitReplies(requester);
    String address = address(requester, queue);
    Channel replier = connect().createChannel();
    replier.basicPublish(
        "", address, new BasicProperties.Builder().correlationId("c-1").build(), bytes("reply"));
    Delivery reply = replies.poll(SECONDS, TimeUnit.SECONDS);
    assertThat(reply).isNotNull();
    assertThat(text(reply.getBody())).isEqualTo("reply");
    assertThat(reply.getProperties().getCorrelationId()).isEqualTo("c-1");
    assertThat(reply.getEnvelope().getExchange()).isEmpty();
    assertThat(reply.getEnvelope().getRoutingKey()).isEqualTo(address);
    assertThat(reply.getEnvelope().isRedeliver()).isFalse();
  }

  @Test
  void aReplyIsConfirmed() throws Exception {
    Channel requester = channel();
    String queue = queue(requester);
    BlockingQueue<Delivery> replies = awaitReplies(requester);
    String address = address(requester, queue);
    Channel replier = connect().createChannel();
    replier.confirmSelect();
    publish(replier, "", address);
    assertThat(replies.poll(SECONDS, TimeUnit.SECONDS)).isNotNull();
  }

  @Test
  void aMandatoryReplyArrivesAndBefore43IsReturnedToo() throws Exception {
    Channel requester = channel();
    String queue = queue(requester);
    BlockingQueue<Delivery> replies = awaitReplies(requester);
    String address = address(requester, queue);
    assertThat(returned(confirming(), "", address, NO_PROPERTIES)).isEqualTo(broker.before("4.3"));
    assertThat(replies.poll(SECONDS, TimeUnit.SECONDS)).isNotNull();
  }

  @Test
  void aMandatoryReplyToAClosedRequesterIsReturnedBefore43() throws Exception {
    Channel replier = confirming();
    Channel requester = connect().createChannel();
    String queue = queue(requester);
    awaitReplies(requester);
    String address = address(requester, queue);
    requester.getConnection().close();
    assertThat(returned(replier, "", address, NO_PROPERTIES)).isEqualTo(broker.before("4.3"));
  }

  @Test
  void aMandatoryReplyToACancelledConsumerIsReturnedBefore43() throws Exception {
    Channel requester = channel();
    String queue = queue(requester);
    awaitReplies(requester, "replies");
    String address = address(requester, queue);
    requester.basicCancel("replies");
    assertThat(returned(confirming(), "", address, NO_PROPERTIES)).isEqualTo(broker.before("4.3"));
  }

  @Test
  void aReplyToAMadeUpAddressEndsTheConnectionBefore43() throws Exception {
    Channel channel = confirming();
    String address = REPLY_TO + ".made.up";
    if (broker.before("4.3")) {
      assertThat(
              closeOf(
                  channel, () -> channel.basicPublish("", address, NO_PROPERTIES, bytes("reply"))))
          .isEqualTo(Close.connection(541, "INTERNAL_ERROR", 0, 0));
    } else {
      assertThat(returned(channel, "", address, NO_PROPERTIES)).isTrue();
    }
  }

  @Test
  void aMessageToTheBareNameIsReturned() throws Exception {
    assertThat(returned(confirming(), "", REPLY_TO, NO_PROPERTIES)).isTrue();
  }

  @Test
  void aConsumerThatAcksIsRefused() throws Exception {
    Channel channel = channel();
    assertThat(
            closeOf(
                channel,
                () -> channel.basicConsume(REPLY_TO, false, (tag, message) -> {}, NO_CANCEL)))
        .isEqualTo(
            Close.channel(406, "PRECONDITION_FAILED - reply consumer cannot acknowledge", 60, 20));
  }

  @Test
  void aSecondConsumerIsRefused() throws Exception {
    Channel channel = channel();
    awaitReplies(channel);
    assertThat(closeOf(channel, () -> awaitReplies(channel)))
        .isEqualTo(Close.channel(406, "PRECONDITION_FAILED - reply consumer already set", 60, 20));
  }

  @Test
  void eachChannelHasAConsumerOfItsOwn() throws Exception {
    Channel first = channel();
    Channel second = channel();
    String queue = queue(first);
    awaitReplies(first);
    awaitReplies(second);
    assertThat(address(first, queue)).isNotEqualTo(address(second, queue));
  }

  @Test
  void aRequestWithoutAConsumerIsRefused() throws Exception {
    Channel channel = channel();
    assertThat(closeOf(channel, () -> channel.basicPublish("", "key", REQUEST, bytes("request"))))
        .isEqualTo(
            Close.channel(406, "PRECONDITION_FAILED - fast reply consumer does not exist", 60, 40));
  }

  @Test
  void aRequestAfterTheCancelIsRefused() throws Exception {
    Channel channel = channel();
    awaitReplies(channel, "replies");
    channel.basicCancel("replies");
    assertThat(closeOf(channel, () -> channel.basicPublish("", "key", REQUEST, bytes("request"))))
        .isEqualTo(
            Close.channel(406, "PRECONDITION_FAILED - fast reply consumer does not exist", 60, 40));
  }

  @Test
  void afterTheCancelAnotherConsumerIsAccepted() throws Exception {
    Channel channel = channel();
    String queue = queue(channel);
    awaitReplies(channel, "first");
    channel.basicCancel("first");
    BlockingQueue<Delivery> replies = awaitReplies(channel, "second");
    channel.basicPublish("", address(channel, queue), NO_PROPERTIES, bytes("reply"));
    Delivery reply = replies.poll(SECONDS, TimeUnit.SECONDS);
    assertThat(reply).isNotNull();
  }

  @Test
  void theBareNameIsDeclaredAlready() throws Exception {
    Channel channel = channel();
    assertThat(channel.queueDeclarePassive(REPLY_TO).getQueue()).isEqualTo(REPLY_TO);
    assertThat(channel.queueDeclare(REPLY_TO, true, false, false, null).getQueue())
        .isEqualTo(REPLY_TO);
  }

  @Test
  void anAddressIsDeclaredAsLongAsItsRequesterIsThere() throws Exception {
    Channel channel = channel();
    Channel requester = connect().createChannel();
    String queue = queue(requester);
    awaitReplies(requester);
    String address = address(requester, queue);
    assertThat(channel.queueDeclarePassive(address).getQueue()).isEqualTo(address);
    requester.getConnection().close();
    assertThat(closeOf(channel, () -> channel.queueDeclarePassive(address)))
        .isEqualTo(noQueue(address, 50, 10));
  }

  @Test
  void bindingTheBareNameIs404() throws Exception {
    Channel channel = channel();
    awaitReplies(channel);
    assertThat(closeOf(channel, () -> channel.queueBind(REPLY_TO, "amq.direct", "key")))
        .isEqualTo(noQueue(REPLY_TO, 50, 20));
  }

  @Test
  void bindingAnAddressIsRefused() throws Exception {
    Channel channel = channel();
    String queue = queue(channel);
    awaitReplies(channel);
    String address = address(channel, queue);
    assertThat(closeOf(channel, () -> channel.queueBind(address, "amq.direct", "key")))
        .isEqualTo(
            broker.since("4.3")
                ? Close.channel(
                    403,
                    "ACCESS_REFUSED - cannot bind or unbind to a volatile (direct reply-to) queue",
                    50,
                    20)
                : noQueue(address, 50, 20));
  }

  @Test
  void gettingFromTheBareNameIsRefused() throws Exception {
    Channel channel = channel();
    awaitReplies(channel);
    assertThat(closeOf(channel, () -> channel.basicGet(REPLY_TO, true)))
        .isEqualTo(noQueue(REPLY_TO, 60, 70));
  }

  private static BlockingQueue<Delivery> awaitReplies(Channel channel) throws Exception {
    return awaitReplies(channel, "");
  }

  private static BlockingQueue<Delivery> awaitReplies(Channel channel, String consumer)
      throws Exception {
    BlockingQueue<Delivery> replies = new LinkedBlockingQueue<>();
    channel.basicConsume(
        REPLY_TO, true, consumer, (tag, message) -> replies.add(message), NO_CANCEL);
    return replies;
  }

  /** {@return what a request of this channel says to reply to, as it arrives in the queue} */
  private static String address(Channel requester, String queue) throws Exception {
    requester.basicPublish("", queue, REQUEST, bytes("request"));
    GetResponse request = requester.basicGet(queue, true);
    assertThat(request).isNotNull();
    assertThat(request.getProps().getCorrelationId()).isEqualTo("c-1");
    return request.getProps().getReplyTo();
  }
}
