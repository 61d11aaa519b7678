package io.artel.events.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What {@code queue.declare} makes, tells and refuses, apart from its arguments. */
@OnEveryBroker
class QueueDeclareContractIT extends Contract {
  QueueDeclareContractIT(ContractBroker broker) {
    super(broker);
  }

  @Test
  void passiveDeclareOfAMissingQueueIs404() throws Exception {
    Channel channel = channel();
    String queue = name("q");
    assertThat(closeOf(channel, () -> channel.queueDeclarePassive(queue)))
        .isEqualTo(notFound("no queue '" + queue + "' in vhost '/'", 10));
  }

  @Test
  void passiveDeclareIgnoresAllPropertiesAndArguments() throws Exception {
    Channel channel = channel();
    String queue = durable(channel);
    AMQP.Queue.Declare passive =
        new AMQP.Queue.Declare.Builder()
            .queue(queue)
            .passive()
            .exclusive()
            .autoDelete()
            .arguments(Map.of("x-message-ttl", -5))
            .build();
    assertThat(channel.rpc(passive).getMethod())
        .isEqualTo(new AMQP.Queue.DeclareOk.Builder().queue(queue).build());
  }

  @Test
  void declareOkCountsConsumers() throws Exception {
    Channel channel = channel();
    String queue = durable(channel);
    channel.basicConsume(queue, new DefaultConsumer(channel));
    channel.basicConsume(queue, new DefaultConsumer(channel));
    assertThat(channel.queueDeclare(queue, true, false, false, null).getConsumerCount())
        .isEqualTo(2);
  }

  @Test
  void declareOkDoesNotCountUnackedMessages() throws Exception {
    Channel channel = confirming();
    String queue = durable(channel);
    channel.basicPublish("", queue, null, new byte[1]);
    channel.basicPublish("", queue, null, new byte[1]);
    channel.waitForConfirmsOrDie(SECONDS * 1000L);
    channel.basicGet(queue, false);
    assertThat(channel.queueDeclarePassive(queue).getMessageCount()).isEqualTo(1);
  }

  @Test
  void theServerNamesAQueueDeclaredWithoutName() throws Exception {
    String queue = channel().queueDeclare().getQueue();
    assertThat(queue).matches("amq\\.gen-[A-Za-z0-9_-]{22}");
  }

  @Test
  void everyDeclareWithoutNameMakesAnotherQueue() throws Exception {
    Channel channel = channel();
    assertThat(channel.queueDeclare().getQueue()).isNotEqualTo(channel.queueDeclare().getQueue());
  }

  @Test
  void anEmptyNameMeansTheQueueThatTheChannelDeclaredLast() throws Exception {
    Channel channel = confirming();
    String queue = durable(channel);
    channel.basicPublish("", queue, null, new byte[1]);
    channel.waitForConfirmsOrDie(SECONDS * 1000L);
    assertThat(channel.queuePurge("").getMessageCount()).isEqualTo(1);
  }

  @Test
  void anEmptyNameMeansAlsoAQueueThatTheServerNamed() throws Exception {
    Channel channel = confirming();
    String queue = channel.queueDeclare().getQueue();
    channel.basicPublish("", queue, null, new byte[1]);
    channel.waitForConfirmsOrDie(SECONDS * 1000L);
    assertThat(channel.queuePurge("").getMessageCount()).isEqualTo(1);
  }

  @Test
  void aPassiveDeclareAlsoSetsTheQueueThatAnEmptyNameMeans() throws Exception {
    Channel channel = channel();
    String first = durable(channel);
    String second = durable(channel);
    channel.queueDeclarePassive(first);
    channel.queueDelete("");
    channel.queueDeclarePassive(second);
    assertThat(closeOf(channel, () -> channel.queueDeclarePassive(first)).code()).isEqualTo(404);
  }

  @Test
  void aBindWithNeitherQueueNorKeyTakesTheLastQueuesNameForBoth() throws Exception {
    Channel channel = confirming();
    String queue = durable(channel);
    channel.queueBind("", "amq.direct", "");
    channel.basicPublish("amq.direct", queue, null, new byte[1]);
    channel.waitForConfirmsOrDie(SECONDS * 1000L);
    assertThat(channel.queueDeclarePassive(queue).getMessageCount()).isEqualTo(1);
  }

  @Test
  void theEmptyNameOfAPassiveDeclareIsNoQueue() throws Exception {
    Channel channel = channel();
    durable(channel);
    assertThat(closeOf(channel, () -> channel.queueDeclarePassive("")))
        .isEqualTo(notFound("no queue '' in vhost '/'", 10));
  }

  @Test
  void theLastDeclaredQueueBelongsToTheChannel() throws Exception {
    durable(channel());
    Channel other = channel();
    assertThat(closeOf(other, () -> other.queuePurge("")))
        .isEqualTo(notFound("no previously declared queue", 30));
  }

  @Test
  void bindingAnEmptyNameWithoutADeclareIs404() throws Exception {
    Channel channel = channel();
    assertThat(closeOf(channel, () -> channel.queueBind("", "amq.fanout", "")))
        .isEqualTo(notFound("no previously declared queue", 20));
  }

  @Test
  void consumingFromAnEmptyNameWithoutADeclareIs404() throws Exception {
    Channel channel = channel();
    assertThat(closeOf(channel, () -> channel.basicConsume("", new DefaultConsumer(channel))))
        .isEqualTo(Close.channel(404, "NOT_FOUND - no previously declared queue", 60, 20));
  }

