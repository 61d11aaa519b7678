package io.artel.events.testkit.internal.embedded.queue;

import static io.artel.events.testkit.internal.embedded.queue.QueueRoom.body;
import static io.artel.events.testkit.internal.embedded.queue.QueueRoom.message;
import static io.artel.events.testkit.internal.embedded.queue.QueueRoom.publish;
import static io.artel.events.testkit.internal.embedded.queue.QueueRoom.ready;
import static io.artel.events.testkit.internal.embedded.queue.QueueRoom.take;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.artel.events.testkit.internal.embedded.wire.AmqpException;
import io.artel.events.testkit.internal.embedded.wire.Dialect;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Delivering, settling and the limits of a classic queue. */
class ClassicQueueTest {
  private final QueueRoom room = new QueueRoom(Dialect.V4_3);

  @Test
  void consumerGetsNothingBeforeItIsAwake() {
    MessageQueue queue = room.classic("q");
    publish(queue, "0");
    TakingConsumer consumer = new TakingConsumer();
    queue.subscribe(consumer);
    assertThat(consumer.deliveries).isEmpty();
    queue.wake(consumer);
    assertThat(consumer.bodies()).containsExactly("0");
  }

  @Test
  void fullConsumerIsLeftOutUntilItIsAwakeAgain() {
    MessageQueue queue = room.classic("q");
    TakingConsumer first = new TakingConsumer().limit(1).on(queue);
    TakingConsumer second = new TakingConsumer().on(queue);
    publish(queue, "0", "1", "2");
    first.limit(2);
    publish(queue, "3");
    assertThat(first.bodies()).containsExactly("0");
    queue.wake(first);
    publish(queue, "4", "5");
    assertThat(first.bodies()).containsExactly("0", "5");
    assertThat(second.bodies()).containsExactly("1", "2", "3", "4");
  }

  @Test
  void consumerThatIsWokenAgainAndAgainHasStillOneTurn() {
    MessageQueue queue = room.classic("q");
    TakingConsumer first = new TakingConsumer().on(queue);
    TakingConsumer second = new TakingConsumer().on(queue);
    queue.wake(first);
    queue.wake(first);
    publish(queue, "0", "1", "2", "3");
    assertThat(first.bodies()).containsExactly("0", "2");
    assertThat(second.bodies()).containsExactly("1", "3");
  }

