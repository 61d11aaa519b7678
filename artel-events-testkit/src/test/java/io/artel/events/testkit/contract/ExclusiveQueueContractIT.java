package io.artel.events.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What other connections may do with an exclusive queue, and how it ends. */
@OnEveryBroker
class ExclusiveQueueContractIT extends Contract {
  /** The bit for {@code exclusive} in {@code queue.declare}. */
  private static final int EXCLUSIVE = 4;

  ExclusiveQueueContractIT(ContractBroker broker) {
    super(broker);
  }

  @Test
  void anotherConnectionMustNotDeclareIt() throws Exception {
    String queue = exclusive();
    Channel other = connect().createChannel();
    assertThat(closeOf(other, () -> other.queueDeclare(queue, false, true, false, null)))
        .isEqualTo(locked(queue, 50, 10));
  }

  @Test
  void theLockIsCheckedBeforeAllProperties() throws Exception {
    String queue = exclusive();
    Channel other = connect().createChannel();
    assertThat(closeOf(other, () -> other.queueDeclare(queue, true, false, true, null)))
        .isEqualTo(locked(queue, 50, 10));
  }

  @Test
  void anotherConnectionMustNotDeclareItPassively() throws Exception {
    String queue = exclusive();
    Channel other = connect().createChannel();
    assertThat(closeOf(other, () -> other.queueDeclarePassive(queue)))
        .isEqualTo(locked(queue, 50, 10));
  }

  @Test
  void anotherConnectionMustNotBindIt() throws Exception {
    String queue = exclusive();
    Channel other = connect().createChannel();
    assertThat(closeOf(other, () -> other.queueBind(queue, "amq.fanout", "")))
        .isEqualTo(locked(queue, 50, 20));
  }

  @Test
  void anotherConnectionMustNotUnbindIt() throws Exception {
    Channel owner = channel();
    String queue = exclusive(owner);
    owner.queueBind(queue, "amq.fanout", "");
    Channel other = connect().createChannel();
    assertThat(closeOf(other, () -> other.queueUnbind(queue, "amq.fanout", "")))
        .isEqualTo(locked(queue, 50, 50));
  }

  @Test
  void anotherConnectionMayUnbindWhatIsNotBound() throws Exception {
    String queue = exclusive();
    Channel other = connect().createChannel();
    assertThat(other.queueUnbind(queue, "amq.fanout", "").protocolMethodName())
        .isEqualTo("queue.unbind-ok");
  }

  @Test
  void anotherConnectionMustNotConsumeFromIt() throws Exception {
    String queue = exclusive();
    Channel other = connect().createChannel();
    assertThat(closeOf(other, () -> other.basicConsume(queue, new DefaultConsumer(other))))
        .isEqualTo(locked(queue, 60, 20));
  }

  @Test
  void anotherConnectionMustNotGetFromIt() throws Exception {
    String queue = exclusive();
    Channel other = connect().createChannel();
    assertThat(closeOf(other, () -> other.basicGet(queue, true))).isEqualTo(locked(queue, 60, 70));
  }

  @Test
  void anotherConnectionMustNotPurgeIt() throws Exception {
    String queue = exclusive();
    Channel other = connect().createChannel();
    assertThat(closeOf(other, () -> other.queuePurge(queue))).isEqualTo(locked(queue, 50, 30));
  }

  @Test
  void anotherConnectionMustNotDeleteIt() throws Exception {
    String queue = exclusive();
    Channel other = connect().createChannel();
    assertThat(closeOf(other, () -> other.queueDelete(queue))).isEqualTo(locked(queue, 50, 40));
  }

  @Test
  void anotherConnectionMayPublishToIt() throws Exception {
    Channel owner = channel();
    String queue = exclusive(owner);
    Channel other = connect().createChannel();
    other.confirmSelect();
    other.basicPublish("", queue, null, new byte[] {7});
    other.waitForConfirmsOrDie(SECONDS * 1000L);
    assertThat(owner.basicGet(queue, true).getBody()).containsExactly(7);
  }

  @Test
  void anotherChannelOfItsConnectionMayUseIt() throws Exception {
    Connection connection = connect();
    String queue = exclusive(connection.createChannel());
    Channel other = connection.createChannel();
    assertThat(other.queueDeclare(queue, false, true, false, null).getQueue()).isEqualTo(queue);
    assertThat(other.queueDelete(queue).getMessageCount()).isZero();
  }

  @Test
  void itCannotBeRedeclaredAsNotExclusive() throws Exception {
    Channel channel = channel();
    String queue = exclusive(channel);
    assertThat(closeOf(channel, () -> channel.queueDeclare(queue, false, false, false, null)))
        .isEqualTo(locked(queue, 50, 10));
  }

  @Test
  void aSharedQueueCannotBeRedeclaredAsExclusive() throws Exception {
    Channel channel = channel();
    String queue = name("q");
    channel.queueDeclare(queue, true, false, false, null);
    assertThat(closeOf(channel, () -> channel.queueDeclare(queue, true, true, false, null)))
        .isEqualTo(locked(queue, 50, 10));
  }

  @Test
  void itIsNeverDurable() throws Exception {
    Channel channel = channel();
    String queue = name("q");
    channel.queueDeclare(queue, true, true, false, null);
    assertThat(channel.queueDeclare(queue, false, true, false, null).getQueue()).isEqualTo(queue);
  }

  @Test
  void itOutlivesTheChannelThatDeclaredIt() throws Exception {
    Connection connection = connect();
    Channel first = connection.createChannel();
    String queue = exclusive(first);
    first.close();
    assertThat(connection.createChannel().queueDeclarePassive(queue).getQueue()).isEqualTo(queue);
  }

  @Test
  void itGoesBeforeItsConnectionIsClosed() throws Exception {
    Connection connection = connect();
    String queue = exclusive(connection.createChannel());
    connection.close();
    Channel other = connect().createChannel();
    assertThat(closeOf(other, () -> other.queueDeclarePassive(queue)))
        .isEqualTo(Close.channel(404, "NOT_FOUND - no queue '" + queue + "' in vhost '/'", 50, 10));
  }

  @Test
  void itGoesWhenItsConnectionIsLost() throws Exception {
    String queue = name("q");
    try (RawAmqp owner = RawAmqp.open(broker)) {
      owner.openChannel(1);
      owner.method(
          1,
          50,
          10,
          RawAmqp.arguments().shortInt(0).shortString(queue).octet(EXCLUSIVE).table(Map.of()));
      owner.expect("50.11");
    }
    await()
        .atMost(Duration.ofSeconds(SECONDS))
        .untilAsserted(() -> assertThat(canDeclare(queue)).isTrue());
  }

  private boolean canDeclare(String queue) throws Exception {
    Channel channel = channel();
    try {
      return channel.queueDeclare(queue, true, false, false, null).getQueue().equals(queue);
    } catch (IOException e) {
      return false;
    }
  }

  private String exclusive() throws Exception {
    return exclusive(channel());
  }

  private String exclusive(Channel channel) throws Exception {
    return channel.queueDeclare(name("q"), false, true, false, null).getQueue();
  }

  private static Close locked(String queue, int classId, int methodId) {
    return Close.channel(
        405,
        "RESOURCE_LOCKED - cannot obtain exclusive access to locked queue '"
            + queue
            + "' in vhost '/'. It could be originally declared on another connection or the"
            + " exclusive property value does not match that of the original declaration.",
        classId,
        methodId);
  }
}