  @Test
  void lineBreaksAreStrippedFromAName() throws Exception {
    Channel channel = channel();
    String queue = name("q");
    assertThat(channel.queueDeclare("\n" + queue + "\r\n", true, false, false, null).getQueue())
        .isEqualTo(queue);
  }

  @Test
  void lineBreaksAreKeptInARoutingKey() throws Exception {
    Channel channel = confirming();
    String queue = durable(channel);
    channel.basicPublish("", queue + "\n", null, new byte[1]);
    channel.waitForConfirmsOrDie(SECONDS * 1000L);
    assertThat(channel.queueDeclarePassive(queue).getMessageCount()).isZero();
  }

  @Test
  void aNameOf255BytesIsAccepted() throws Exception {
    Channel channel = channel();
    String queue = "a".repeat(255);
    assertThat(channel.queueDeclare(queue, false, true, false, null).getQueue()).isEqualTo(queue);
  }

  @Test
  void aNewNameWithTheReservedPrefixIs403() throws Exception {
    Channel channel = channel();
    assertThat(closeOf(channel, () -> channel.queueDeclare("amq.x", true, false, false, null)))
        .isEqualTo(reserved("amq.x"));
  }

  @Test
  void evenAnExistingServerNamedQueueCannotBeDeclaredByName() throws Exception {
    Channel channel = channel();
    String queue = channel.queueDeclare().getQueue();
    assertThat(closeOf(channel, () -> channel.queueDeclare(queue, false, true, true, null)))
        .isEqualTo(reserved(queue));
  }

  @Test
  void aServerNamedQueueCanBeDeclaredPassively() throws Exception {
    Channel channel = channel();
    String queue = channel.queueDeclare().getQueue();
    assertThat(channel.queueDeclarePassive(queue).getQueue()).isEqualTo(queue);
  }

  @Test
  void redeclaringWithTheSamePropertiesSucceeds() throws Exception {
    Channel channel = channel();
    String queue = durable(channel);
    assertThat(channel.queueDeclare(queue, true, false, false, null).getQueue()).isEqualTo(queue);
  }

  @Test
  void redeclaringADurableQueueAsTransientIs406() throws Exception {
    Channel channel = channel();
    String queue = durable(channel);
    assertThat(closeOf(channel, () -> channel.queueDeclare(queue, false, false, false, null)))
        .isEqualTo(inequivalent("durable", queue, "false", "true"));
  }

  @Test
  void redeclaringATransientQueueAsDurableIs406() throws Exception {
    Channel channel = channel();
    String queue = name("q");
    channel.queueDeclare(queue, false, false, false, null);
    assertThat(closeOf(channel, () -> channel.queueDeclare(queue, true, false, false, null)))
        .isEqualTo(inequivalent("durable", queue, "true", "false"));
  }

  @Test
  void redeclaringWithAutoDeleteIs406() throws Exception {
    Channel channel = channel();
    String queue = durable(channel);
    assertThat(closeOf(channel, () -> channel.queueDeclare(queue, true, false, true, null)))
        .isEqualTo(inequivalent("auto_delete", queue, "true", "false"));
  }

  @Test
  void redeclaringWithoutAutoDeleteIs406() throws Exception {
    Channel channel = channel();
    String queue = name("q");
    channel.queueDeclare(queue, true, false, true, null);
    assertThat(closeOf(channel, () -> channel.queueDeclare(queue, true, false, false, null)))
        .isEqualTo(inequivalent("auto_delete", queue, "false", "true"));
  }

  @Test
  void durableIsComparedBeforeAutoDeleteAndArguments() throws Exception {
    Channel channel = channel();
    String queue = durable(channel);
    assertThat(
            closeOf(
                channel,
                () -> channel.queueDeclare(queue, false, false, true, Map.of("x-message-ttl", 10))))
        .isEqualTo(inequivalent("durable", queue, "false", "true"));
  }

  @Test
  void aFailedDeclareWithoutWaitingClosesTheChannelToo() throws Exception {
    Channel channel = channel();
    String queue = durable(channel);
    assertThat(closeOf(channel, () -> channel.queueDeclareNoWait(queue, true, false, true, null)))
        .isEqualTo(inequivalent("auto_delete", queue, "true", "false"));
  }

  @Test
  void aFailedDeclareLeavesTheQueueAsItWas() throws Exception {
    Channel channel = channel();
    String queue = durable(channel);
    closeOf(channel, () -> channel.queueDeclare(queue, true, false, true, null));
    assertThat(channel().queueDeclare(queue, true, false, false, null).getQueue()).isEqualTo(queue);
  }

  private String durable(Channel channel) throws Exception {
    return channel.queueDeclare(name("q"), true, false, false, null).getQueue();
  }

  private static Close notFound(String explanation, int methodId) {
    return Close.channel(404, "NOT_FOUND - " + explanation, 50, methodId);
  }

  private static Close reserved(String queue) {
    return Close.channel(
        403,
        "ACCESS_REFUSED - queue name '" + queue + "' contains reserved prefix 'amq.*'",
        50,
        10);
  }

  private static Close inequivalent(
      String property, String queue, String received, String current) {
    return Close.channel(
        406,
        "PRECONDITION_FAILED - inequivalent arg '"
            + property
            + ("' for queue '" + queue + "' in vhost '/': ")
            + ("received '" + received + "' but current is '" + current + "'"),
        50,
        10);
  }
}
