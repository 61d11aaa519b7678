package io.artel.events.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import org.junit.jupiter.api.Test;

/** How ack, nack and reject settle deliveries, and which tags they know. */
@OnEveryBroker
class AckContractIT extends DeliveryContract {
  private static final int BASIC = 60;
  private static final int ACK = 80;
  private static final int REJECT = 90;
  private static final int NACK = 120;

  AckContractIT(ContractBroker broker) {
    super(broker);
  }

  @Test
  void ackSettlesOneDelivery() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type);
          publish(queue, "0", "1", "2");
          Channel channel = channel();
          DeliveryTape tape = consume(channel, queue);
          tape.awaitBodies("0", "1", "2");
          channel.basicAck(tape.tag(1), false);
          channel.close();
          assertThat(drain(queue, 2)).containsExactly("0", "2");
        });
  }

  @Test
  void ackMultipleSettlesAllUpToItsTag() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type);
          publish(queue, "0", "1", "2");
          Channel channel = channel();
          DeliveryTape tape = consume(channel, queue);
          tape.awaitBodies("0", "1", "2");
          channel.basicAck(tape.tag(1), true);
          channel.close();
          assertThat(drain(queue, 1)).containsExactly("2");
        });
  }

  @Test
  void ackMultipleWithTagZeroSettlesAll() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type);
          publish(queue, "0", "1", "2");
          Channel channel = channel();
          DeliveryTape tape = consume(channel, queue);
          tape.awaitBodies("0", "1", "2");
          channel.basicAck(0, true);
          channel.close();
          publish(queue, "next");
          assertThat(drain(queue, 1)).containsExactly("next");
        });
  }

  @Test
  void ackMultipleSettlesDeliveriesOfAllQueuesOfTheChannel() throws Exception {
    String first = classic();
    String second = quorum();
    publish(first, "a");
    publish(second, "b");
    Channel channel = channel();
    next(channel, first);
    GetResponse last = next(channel, second);
    channel.basicAck(last.getEnvelope().getDeliveryTag(), true);
    channel.close();
    publish(first, "c");
    publish(second, "d");
    assertThat(drain(first, 1)).containsExactly("c");
    assertThat(drain(second, 1)).containsExactly("d");
  }

  @Test
  void ackMultipleWithTagZeroAndNothingUnackedSucceeds() throws Exception {
    Channel channel = channel();
    channel.basicAck(0, true);
    channel.basicNack(0, true, true);
    assertThat(channel.queueDeclarePassive(classic()).getMessageCount()).isZero();
  }

  @Test
  void ackOfAnUnknownTagIs406() throws Exception {
    Channel channel = channel();
    assertThat(closeOf(channel, () -> channel.basicAck(7, false))).isEqualTo(unknown(7, ACK));
  }

  @Test
  void ackOfTagZeroWithoutMultipleIs406() throws Exception {
    Channel channel = channel();
    assertThat(closeOf(channel, () -> channel.basicAck(0, false))).isEqualTo(unknown(0, ACK));
  }

  @Test
  void ackTwiceIs406() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type);
          publish(queue, "0");
          Channel channel = channel();
          long tag = next(channel, queue).getEnvelope().getDeliveryTag();
          channel.basicAck(tag, false);
          assertThat(closeOf(channel, () -> channel.basicAck(tag, false)))
              .isEqualTo(unknown(tag, ACK));
        });
  }

  @Test
  void ackMultipleBelowWhatIsUnackedIs406() throws Exception {
    String queue = classic();
    publish(queue, "0", "1");
    Channel channel = channel();
    channel.basicAck(next(channel, queue).getEnvelope().getDeliveryTag(), false);
    next(channel, queue);
    assertThat(closeOf(channel, () -> channel.basicAck(1, true))).isEqualTo(unknown(1, ACK));
  }

  @Test
  void ackMultipleAboveTheLastTagIs406() throws Exception {
    String queue = classic();
    publish(queue, "0");
    Channel channel = channel();
    next(channel, queue);
    assertThat(closeOf(channel, () -> channel.basicAck(2, true))).isEqualTo(unknown(2, ACK));
    assertThat(drain(queue, 1)).containsExactly("0");
  }

  @Test
  void nackOfAnUnknownTagIs406() throws Exception {
    Channel channel = channel();
    assertThat(closeOf(channel, () -> channel.basicNack(7, false, true)))
        .isEqualTo(unknown(7, NACK));
  }

  @Test
  void rejectOfAnUnknownTagIs406() throws Exception {
    Channel channel = channel();
    assertThat(closeOf(channel, () -> channel.basicReject(7, false))).isEqualTo(unknown(7, REJECT));
  }

  @Test
  void ackOnAnotherChannelIs406AndLeavesTheDeliveryUnacked() throws Exception {
    String queue = classic();
    publish(queue, "0");
    Channel owner = channel();
    long tag = next(owner, queue).getEnvelope().getDeliveryTag();
    Channel other = channel();
    assertThat(closeOf(other, () -> other.basicAck(tag, false))).isEqualTo(unknown(tag, ACK));
    owner.basicReject(tag, true);
    assertThat(drain(queue, 1)).containsExactly("0");
  }

  @Test
  void ackOfADeliveryWithoutAcksIs406() throws Exception {
    String queue = classic();
    publish(queue, "0");
    Channel channel = channel();
    GetResponse response = channel.basicGet(queue, true);
    assertThat(body(response)).isEqualTo("0");
    assertThat(response.getEnvelope().getDeliveryTag()).isEqualTo(1);
    assertThat(closeOf(channel, () -> channel.basicAck(1, false))).isEqualTo(unknown(1, ACK));
  }

  @Test
  void deliveryTagsCountUpFromOneOverAllQueuesOfTheChannel() throws Exception {
    String first = classic();
    String second = quorum();
    publish(first, "0", "1");
    publish(second, "2");
    Channel channel = channel();
    assertThat(next(channel, first).getEnvelope().getDeliveryTag()).isEqualTo(1);
    assertThat(next(channel, second).getEnvelope().getDeliveryTag()).isEqualTo(2);
    assertThat(next(channel, first).getEnvelope().getDeliveryTag()).isEqualTo(3);
  }

  @Test
  void rejectWithoutRequeueDropsTheMessage() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type);
          publish(queue, "0", "1");
          Channel channel = channel();
          channel.basicReject(next(channel, queue).getEnvelope().getDeliveryTag(), false);
          channel.close();
          assertThat(drain(queue, 1)).containsExactly("1");
        });
  }

  @Test
  void nackMultipleWithoutRequeueDropsAllUpToItsTag() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type);
          publish(queue, "0", "1", "2");
          Channel channel = channel();
          DeliveryTape tape = consume(channel, queue);
          tape.awaitBodies("0", "1", "2");
          channel.basicNack(tape.tag(1), true, false);
          channel.close();
          assertThat(drain(queue, 1)).containsExactly("2");
        });
  }

  private static Close unknown(long tag, int method) {
    return Close.channel(406, "PRECONDITION_FAILED - unknown delivery tag " + tag, BASIC, method);
  }
}
