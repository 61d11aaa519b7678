package io.artel.events.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import org.junit.jupiter.api.Test;

/** What {@code basic.recover} gives back. */
@OnEveryBroker
class RecoverContractIT extends DeliveryContract {
  RecoverContractIT(ContractBroker broker) {
    super(broker);
  }

  @Test
  void recoverRequeuesAllUnackedInOrder() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type);
          publish(queue, "0", "1", "2");
          Channel channel = channel();
          channel.basicQos(3);
          DeliveryTape tape = consume(channel, queue);
          tape.awaitBodies("0", "1", "2");
          channel.basicCancel(tape.getConsumerTag());
          channel.basicAck(tape.tag(1), false);
          channel.basicRecover(true);
          assertThat(drain(queue, 2)).containsExactly("0", "2");
        });
  }

  @Test
  void recoverTakesMessagesOfAClassicQueueBackToTheirPlaces() throws Exception {
    String queue = classic();
    publish(queue, "0", "1", "2");
    Channel channel = channel();
    next(channel, queue);
    next(channel, queue);
    channel.basicRecover(true);
    assertThat(drain(queue, 3)).containsExactly("0", "1", "2");
  }

  @Test
  void recoverRedeliversToTheSameConsumerIfItIsTheOnlyOne() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type);
          publish(queue, "0", "1");
          Channel channel = channel();
          DeliveryTape tape = consume(channel, queue);
          tape.awaitBodies("0", "1");
          channel.basicRecover(true);
          tape.awaitBodies("0", "1", "0", "1");
          assertThat(tape.delivery(2).getEnvelope().isRedeliver()).isTrue();
          assertThat(tape.tag(2)).isEqualTo(3);
        });
  }

  @Test
  void recoverWithNothingUnackedSucceeds() throws Exception {
    Channel channel = channel();
    channel.basicRecover(true);
    assertThat(channel.queueDeclarePassive(classic()).getMessageCount()).isZero();
  }

  @Test
  void recoverMakesTheOldTagsUnknown() throws Exception {
    String queue = classic();
    publish(queue, "0");
    Channel channel = channel();
    GetResponse response = next(channel, queue);
    channel.basicRecover(true);
    assertThat(
            closeOf(
                channel, () -> channel.basicAck(response.getEnvelope().getDeliveryTag(), false)))
        .isEqualTo(Close.channel(406, "PRECONDITION_FAILED - unknown delivery tag 1", 60, 80));
  }

  @Test
  void recoverWithoutRequeueIs540() throws Exception {
    Channel channel = channel();
    assertThat(closeOf(channel, () -> channel.basicRecover(false)))
        .isEqualTo(Close.connection(540, "NOT_IMPLEMENTED - requeue=false", 60, 110));
  }
}
