package io.artel.events.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which consumer is served first. */
@OnEveryBroker
class ConsumerPriorityContractIT extends DeliveryContract {
  ConsumerPriorityContractIT(ContractBroker broker) {
    super(broker);
  }

  @Test
  void consumerOfTheHighestPriorityGetsAllItCanTake() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type);
          DeliveryTape low = consume(limited(2), queue, priority(1));
          DeliveryTape high = consume(limited(2), queue, priority(5));
          publish(queue, "0", "1", "2", "3", "4");
          high.awaitBodies("0", "1");
          low.awaitBodies("2", "3");
          awaitReady(queue, 1);
        });
  }

  @Test
  void priorityIsZeroByDefaultAndMayBeNegative() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type);
          DeliveryTape negative = consume(limited(1), queue, priority(-1));
          DeliveryTape none = consume(limited(1), queue);
          DeliveryTape positive = consume(limited(1), queue, priority(1));
          publish(queue, "0", "1", "2");
          positive.awaitBodies("0");
          none.awaitBodies("1");
          negative.awaitBodies("2");
        });
  }

  @Test
  void consumersOfOnePriorityTakeTurns() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type);
          DeliveryTape low = consume(channel(), queue);
          DeliveryTape first = consume(channel(), queue, priority(3));
          DeliveryTape second = consume(channel(), queue, priority(3));
          publish(queue, "0", "1", "2", "3");
          first.awaitBodies("0", "2");
          second.awaitBodies("1", "3");
          assertThat(low.bodies()).isEmpty();
        });
  }

  @Test
  void freedSlotOfTheHigherPriorityIsServedFirst() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type);
          Channel channel = limited(1);
          DeliveryTape high = consume(channel, queue, priority(5));
          DeliveryTape low = consume(limited(1), queue);
          publish(queue, "0", "1");
          high.awaitBodies("0");
          low.awaitBodies("1");
          channel.basicAck(high.tag(0), false);
          publish(queue, "2", "3");
          high.awaitBodies("0", "2");
          awaitReady(queue, 1);
        });
  }

  @Test
  void priorityOfAnotherTypeIs406() throws Exception {
    String queue = classic();
    Channel channel = channel();
    assertThat(closeOf(channel, () -> consume(channel, queue, Map.of("x-priority", "high"))))
        .isEqualTo(
            Close.channel(
                406,
                "PRECONDITION_FAILED - invalid arg 'x-priority' for queue '"
                    + queue
                    + "' in vhost '/': \"expected integer, got longstr\"",
                60,
                20));
  }

  private Channel limited(int prefetch) throws Exception {
    Channel channel = channel();
    channel.basicQos(prefetch);
    return channel;
  }

  private static Map<String, Object> priority(int priority) {
    return Map.of("x-priority", priority);
  }
}
