package io.artel.events.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import org.junit.jupiter.api.Test;

/** How many unacked deliveries a consumer may hold. */
@OnEveryBroker
class PrefetchContractIT extends DeliveryContract {
  private static final int BASIC = 60;
  private static final int CONSUME = 20;
  private static final int QOS = 10;

  PrefetchContractIT(ContractBroker broker) {
    super(broker);
  }

  @Test
  void prefetchLimitsWhatAConsumerHolds() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type);
          publish(queue, "0", "1", "2", "3", "4");
          Channel channel = channel();
          channel.basicQos(2);
          DeliveryTape tape = consume(channel, queue);
          tape.awaitBodies("0", "1");
          awaitReady(queue, 3);
        });
  }

  @Test
  void ackFreesASlot() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type);
          publish(queue, "0", "1", "2", "3", "4");
          Channel channel = channel();
          channel.basicQos(2);
          DeliveryTape tape = consume(channel, queue);
          tape.awaitBodies("0", "1");
          channel.basicAck(tape.tag(1), false);
          tape.awaitBodies("0", "1", "2");
          awaitReady(queue, 2);
        });
  }

  @Test
  void ackMultipleFreesASlotForEach() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type);
          publish(queue, "0", "1", "2", "3", "4", "5", "6");
          Channel channel = channel();
          channel.basicQos(3);
          DeliveryTape tape = consume(channel, queue);
          tape.awaitBodies("0", "1", "2");
          channel.basicAck(tape.tag(2), true);
          tape.awaitBodies("0", "1", "2", "3", "4", "5");
          awaitReady(queue, 1);
        });
  }

  @Test
  void rejectWithoutRequeueFreesASlot() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type);
          publish(queue, "0", "1", "2");
          Channel channel = channel();
          channel.basicQos(1);
          DeliveryTape tape = consume(channel, queue);
          channel.basicReject(tape.tag(0), false);
          tape.awaitBodies("0", "1");
          awaitReady(queue, 1);
        });
  }

  @Test
  void prefetchCountsForEachConsumerOfAChannel() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type);
          publish(queue, "0", "1", "2", "3", "4");
          Channel channel = channel();
          channel.basicQos(2);
          DeliveryTape first = consume(channel, queue);
          first.awaitBodies("0", "1");
          DeliveryTape second = consume(channel, queue);
          second.awaitBodies("2", "3");
          awaitReady(queue, 1);
        });
  }

  @Test
  void prefetchAppliesToConsumersStartedAfterwards() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type);
          publish(queue, "0", "1", "2", "3");
          Channel channel = channel();
          channel.basicQos(1);
          DeliveryTape first = consume(channel, queue);
          first.awaitBodies("0");
          channel.basicQos(2);
          DeliveryTape second = consume(channel, queue);
          second.awaitBodies("1", "2");
          channel.basicAck(first.tag(0), false);
          first.awaitBodies("0", "3");
          publish(queue, "4");
          awaitReady(queue, 1);
        });
  }

  @Test
  void consumersOfOneQueueMayDifferInPrefetch() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type);
          Channel narrow = channel();
          narrow.basicQos(1);
          Channel wide = channel();
          wide.basicQos(3);
          DeliveryTape first = consume(narrow, queue);
          DeliveryTape second = consume(wide, queue);
          publish(queue, "0", "1", "2", "3", "4");
          first.awaitBodies("0");
          second.awaitBodies("1", "2", "3");
          awaitReady(queue, 1);
        });
  }

  @Test
  void prefetchZeroIsNoLimit() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type);
          String[] bodies = new String[300];
          for (int i = 0; i < bodies.length; i++) {
            bodies[i] = Integer.toString(i);
          }
          publish(queue, bodies);
          Channel channel = channel();
          channel.basicQos(1);
          channel.basicQos(0);
          consume(channel, queue).awaitBodies(bodies);
        });
  }

  @Test
  void consumerWithoutAcksIgnoresPrefetch() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type);
          publish(queue, "0", "1", "2");
          Channel channel = channel();
          channel.basicQos(1);
          DeliveryTape tape = new DeliveryTape(channel);
          channel.basicConsume(queue, true, tape);
          tape.awaitBodies("0", "1", "2");
        });
  }

  @Test
  void getIgnoresPrefetch() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type);
          publish(queue, "0", "1", "2");
          Channel channel = channel();
          channel.basicQos(1);
          next(channel, queue);
          GetResponse second = next(channel, queue);
          assertThat(body(second)).isEqualTo("1");
          DeliveryTape tape = consume(channel, queue);
          tape.awaitBodies("2");
        });
  }

  @Test
  void globalPrefetchIsSharedByTheChannelBefore43AndPerConsumerFrom43() throws Exception {
    String queue = classic();
    publish(queue, "0", "1", "2", "3", "4");
    Channel channel = channel();
    channel.basicQos(2, true);
    DeliveryTape first = consume(channel, queue);
    first.awaitBodies("0", "1");
    DeliveryTape second = consume(channel, queue);
    if (broker.since("4.3")) {
      second.awaitBodies("2", "3");
      awaitReady(queue, 1);
    } else {
      awaitReady(queue, 3);
      channel.basicAck(first.tag(0), false);
      awaitReady(queue, 2);
    }
  }

  @Test
  void globalPrefetchAppliesToRunningConsumersBefore43() throws Exception {
    String queue = classic();
    Channel channel = channel();
    DeliveryTape tape = consume(channel, queue);
    channel.basicQos(2, true);
    publish(queue, "0", "1", "2");
    if (broker.since("4.3")) {
      tape.awaitBodies("0", "1", "2");
    } else {
      tape.awaitBodies("0", "1");
      awaitReady(queue, 1);
    }
  }

  @Test
  void globalAndConsumerPrefetchBothApplyBefore43() throws Exception {
    String queue = classic();
    publish(queue, "0", "1", "2", "3", "4", "5");
    Channel channel = channel();
    channel.basicQos(2, false);
    channel.basicQos(3, true);
    DeliveryTape first = consume(channel, queue);
    if (broker.since("4.3")) {
      first.awaitBodies("0", "1", "2");
      consume(channel, queue).awaitBodies("3", "4", "5");
    } else {
      first.awaitBodies("0", "1");
      DeliveryTape second = consume(channel, queue);
      second.awaitBodies("2");
      awaitReady(queue, 3);
    }
  }

  @Test
  void consumerPrefetchEndsTheGlobalOne() throws Exception {
    String queue = classic();
    publish(queue, "0", "1", "2", "3", "4");
    Channel channel = channel();
    channel.basicQos(3, true);
    channel.basicQos(2, false);
    consume(channel, queue).awaitBodies("0", "1");
    consume(channel, queue).awaitBodies("2", "3");
    awaitReady(queue, 1);
  }

  @Test
  void quorumQueueRefusesGlobalPrefetchBefore43() throws Exception {
    String queue = quorum();
    publish(queue, "0", "1");
    Channel channel = connect().createChannel();
    channel.basicQos(1, true);
    if (broker.since("4.3")) {
      consume(channel, queue).awaitBodies("0");
      awaitReady(queue, 1);
    } else {
      assertThat(closeOf(channel, () -> consume(channel, queue)))
          .isEqualTo(
              Close.connection(
                  540,
                  "NOT_IMPLEMENTED - queue '"
                      + queue
                      + "' in vhost '/' does not support global qos",
                  BASIC,
                  CONSUME));
    }
  }

  @Test
  void prefetchSizeIs540() throws Exception {
    Channel channel = connect().createChannel();
    assertThat(closeOf(channel, () -> channel.basicQos(10, 1, false)))
        .isEqualTo(Close.connection(540, "NOT_IMPLEMENTED - prefetch_size!=0 (10)", BASIC, QOS));
  }

  @Test
  void cancelledConsumersDeliveriesDoNotCountForTheNext() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type);
          publish(queue, "0", "1", "2");
          Channel channel = channel();
          channel.basicQos(1);
          DeliveryTape first = consume(channel, queue);
          first.awaitBodies("0");
          channel.basicCancel(first.getConsumerTag());
          consume(channel, queue).awaitBodies("1");
          awaitReady(queue, 1);
        });
  }
}
