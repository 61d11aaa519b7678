package io.artel.events.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.Method;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How consumers end. */
@OnEveryBroker
class CancelContractIT extends DeliveryContract {
  CancelContractIT(ContractBroker broker) {
    super(broker);
  }

  @Test
  void cancelOkIsTheConsumersLastEvent() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type);
          publish(queue, "0", "1");
          Channel channel = channel();
          DeliveryTape tape = consume(channel, queue);
          tape.awaitBodies("0", "1");
          channel.basicCancel(tape.getConsumerTag());
          publish(queue, "2");
          assertThat(drain(queue, 1)).containsExactly("2");
          eventually(
              () -> assertThat(tape.events()).containsExactly("consume-ok", "0", "1", "cancel-ok"));
        });
  }

  @Test
  void cancelRequeuesNothing() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type);
          publish(queue, "0", "1");
          Channel channel = channel();
          DeliveryTape tape = consume(channel, queue);
          tape.awaitBodies("0", "1");
          channel.basicCancel(tape.getConsumerTag());
          publish(queue, "2");
          assertThat(drain(queue, 1)).containsExactly("2");
          channel.basicReject(tape.tag(1), true);
          assertThat(drain(queue, 1)).containsExactly("1");
        });
  }

  @Test
  void deliveriesOfACancelledConsumerCanBeAcked() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type);
          publish(queue, "0");
          Channel channel = channel();
          DeliveryTape tape = consume(channel, queue);
          tape.awaitBodies("0");
          channel.basicCancel(tape.getConsumerTag());
          channel.basicAck(tape.tag(0), false);
          channel.close();
          publish(queue, "1");
          assertThat(drain(queue, 1)).containsExactly("1");
        });
  }

  @Test
  void cancelledTagCanBeUsedAgain() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type);
          Channel channel = channel();
          channel.basicConsume(queue, false, "again", new DeliveryTape(channel));
          channel.basicCancel("again");
          DeliveryTape tape = new DeliveryTape(channel);
          channel.basicConsume(queue, false, "again", tape);
          publish(queue, "0");
          tape.awaitBodies("0");
        });
  }

  @Test
  void cancelOfAnUnknownTagSucceeds() throws Exception {
    Channel channel = channel();
    // The client knows its consumers and would not send this by its own method.
    Method reply =
        channel.rpc(new AMQP.Basic.Cancel.Builder().consumerTag("none").build()).getMethod();
    assertThat(reply).isEqualTo(new AMQP.Basic.CancelOk.Builder().consumerTag("none").build());
  }

  @Test
  void queueDeletionCancelsItsConsumers() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type);
          DeliveryTape first = consume(channel(), queue);
          DeliveryTape second = consume(channel(), queue);
          channel().queueDelete(queue);
          eventually(() -> assertThat(first.events()).containsExactly("consume-ok", "cancel"));
          eventually(() -> assertThat(second.events()).containsExactly("consume-ok", "cancel"));
        });
  }

  @Test
  void channelStaysUsableAfterItsConsumerWasCancelledByTheBroker() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type);
          publish(queue, "0");
          Channel channel = channel();
          DeliveryTape tape = consume(channel, queue);
          long tag = tape.tag(0);
          channel().queueDelete(queue);
          eventually(() -> assertThat(tape.events()).contains("cancel"));
          channel.basicAck(tag, false);
          assertThat(channel.queueDeclarePassive(classic()).getConsumerCount()).isZero();
        });
  }

  @Test
  void queueDeletionSaysNothingToAClientWithoutTheCapability() throws Exception {
    ConnectionFactory factory = factory();
    Map<String, Object> properties = factory.getClientProperties();
    properties.remove("capabilities");
    factory.setClientProperties(properties);
    Channel channel = connect(factory).createChannel();
    String queue = classic();
    DeliveryTape tape = consume(channel, queue);
    assertThat(channel.queueDelete(queue).getMessageCount()).isZero();
    publish(classic(), "after");
    // A cancel would have come before the reply to a later call on the same channel.
    assertThat(channel.queueDeclarePassive(classic()).getConsumerCount()).isZero();
    eventually(() -> assertThat(tape.events()).containsExactly("consume-ok"));
  }

  @Test
  void cancelLowersTheConsumerCount() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type);
          Channel channel = channel();
          DeliveryTape tape = consume(channel, queue);
          assertThat(channel.queueDeclarePassive(queue).getConsumerCount()).isEqualTo(1);
          channel.basicCancel(tape.getConsumerTag());
          assertThat(channel.queueDeclarePassive(queue).getConsumerCount()).isZero();
        });
  }

  @Test
  void channelCloseEndsItsConsumers() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type);
          Channel channel = channel();
          consume(channel, queue);
          channel.close();
          Channel other = channel();
          eventually(
              () -> assertThat(other.queueDeclarePassive(queue).getConsumerCount()).isZero());
        });
  }
}
