package io.artel.events.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Publisher confirms. */
@OnEveryBroker
class ConfirmContractIT extends RoutingContract {
  private static final Map<String, Object> FULL_AT_ONE =
      Map.of("x-max-length", 1, "x-overflow", "reject-publish");

  ConfirmContractIT(ContractBroker broker) {
    super(broker);
  }

  @Test
  void everyMessageIsConfirmedOnceWithTagsFromOne() throws Exception {
    Channel channel = confirming();
    Outcomes outcomes = new Outcomes(channel);
    String queue = queue(channel);
    for (int i = 0; i < 100; i++) {
      channel.basicPublish("", queue, NO_PROPERTIES, bytes("body"));
    }
    outcomes.await(100);
    assertThat(outcomes.acked()).containsExactlyInAnyOrderElementsOf(oneTo(100));
    assertThat(outcomes.nacked()).isEmpty();
  }

  @Test
  void tagsCountFromTheSelectionOfConfirms() throws Exception {
    Channel channel = channel();
    String queue = queue(channel);
    channel.basicPublish("", queue, NO_PROPERTIES, bytes("before"));
    channel.confirmSelect();
    Outcomes outcomes = new Outcomes(channel);
    channel.basicPublish("", queue, NO_PROPERTIES, bytes("after"));
    outcomes.await(1);
    assertThat(outcomes.acked()).containsExactly(1L);
  }

  @Test
  void eachChannelCountsForItself() throws Exception {
    Channel first = confirming();
    Channel second = confirming();
    String queue = queue(first);
    publish(first, "", queue, queue);
    Outcomes outcomes = new Outcomes(second);
    second.basicPublish("", queue, NO_PROPERTIES, bytes("body"));
    outcomes.await(1);
    assertThat(outcomes.acked()).containsExactly(1L);
  }

  @Test
  void selectingTwiceChangesNothing() throws Exception {
    Channel channel = confirming();
    String queue = queue(channel);
    publish(channel, "", queue);
    channel.confirmSelect();
    Outcomes outcomes = new Outcomes(channel);
    channel.basicPublish("", queue, NO_PROPERTIES, bytes("body"));
    outcomes.await(1);
    assertThat(outcomes.acked()).containsExactly(2L);
  }

  @Test
  void aPersistentMessageInADurableQueueIsConfirmed() throws Exception {
    Channel channel = confirming();
    Outcomes outcomes = new Outcomes(channel);
    String queue = name("durable");
    channel.queueDeclare(queue, true, false, false, null);
    for (int i = 0; i < 10; i++) {
      channel.basicPublish("", queue, PERSISTENT, bytes("body"));
    }
    outcomes.await(10);
    assertThat(outcomes.acked()).containsExactlyInAnyOrderElementsOf(oneTo(10));
  }

  @Test
  void aMessageToAFullRejectingQueueIsNacked() throws Exception {
    Channel channel = confirming();
    Outcomes outcomes = new Outcomes(channel);
    String queue = queue(channel, FULL_AT_ONE);
    channel.basicPublish("", queue, NO_PROPERTIES, bytes("first"));
    channel.basicPublish("", queue, NO_PROPERTIES, bytes("second"));
    channel.basicPublish("", queue, NO_PROPERTIES, bytes("third"));
    outcomes.await(3);
    assertThat(outcomes.acked()).containsExactly(1L);
    assertThat(outcomes.nacked()).containsExactlyInAnyOrder(2L, 3L);
    assertThat(drain(channel, queue)).containsExactly("first");
  }

  @Test
  void aRejectingQueueTakesMessagesAgainWhenThereIsRoom() throws Exception {
    Channel channel = confirming();
    Outcomes outcomes = new Outcomes(channel);
    String queue = queue(channel, FULL_AT_ONE);
    channel.basicPublish("", queue, NO_PROPERTIES, bytes("first"));
    channel.basicPublish("", queue, NO_PROPERTIES, bytes("second"));
    outcomes.await(2);
    drain(channel, queue);
    channel.basicPublish("", queue, NO_PROPERTIES, bytes("third"));
    outcomes.await(3);
    assertThat(outcomes.acked()).containsExactly(1L, 3L);
    assertThat(drain(channel, queue)).containsExactly("third");
  }

