package io.artel.events.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Where returned messages go, and how they are marked. */
@OnEveryBroker
class RequeueContractIT extends DeliveryContract {
  RequeueContractIT(ContractBroker broker) {
    super(broker);
  }

  @Test
  void firstDeliveryIsNotMarkedRedelivered() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type);
          publish(queue, "0");
          assertThat(next(queue).getEnvelope().isRedeliver()).isFalse();
        });
  }

  @Test
  void nackWithRequeueMarksTheMessageRedelivered() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type);
          publish(queue, "0");
          Channel channel = channel();
          channel.basicNack(next(channel, queue).getEnvelope().getDeliveryTag(), false, true);
          assertThat(next(channel, queue).getEnvelope().isRedeliver()).isTrue();
        });
  }

  @Test
  void rejectWithRequeueMarksTheMessageRedelivered() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type);
          publish(queue, "0");
          Channel channel = channel();
          channel.basicReject(next(channel, queue).getEnvelope().getDeliveryTag(), true);
          assertThat(next(channel, queue).getEnvelope().isRedeliver()).isTrue();
        });
  }

  @Test
  void requeueLeavesOthersUnmarked() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type);
          publish(queue, "0", "1");
          Channel channel = channel();
          channel.basicNack(next(channel, queue).getEnvelope().getDeliveryTag(), false, true);
          channel.close();
          awaitReady(queue, 2);
          GetResponse first = next(queue);
          GetResponse second = next(queue);
          GetResponse untouched = body(first).equals("1") ? first : second;
          assertThat(untouched.getEnvelope().isRedeliver()).isFalse();
        });
  }

  @Test
  void classicQueueTakesReturnedMessagesBackToTheirPlaces() throws Exception {
    String queue = classic();
    publish(queue, "0", "1", "2", "3", "4", "5");
    Channel channel = channel();
    channel.basicQos(4);
    DeliveryTape tape = consume(channel, queue);
    tape.awaitBodies("0", "1", "2", "3");
    channel.basicCancel(tape.getConsumerTag());
    channel.basicReject(tape.tag(2), true);
    channel.basicReject(tape.tag(0), true);
    channel.basicNack(tape.tag(3), true, true);
    assertThat(drain(queue, 6)).containsExactly("0", "1", "2", "3", "4", "5");
  }

  @Test
  void classicQueueDeliversAReturnedMessageAheadOfYoungerOnes() throws Exception {
    String queue = classic();
    publish(queue, "0", "1", "2");
    Channel channel = channel();
    channel.basicReject(next(channel, queue).getEnvelope().getDeliveryTag(), true);
    assertThat(drain(queue, 3)).containsExactly("0", "1", "2");
  }

  @Test
  void quorumQueueWithALimitDeliversReturnedMessagesInTheOrderOfTheirReturn() throws Exception {
    String queue = quorum(Map.of("x-delivery-limit", 10));
    publish(queue, "0", "1", "2", "3");
    Channel channel = channel();
    channel.basicQos(3);
    DeliveryTape tape = consume(channel, queue);
    tape.awaitBodies("0", "1", "2");
    channel.basicCancel(tape.getConsumerTag());
    channel.basicReject(tape.tag(2), true);
    channel.basicReject(tape.tag(0), true);
    channel.basicReject(tape.tag(1), true);
    assertThat(drain(queue, 4)).containsExactly("2", "0", "1", "3");
  }

  @Test
  void quorumQueueWithNackOfOneByOneDeliversThemInTheOrderOfTheirReturn() throws Exception {
    String queue = quorum(Map.of("x-delivery-limit", 10));
    publish(queue, "0", "1", "2", "3");
    Channel channel = channel();
    channel.basicQos(3);
    DeliveryTape tape = consume(channel, queue);
    tape.awaitBodies("0", "1", "2");
    channel.basicCancel(tape.getConsumerTag());
    channel.basicNack(tape.tag(1), false, true);
    channel.basicNack(tape.tag(0), false, true);
    channel.basicNack(tape.tag(2), false, true);
    assertThat(drain(queue, 4)).containsExactly("1", "0", "2", "3");
  }

  @Test
  void quorumQueueOfDefaultsPutsARejectedMessageAtTheTailBefore40() throws Exception {
    String queue = quorum();
    publish(queue, "0", "1", "2");
    Channel channel = channel();
    channel.basicReject(next(channel, queue).getEnvelope().getDeliveryTag(), true);
    if (broker.since("4.0")) {
      assertThat(drain(queue, 3)).containsExactly("0", "1", "2");
    } else {
      assertThat(drain(queue, 3)).containsExactly("1", "2", "0");
    }
  }

  @Test
  void quorumQueueOfDefaultsPutsANackedMessageAtTheTailBefore40() throws Exception {
    String queue = quorum();
    publish(queue, "0", "1", "2");
    Channel channel = channel();
    channel.basicNack(next(channel, queue).getEnvelope().getDeliveryTag(), false, true);
    if (broker.since("4.0")) {
      assertThat(drain(queue, 3)).containsExactly("0", "1", "2");
    } else {
      assertThat(drain(queue, 3)).containsExactly("1", "2", "0");
    }
  }

  @Test
  void quorumQueueWithLimitMinusOneTakesAReturnedMessageToTheTailOn40AndToTheFrontOn43()
      throws Exception {
    String queue = quorum(Map.of("x-delivery-limit", -1));
    publish(queue, "0", "1", "2");
    Channel channel = channel();
    channel.basicNack(next(channel, queue).getEnvelope().getDeliveryTag(), false, true);
    if (broker.since("4.3")) {
      assertThat(drain(queue, 3)).containsExactly("0", "1", "2");
    } else if (broker.since("4.0")) {
      assertThat(drain(queue, 3)).containsExactly("1", "2", "0");
    } else {
      assertThat(drain(queue, 2)).containsExactly("1", "2");
    }
  }

  @Test
  void nackMultipleReturnsAllUpToItsTagInOrder() throws Exception {
    onBothTypes(
        type -> {
          String queue =
              queue(type, type.equals(QUORUM) ? Map.of("x-delivery-limit", 9) : Map.of());
          publish(queue, "0", "1", "2", "3");
          Channel channel = channel();
          channel.basicQos(3);
          DeliveryTape tape = consume(channel, queue);
          tape.awaitBodies("0", "1", "2");
          channel.basicCancel(tape.getConsumerTag());
          channel.basicNack(tape.tag(1), true, true);
          awaitReady(queue, 3);
          channel.basicAck(tape.tag(2), false);
          assertThat(drain(queue, 3)).containsExactly("0", "1", "3");
        });
  }

  @Test
  void nackMultipleWithTagZeroReturnsAll() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type);
          publish(queue, "0", "1");
          Channel channel = channel();
          next(channel, queue);
          next(channel, queue);
          channel.basicNack(0, true, true);
          assertThat(drain(queue, 2)).containsExactly("0", "1");
        });
  }

  @Test
  void requeuedMessageGoesToAnotherConsumerToo() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type);
          Channel first = channel();
          first.basicQos(1);
          DeliveryTape tape = consume(first, queue);
          publish(queue, "0");
          tape.awaitBodies("0");
          Channel second = channel();
          DeliveryTape other = consume(second, queue);
          first.basicCancel(tape.getConsumerTag());
          first.basicNack(tape.tag(0), false, true);
          other.awaitBodies("0");
          assertThat(other.delivery(0).getEnvelope().isRedeliver()).isTrue();
        });
  }

  @Test
  void channelCloseReturnsAllInOrder() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type);
          publish(queue, "0", "1", "2", "3", "4");
          Channel channel = channel();
          DeliveryTape tape = consume(channel, queue);
          tape.awaitBodies("0", "1", "2", "3", "4");
          channel.basicAck(tape.tag(1), false);
          channel.close();
          assertThat(drain(queue, 4)).containsExactly("0", "2", "3", "4");
        });
  }

  @Test
  void channelCloseMarksWhatItReturnsRedelivered() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type);
          publish(queue, "0");
          Channel channel = channel();
          next(channel, queue);
          channel.close();
          assertThat(next(queue).getEnvelope().isRedeliver()).isTrue();
        });
  }

  @Test
  void channelErrorReturnsAllInOrder() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type);
          publish(queue, "0", "1", "2");
          Channel channel = channel();
          consume(channel, queue).awaitBodies("0", "1", "2");
          assertThat(closeOf(channel, () -> channel.basicAck(99, false)).code()).isEqualTo(406);
          assertThat(drain(queue, 3)).containsExactly("0", "1", "2");
        });
  }

  @Test
  void connectionCloseReturnsAllInOrder() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type);
          publish(queue, "0", "1", "2");
          Connection connection = connect();
          consume(connection.createChannel(), queue).awaitBodies("0", "1", "2");
          connection.close();
          assertThat(drain(queue, 3)).containsExactly("0", "1", "2");
        });
  }

  @Test
  void lostSocketReturnsAllInOrder() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type);
          publish(queue, "0", "1", "2");
          try (DeliveryLine line = new DeliveryLine(this)) {
            consume(line.channel(), queue).awaitBodies("0", "1", "2");
            line.cut();
          }
          assertThat(drain(queue, 3)).containsExactly("0", "1", "2");
        });
  }
}
