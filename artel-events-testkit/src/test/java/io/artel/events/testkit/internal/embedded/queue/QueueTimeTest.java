package io.artel.events.testkit.internal.embedded.queue;

import static io.artel.events.testkit.internal.embedded.queue.QueueRoom.expiring;
import static io.artel.events.testkit.internal.embedded.queue.QueueRoom.publish;
import static io.artel.events.testkit.internal.embedded.queue.QueueRoom.ready;
import static io.artel.events.testkit.internal.embedded.queue.QueueRoom.take;
import static org.assertj.core.api.Assertions.assertThat;

import io.artel.events.testkit.internal.embedded.wire.Dialect;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Messages and queues that expire, by a clock that only the test moves. */
class QueueTimeTest {
  private final QueueRoom room = new QueueRoom(Dialect.V4_3);

  @Test
  void messageExpiresAtItsTimeAndNotBefore() {
    MessageQueue queue = room.classic("q", "x-message-ttl", 100);
    publish(queue, "0");
    room.timers.advance(60);
    publish(queue, "1");
    room.timers.advance(39);
    assertThat(ready(queue)).containsExactly("0", "1");
    room.timers.advance(1);
    assertThat(ready(queue)).containsExactly("1");
    room.timers.advance(60);
    assertThat(ready(queue)).isEmpty();
  }

  @Test
  void shortLivedMessageBehindALongLivedOneExpiresWhenItGetsToTheHead() {
    MessageQueue queue = room.classic("q");
    publish(queue, "long");
    queue.publish(expiring("short", "10"));
    room.timers.advance(1000);
    assertThat(ready(queue)).containsExactly("long", "short");
    take(queue);
    assertThat(queue.readyCount()).isZero();
  }

  @Test
  void returnedMessageExpiresAtItsOldTime() {
    MessageQueue queue = room.classic("q", "x-message-ttl", 100);
    publish(queue, "0");
    List<QueuedMessage> held = take(queue, 1);
    room.timers.advance(50);
    queue.requeue(held, ReturnReason.NACK);
    room.timers.advance(49);
    assertThat(queue.readyCount()).isEqualTo(1);
    room.timers.advance(1);
    assertThat(queue.readyCount()).isZero();
  }

  @Test
  void timeToLiveOfZeroIsEnoughForAWaitingConsumer() {
    MessageQueue queue = room.classic("q", "x-message-ttl", 0);
    TakingConsumer consumer = new TakingConsumer().limit(1).on(queue);
    publish(queue, "0", "1");
    assertThat(consumer.bodies()).containsExactly("0");
    assertThat(queue.readyCount()).isZero();
  }

  @Test
  void unusedQueueGoesAtItsTime() {
    MessageQueue queue = room.classic("q", "x-expires", 100);
    publish(queue, "0");
    room.timers.advance(99);
    assertThat(room.queues.exists("q")).isTrue();
    room.timers.advance(1);
    assertThat(room.queues.exists("q")).isFalse();
    assertThat(room.deleted).containsExactly("q");
  }

  @Test
  void consumerKeepsAQueueAndItsTimeStartsWhenItLeaves() {
    MessageQueue queue = room.classic("q", "x-expires", 100);
    TakingConsumer consumer = new TakingConsumer().on(queue);
    room.timers.advance(1000);
    queue.unsubscribe(consumer);
    room.timers.advance(99);
    assertThat(room.queues.exists("q")).isTrue();
    room.timers.advance(1);
    assertThat(room.queues.exists("q")).isFalse();
  }

  @Test
  void getAndDeclareKeepAQueueAndPassiveDeclareKeepsAClassicOne() {
    MessageQueue classic = room.classic("classic", "x-expires", 100);
    MessageQueue quorum = room.quorum("quorum", "x-expires", 100);
    room.timers.advance(60);
    classic.get(true);
    quorum.get(true);
    room.timers.advance(60);
    room.classic("classic", "x-expires", 100);
    room.quorum("quorum", "x-expires", 100);
    room.timers.advance(60);
    room.queues.declarePassive("classic", room.connection);
    room.queues.declarePassive("quorum", room.connection);
    room.timers.advance(60);
    assertThat(room.queues.exists("classic")).isTrue();
    assertThat(room.queues.exists("quorum")).isFalse();
  }

  @Test
  void oneTimerIsEnoughForAQueueOfManyMessages() {
    MessageQueue queue = room.classic("q", "x-message-ttl", 1000);
    for (int i = 0; i < 1000; i++) {
      publish(queue, "m");
      room.timers.advance(1);
      queue.ack(take(queue));
    }
    publish(queue, "last");
    room.timers.advance(999);
    assertThat(ready(queue)).containsExactly("last");
    room.timers.advance(1);
    assertThat(queue.readyCount()).isZero();
    assertThat(room.timers.untilNext()).isEqualTo(-1);
  }
}