  @Test
  void messagesInAnyOrderOfReturnAreReadyAtTheirPlaces() {
    MessageQueue queue = room.classic("q");
    List<String> bodies = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      bodies.add("m" + i);
    }
    publish(queue, bodies.toArray(String[]::new));
    List<QueuedMessage> taken = take(queue, 700);
    Collections.shuffle(taken, new Random(1));
    for (QueuedMessage each : taken) {
      queue.requeue(List.of(each), ReturnReason.NACK);
    }
    assertThat(ready(queue)).isEqualTo(bodies);
  }

  @Test
  void settledMessageCanNotBeSettledAgain() {
    MessageQueue queue = room.classic("q");
    publish(queue, "0");
    QueuedMessage message = take(queue);
    queue.ack(message);
    queue.requeue(List.of(message), ReturnReason.NACK);
    queue.ack(message);
    assertThat(queue.readyCount()).isZero();
    assertThat(queue.unackedCount()).isZero();
  }

  @Test
  void messageOfADeletedQueueCanBeSettledWithoutEffect() {
    MessageQueue queue =
        room.classic("q", "x-dead-letter-exchange", "", "x-dead-letter-routing-key", "dead");
    MessageQueue dead = room.classic("dead");
    publish(queue, "0", "1");
    QueuedMessage message = take(queue);
    assertThat(room.queues.delete("q", false, false, room.connection)).isEqualTo(1);
    queue.discard(List.of(message), ReturnReason.REJECT);
    assertThat(queue.unackedCount()).isZero();
    assertThat(dead.readyCount()).isZero();
  }

  @Test
  void unackedMessagesAreListedInTheOrderOfTheirDeliveries() {
    MessageQueue queue = room.classic("q");
    publish(queue, "0", "1", "2", "3");
    List<QueuedMessage> taken = take(queue, 4);
    queue.ack(taken.get(1));
    queue.ack(taken.get(3));
    assertThat(queue.unackedMessages()).containsExactly(taken.get(0), taken.get(2));
    assertThat(queue.unackedCount()).isEqualTo(2);
  }

  @Test
  void noAckConsumerLeavesNothingUnacked() {
    MessageQueue queue = room.classic("q");
    TakingConsumer consumer = new TakingConsumer();
    consumer.noAck = true;
    consumer.on(queue);
    publish(queue, "0");
    assertThat(consumer.bodies()).containsExactly("0");
    assertThat(queue.unackedCount()).isZero();
  }

  @Test
  void priorityAboveTheHighestCountsAsTheHighest() {
    MessageQueue queue = room.classic("q", "x-max-priority", 2);
    queue.publish(message("none"));
    queue.publish(message("two", 2));
    queue.publish(message("nine", 9));
    queue.publish(message("one", 1));
    assertThat(ready(queue)).containsExactly("two", "nine", "one", "none");
  }

  @Test
  void limitCountsWhatIsReadyOnly() {
    MessageQueue queue = room.classic("q", "x-max-length", 2);
    publish(queue, "0", "1");
    QueuedMessage held = take(queue);
    publish(queue, "2");
    assertThat(ready(queue)).containsExactly("1", "2");
    queue.requeue(List.of(held), ReturnReason.NACK);
    assertThat(ready(queue)).containsExactly("1", "2");
  }

  @Test
  void fullQueueThatRejectsRefusesAlsoIfAConsumerCouldTakeTheMessage() {
    MessageQueue queue = room.classic("q", "x-max-length", 0, "x-overflow", "reject-publish");
    TakingConsumer consumer = new TakingConsumer().on(queue);
    assertThat(queue.publish(message("0"))).isFalse();
    assertThat(consumer.deliveries).isEmpty();
  }

  @Test
  void fullQueueThatDropsStillHandsOver() {
    MessageQueue queue = room.classic("q", "x-max-length", 0);
    TakingConsumer consumer = new TakingConsumer().limit(1).on(queue);
    publish(queue, "0", "1");
    assertThat(consumer.bodies()).containsExactly("0");
    assertThat(queue.readyCount()).isZero();
  }

  @Test
  void channelThatEndsGivesBackWhatItHeldToTheNextConsumer() {
    MessageQueue queue = room.classic("q", "x-single-active-consumer", true);
    TakingConsumer first = new TakingConsumer().limit(2).on(queue);
    TakingConsumer low = new TakingConsumer().on(queue);
    TakingConsumer high = new TakingConsumer().priority(3).on(queue);
    publish(queue, "0", "1", "2");
    assertThat(queue.isActive(first)).isTrue();
    queue.channelClosed(first.channel, first.deliveries);
    assertThat(high.bodies()).containsExactly("0", "1", "2");
    assertThat(high.deliveries.get(0).redelivered()).isTrue();
    assertThat(high.deliveries.get(2).redelivered()).isFalse();
    assertThat(low.deliveries).isEmpty();
  }

  @Test
  void exclusiveConsumerToleratesNoOther() {
    MessageQueue queue = room.classic("q");
    TakingConsumer alone = new TakingConsumer();
    alone.exclusive = true;
    alone.on(queue);
    assertThatThrownBy(() -> queue.subscribe(new TakingConsumer()))
        .isInstanceOf(AmqpException.class)
        .hasMessage("ACCESS_REFUSED - queue 'q' in vhost '/' in exclusive use");
    queue.unsubscribe(alone);
    publish(queue, "0");
    assertThat(new TakingConsumer().on(queue).bodies()).containsExactly("0");
  }

  @Test
  void deletionTellsConsumersButTheirOwnCancelDoesNot() {
    MessageQueue queue = room.classic("q");
    TakingConsumer leaving = new TakingConsumer().on(queue);
    TakingConsumer staying = new TakingConsumer().on(queue);
    queue.unsubscribe(leaving);
    room.queues.delete("q", false, false, room.connection);
    assertThat(leaving.cancelled).isFalse();
    assertThat(staying.cancelled).isTrue();
    assertThat(room.deleted).containsExactly("q");
  }

  @Test
  void purgeLeavesWhatIsHeld() {
    MessageQueue queue = room.classic("q");
    publish(queue, "0", "1", "2");
    QueuedMessage held = take(queue);
    assertThat(queue.purge()).isEqualTo(2);
    queue.requeue(List.of(held), ReturnReason.NACK);
    assertThat(body(take(queue))).isEqualTo("0");
  }
}
