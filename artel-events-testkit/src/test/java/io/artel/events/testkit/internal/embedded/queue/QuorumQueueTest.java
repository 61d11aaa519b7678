package io.artel.events.testkit.internal.embedded.queue;

import static io.artel.events.testkit.internal.embedded.queue.QueueRoom.header;
import static io.artel.events.testkit.internal.embedded.queue.QueueRoom.message;
import static io.artel.events.testkit.internal.embedded.queue.QueueRoom.publish;
import static io.artel.events.testkit.internal.embedded.queue.QueueRoom.ready;
import static io.artel.events.testkit.internal.embedded.queue.QueueRoom.take;
import static org.assertj.core.api.Assertions.assertThat;

import io.artel.events.testkit.internal.embedded.wire.Dialect;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What quorum queues do otherwise than classic ones, version by version. */
class QuorumQueueTest {
  @Test
  void version40ServesAnOlderMessageOfLowPriorityAfterTwoOthers() {
    MessageQueue queue = new QueueRoom(Dialect.V4_0).quorum("q");
    for (String name : List.of("h0", "h1", "h2", "n0", "n1", "n2", "h3", "h4", "h5", "h6", "h7")) {
      queue.publish(message(name, name.startsWith("h") ? 9 : 1));
    }
    assertThat(drained(queue))
        .containsExactly("h0", "h1", "h2", "h3", "h4", "n0", "h5", "h6", "n1", "h7", "n2");
  }

  @Test
  void version43ServesStrictlyByPriorityWithFourForNone() {
    MessageQueue queue = new QueueRoom(Dialect.V4_3).quorum("q");
    queue.publish(message("zero", 0));
    queue.publish(message("four", 4));
    queue.publish(message("none"));
    queue.publish(message("forty", 40));
    queue.publish(message("thirty-one", 31));
    assertThat(drained(queue)).containsExactly("forty", "thirty-one", "four", "none", "zero");
  }

  @Test
  void version310KnowsNoPriorities() {
    MessageQueue queue = new QueueRoom(Dialect.V3_10).quorum("q");
    queue.publish(message("low", 1));
    queue.publish(message("high", 9));
    assertThat(drained(queue)).containsExactly("low", "high");
  }

  @Test
  void returnedMessageOfLowPriorityGoesBeforeReadyOnesOfHigh() {
    MessageQueue queue = new QueueRoom(Dialect.V4_3).quorum("q");
    queue.publish(message("low", 1));
    QueuedMessage held = take(queue);
    queue.publish(message("high", 9));
    queue.requeue(List.of(held), ReturnReason.NACK);
    assertThat(ready(queue)).containsExactly("low", "high");
  }

  @Test
  void withoutLimit310PutsReturnsAtTheTailButNotAfterAChannelClose() {
    MessageQueue queue = new QueueRoom(Dialect.V3_10).quorum("q");
    publish(queue, "0", "1", "2");
    queue.requeue(take(queue, 1), ReturnReason.REJECT);
    assertThat(ready(queue)).containsExactly("1", "2", "0");
    queue.channelClosed(new Object(), take(queue, 2));
    assertThat(ready(queue)).containsExactly("1", "2", "0");
  }

  @Test
  void usualLimitIsTwentySince40() {
    QueueRoom room = new QueueRoom(Dialect.V4_0);
    MessageQueue queue = room.quorum("q", toDead());
    MessageQueue dead = room.classic("dead");
    publish(queue, "0");
    for (int i = 0; i < 20; i++) {
      queue.requeue(take(queue, 1), ReturnReason.NACK);
    }
    assertThat(queue.readyCount()).isEqualTo(1);
    queue.requeue(take(queue, 1), ReturnReason.NACK);
    assertThat(queue.readyCount()).isZero();
    assertThat(header(take(dead), "x-first-death-reason")).isEqualTo("delivery_limit");
  }

  @Test
  void limitThatIsNoNumberIsNeverReached() {
    MessageQueue queue = new QueueRoom(Dialect.V4_3).quorum("q", "x-delivery-limit", "abc");
    publish(queue, "0");
    for (int i = 0; i < 50; i++) {
      queue.requeue(take(queue, 1), ReturnReason.REJECT);
    }
    assertThat(queue.readyCount()).isEqualTo(1);
  }