  @Test
  void aFanOutIsNackedIfOneQueueRejectsThoughOthersKeepTheMessage() throws Exception {
    Channel channel = confirming();
    String exchange = exchange(channel, "fanout");
    String full = queue(channel, FULL_AT_ONE);
    String roomy = queue(channel);
    channel.queueBind(full, exchange, "");
    channel.queueBind(roomy, exchange, "");
    Outcomes outcomes = new Outcomes(channel);
    channel.basicPublish(exchange, "", NO_PROPERTIES, bytes("first"));
    channel.basicPublish(exchange, "", NO_PROPERTIES, bytes("second"));
    outcomes.await(2);
    assertThat(outcomes.acked()).containsExactly(1L);
    assertThat(outcomes.nacked()).containsExactly(2L);
    assertThat(drain(channel, full)).containsExactly("first");
    assertThat(drain(channel, roomy)).containsExactly("first", "second");
  }

  @Test
  void aQueueThatDropsItsHeadConfirmsEverything() throws Exception {
    Channel channel = confirming();
    Outcomes outcomes = new Outcomes(channel);
    String queue = queue(channel, Map.of("x-max-length", 1));
    channel.basicPublish("", queue, NO_PROPERTIES, bytes("first"));
    channel.basicPublish("", queue, NO_PROPERTIES, bytes("second"));
    outcomes.await(2);
    assertThat(outcomes.acked()).containsExactlyInAnyOrder(1L, 2L);
    assertThat(drain(channel, queue)).containsExactly("second");
  }

  @Test
  void aMessageToAQueueDeletedBeforeIsConfirmed() throws Exception {
    Channel channel = confirming();
    Outcomes outcomes = new Outcomes(channel);
    String queue = queue(channel);
    channel.queueDelete(queue);
    channel.basicPublish("", queue, NO_PROPERTIES, bytes("body"));
    outcomes.await(1);
    assertThat(outcomes.acked()).containsExactly(1L);
  }

  @Test
  void confirmsOnATransactionalChannelAreRefused() throws Exception {
    Channel channel = channel();
    channel.txSelect();
    assertThat(closeOf(channel, channel::confirmSelect))
        .isEqualTo(
            Close.channel(
                406, "PRECONDITION_FAILED - cannot switch from tx to confirm mode", 85, 10));
  }

  @Test
  void transactionsOnAConfirmingChannelAreRefused() throws Exception {
    Channel channel = confirming();
    assertThat(closeOf(channel, channel::txSelect))
        .isEqualTo(
            Close.channel(
                406, "PRECONDITION_FAILED - cannot switch from confirm to tx mode", 90, 10));
  }

  private static List<Long> oneTo(long last) {
    return LongStream.rangeClosed(1, last).boxed().toList();
  }

  /** The confirms of a channel, each tag listed as often as it was told. */
  private static final class Outcomes {
    private final List<Long> acked = new ArrayList<>();
    private final List<Long> nacked = new ArrayList<>();
    private final Channel channel;

    Outcomes(Channel channel) {
      this.channel = channel;
      channel.addConfirmListener(
          (tag, multiple) -> add(acked, tag, multiple),
          (tag, multiple) -> add(nacked, tag, multiple));
    }

    private synchronized void add(List<Long> to, long tag, boolean multiple) {
      long first = tag;
      if (multiple) {
        first = 1;
      }
      for (long each = first; each <= tag; each++) {
        boolean told = acked.contains(each) || nacked.contains(each);
        if (each == tag || !told) {
          to.add(each);
        }
      }
    }

    /** Waits until that many messages have an outcome, and the broker has nothing more to say. */
    void await(int count) throws Exception {
      Awaitility.await()
          .atMost(Duration.ofSeconds(SECONDS))
          .until(() -> acked().size() + nacked().size() >= count);
      channel.basicQos(0);
    }

    synchronized List<Long> acked() {
      return List.copyOf(acked);
    }

    synchronized List<Long> nacked() {
      return List.copyOf(nacked);
    }
  }
}
