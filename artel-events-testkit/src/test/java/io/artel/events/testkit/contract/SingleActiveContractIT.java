package io.artel.events.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which consumer of a queue with a single active consumer is the active one. */
@OnEveryBroker
class SingleActiveContractIT extends DeliveryContract {
  private static final Map<String, Object> SINGLE = Map.of("x-single-active-consumer", true);

  SingleActiveContractIT(ContractBroker broker) {
    super(broker);
  }

  @Test
  void firstConsumerGetsAll() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type, SINGLE);
          DeliveryTape first = consume(channel(), queue);
          DeliveryTape second = consume(channel(), queue);
          publish(queue, "0", "1", "2", "3");
          first.awaitBodies("0", "1", "2", "3");
          assertThat(second.bodies()).isEmpty();
        });
  }

  @Test
  void waitingConsumerGetsNothingThoughTheActiveOneIsFull() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type, SINGLE);
          Channel channel = channel();
          channel.basicQos(1);
          DeliveryTape first = consume(channel, queue);
          DeliveryTape second = consume(channel(), queue);
          publish(queue, "0", "1");
          first.awaitBodies("0");
          awaitReady(queue, 1);
          assertThat(second.bodies()).isEmpty();
        });
  }

  @Test
  void channelCloseHandsOverAllUnackedInOrder() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type, SINGLE);
          Channel active = channel();
          active.basicQos(3);
          DeliveryTape first = consume(active, queue);
          DeliveryTape second = consume(channel(), queue);
          publish(queue, "0", "1", "2", "3", "4");
          first.awaitBodies("0", "1", "2");
          active.basicAck(first.tag(0), false);
          active.close();
          second.awaitBodies("1", "2", "3", "4");
        });
  }

  @Test
  void lostSocketHandsOverAllUnackedInOrder() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type, SINGLE);
          try (DeliveryLine line = new DeliveryLine(this)) {
            DeliveryTape first = consume(line.channel(), queue);
            DeliveryTape second = consume(connect().createChannel(), queue);
            publish(queue, "0", "1", "2");
            first.awaitBodies("0", "1", "2");
            line.cut();
            second.awaitBodies("0", "1", "2");
          }
        });
  }

  @Test
  void cancelHandsOverTheRestWhileTheOldConsumerKeepsItsOwn() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type, SINGLE);
          Channel active = channel();
          DeliveryTape first = consume(active, queue);
          DeliveryTape second = consume(channel(), queue);
          publish(queue, "0", "1");
          first.awaitBodies("0", "1");
          // Nothing may be ready now: a classic queue on 3.10.8 would fail at the next publish.
          active.basicCancel(first.getConsumerTag());
          publish(queue, "2", "3");
          second.awaitBodies("2", "3");
          active.basicNack(first.tag(1), true, true);
          second.awaitBodies("2", "3", "0", "1");
        });
  }

  @Test
  void consumersAreActivatedInTheOrderOfTheirStart() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type, SINGLE);
          Channel one = channel();
          Channel two = channel();
          DeliveryTape first = consume(one, queue);
          DeliveryTape second = consume(two, queue);
          DeliveryTape third = consume(channel(), queue);
          publish(queue, "0");
          one.basicAck(first.tag(0), false);
          one.close();
          publish(queue, "1");
          two.basicAck(second.tag(0), false);
          two.close();
          publish(queue, "2");
          third.awaitBodies("2");
          second.awaitBodies("1");
        });
  }

  @Test
  void cancelOfAWaitingConsumerLeavesTheActiveOne() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type, SINGLE);
          DeliveryTape first = consume(channel(), queue);
          Channel waiting = channel();
          waiting.basicCancel(consume(waiting, queue).getConsumerTag());
          publish(queue, "0");
          first.awaitBodies("0");
        });
  }

  @Test
  void classicQueueCountsAllConsumersAndQuorumQueueOnlyTheActiveOne() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type, SINGLE);
          consume(channel(), queue);
          Channel channel = channel();
          consume(channel, queue);
          assertThat(channel.queueDeclarePassive(queue).getConsumerCount())
              .isEqualTo(type.equals(QUORUM) ? 1 : 2);
        });
  }

  @Test
  void exclusiveConsumeOfAClassicQueueIs403() throws Exception {
    String queue = classic(SINGLE);
    Channel channel = channel();
    assertThat(
            closeOf(
                channel,
                () ->
                    channel.basicConsume(
                        queue, false, "", false, true, Map.of(), new DeliveryTape(channel))))
        .isEqualTo(
            Close.channel(
                403,
                "ACCESS_REFUSED - queue '" + queue + "' in vhost '/' in exclusive use",
                60,
                20));
  }

  @Test
  void classicQueueActivatesTheHighestPriorityAtHandOver() throws Exception {
    String queue = classic(SINGLE);
    Channel active = channel();
    DeliveryTape first = consume(active, queue);
    DeliveryTape low = consume(channel(), queue, Map.of("x-priority", 1));
    DeliveryTape high = consume(channel(), queue, Map.of("x-priority", 9));
    publish(queue, "0");
    first.awaitBodies("0");
    active.close();
    high.awaitBodies("0");
    assertThat(low.bodies()).isEmpty();
  }

  @Test
  void quorumQueueSwitchesToAHigherPriorityFrom40() throws Exception {
    String queue = quorum(SINGLE);
    DeliveryTape low = consume(channel(), queue);
    DeliveryTape high = consume(channel(), queue, Map.of("x-priority", 9));
    publish(queue, "0");
    (broker.since("4.0") ? high : low).awaitBodies("0");
  }

  @Test
  void quorumQueueWaitsForAcksBeforeItSwitchesFrom40() throws Exception {
    String queue = quorum(SINGLE);
    Channel active = channel();
    DeliveryTape low = consume(active, queue);
    publish(queue, "0");
    low.awaitBodies("0");
    DeliveryTape high = consume(channel(), queue, Map.of("x-priority", 9));
    publish(queue, "1");
    if (broker.since("4.0")) {
      awaitReady(queue, 1);
      assertThat(high.bodies()).isEmpty();
      active.basicAck(low.tag(0), false);
      high.awaitBodies("1");
      low.awaitBodies("0");
    } else {
      low.awaitBodies("0", "1");
    }
  }
}