  @Test
  void version43CountsRejectsAndChannelClosesButNoNacks() {
    MessageQueue queue = new QueueRoom(Dialect.V4_3).quorum("q", "x-delivery-limit", 2);
    publish(queue, "0");
    for (int i = 0; i < 5; i++) {
      queue.requeue(take(queue, 1), ReturnReason.NACK);
      queue.requeue(take(queue, 1), ReturnReason.RECOVER);
    }
    queue.requeue(take(queue, 1), ReturnReason.REJECT);
    queue.channelClosed(new Object(), take(queue, 1));
    QueuedMessage last = take(queue);
    assertThat(header(last, "x-delivery-count")).isEqualTo("2");
    assertThat(header(last, "x-acquired-count")).isEqualTo("12");
    queue.requeue(List.of(last), ReturnReason.REJECT);
    assertThat(queue.readyCount()).isZero();
  }

  @Test
  void firstGetOf310ShowsACountOfZeroButTheFirstDeliveryNone() {
    MessageQueue queue = new QueueRoom(Dialect.V3_10).quorum("q");
    publish(queue, "0", "1");
    assertThat(header(take(queue), "x-delivery-count")).isEqualTo("0");
    TakingConsumer consumer = new TakingConsumer().on(queue);
    assertThat(header(consumer.deliveries.get(0), "x-delivery-count")).isNull();
  }

  @Test
  void publisherThatWasRefusedIsTakenAgainAtFourFifthsOfTheLimitAndAFreshOneBelowTheLimit() {
    MessageQueue queue =
        new QueueRoom(Dialect.V4_3).quorum("q", "x-max-length", 10, "x-overflow", "reject-publish");
    Object known = new Object();
    List<Boolean> taken = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      taken.add(queue.publish(message("m"), known));
    }
    assertThat(taken.subList(0, 11)).containsOnly(true);
    assertThat(taken.get(11)).isFalse();
    queue.ack(take(queue));
    queue.ack(take(queue));
    assertThat(queue.publish(message("m"), known)).isFalse();
    assertThat(queue.publish(message("m"), new Object())).isTrue();
    queue.ack(take(queue));
    queue.ack(take(queue));
    assertThat(queue.publish(message("m"), known)).isTrue();
  }

  @Test
  void activeConsumerStepsDownForAHigherPriorityWhenAllItHoldsIsSettled() {
    MessageQueue queue = new QueueRoom(Dialect.V4_0).quorum("q", "x-single-active-consumer", true);
    TakingConsumer low = new TakingConsumer().on(queue);
    publish(queue, "0");
    TakingConsumer high = new TakingConsumer().priority(1).on(queue);
    publish(queue, "1");
    assertThat(high.deliveries).isEmpty();
    queue.ack(low.deliveries.get(0));
    assertThat(high.bodies()).containsExactly("1");
    assertThat(low.bodies()).containsExactly("0");
    assertThat(queue.consumerCount()).isEqualTo(1);
    assertThat(queue.consumers()).containsExactly(low, high);
  }

  @Test
  void letterThatMustArriveStaysUntilItDoes() {
    QueueRoom room = new QueueRoom(Dialect.V4_3);
    room.missing.add("dlx");
    MessageQueue queue =
        room.quorum(
            "q",
            "x-dead-letter-exchange",
            "dlx",
            "x-dead-letter-routing-key",
            "dead",
            "x-dead-letter-strategy",
            "at-least-once",
            "x-overflow",
            "reject-publish");
    MessageQueue dead = room.classic("dead");
    publish(queue, "0");
    queue.discard(take(queue, 1), ReturnReason.REJECT);
    assertThat(queue.undeliveredDeadLetters()).isEqualTo(1);
    assertThat(queue.readyCount()).isZero();
    room.missing.clear();
    room.timers.advance(180_000);
    assertThat(ready(dead)).containsExactly("0");
    assertThat(queue.undeliveredDeadLetters()).isZero();
    room.timers.advance(600_000);
    assertThat(dead.readyCount()).isEqualTo(1);
  }

  static Object[] toDead() {
    return new Object[] {"x-dead-letter-exchange", "", "x-dead-letter-routing-key", "dead"};
  }

  private static List<String> drained(MessageQueue queue) {
    List<String> bodies = new ArrayList<>();
    for (QueuedMessage next = queue.get(true); next != null; next = queue.get(true)) {
      bodies.add(QueueRoom.body(next));
    }
    return bodies;
  }
}
