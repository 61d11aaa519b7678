package io.artel.events.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What {@code basic.get} brings. */
@OnEveryBroker
class GetContractIT extends DeliveryContract {
  private static final int BASIC = 60;
  private static final int GET = 70;

  GetContractIT(ContractBroker broker) {
    super(broker);
  }

  @Test
  void emptyQueueAnswersEmpty() throws Exception {
    onBothTypes(type -> assertThat(channel().basicGet(queue(type), false)).isNull());
  }

  @Test
  void getTellsHowManyMessagesRemain() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type);
          publish(queue, "0", "1", "2");
          Channel channel = channel();
          GetResponse first = next(channel, queue);
          GetResponse second = next(channel, queue);
          assertThat(body(first)).isEqualTo("0");
          assertThat(first.getMessageCount()).isEqualTo(2);
          assertThat(body(second)).isEqualTo("1");
          assertThat(second.getMessageCount()).isEqualTo(1);
        });
  }

  @Test
  void getCarriesExchangeKeyAndTag() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type);
          String key = name("key");
          Channel channel = channel();
          channel.queueBind(queue, "amq.topic", key);
          publish("amq.topic", key, properties().deliveryMode(2).build(), "0");
          GetResponse response = next(channel, queue);
          assertThat(response.getEnvelope().getExchange()).isEqualTo("amq.topic");
          assertThat(response.getEnvelope().getRoutingKey()).isEqualTo(key);
          assertThat(response.getEnvelope().getDeliveryTag()).isEqualTo(1);
          assertThat(response.getEnvelope().isRedeliver()).isFalse();
        });
  }

  @Test
  void getWithoutAcksRemovesTheMessage() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type);
          publish(queue, "0", "1");
          Channel channel = channel();
          assertThat(body(channel.basicGet(queue, true))).isEqualTo("0");
          channel.close();
          assertThat(drain(queue, 1)).containsExactly("1");
        });
  }

  @Test
  void getFromAMissingQueueIs404() throws Exception {
    String queue = name("q");
    Channel channel = channel();
    assertThat(closeOf(channel, () -> channel.basicGet(queue, true)))
        .isEqualTo(
            Close.channel(404, "NOT_FOUND - no queue '" + queue + "' in vhost '/'", BASIC, GET));
  }

  @Test
  void getDoesNotSeeWhatConsumersHold() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type);
          publish(queue, "0");
          consume(channel(), queue).awaitBodies("0");
          assertThat(channel().basicGet(queue, false)).isNull();
        });
  }

  @Test
  void getFromAQueueInExclusiveUseWorks() throws Exception {
    String queue = classic();
    Channel holder = channel();
    holder.basicConsume(queue, false, "", false, true, Map.of(), new DeliveryTape(holder));
    holder.basicQos(1);
    assertThat(channel().basicGet(queue, true)).isNull();
  }

  @Test
  void getFromAQuorumQueueWithSingleActiveConsumerIs405() throws Exception {
    String queue = quorum(Map.of("x-single-active-consumer", true));
    Channel channel = channel();
    assertThat(closeOf(channel, () -> channel.basicGet(queue, false)))
        .isEqualTo(
            Close.channel(
                405,
                "RESOURCE_LOCKED - cannot obtain access to locked queue '"
                    + queue
                    + "' in vhost '/'. basic.get operations are not supported by "
                    + (broker.since("4.3") ? "<<\"quorum\">>" : "quorum")
                    + " queues with single active consumer",
                BASIC,
                GET));
  }

  @Test
  void getFromAClassicQueueWithSingleActiveConsumerWorks() throws Exception {
    String queue = classic(Map.of("x-single-active-consumer", true));
    publish(queue, "0");
    assertThat(body(channel().basicGet(queue, true))).isEqualTo("0");
  }
}
