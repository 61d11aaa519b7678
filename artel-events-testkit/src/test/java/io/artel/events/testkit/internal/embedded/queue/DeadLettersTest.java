package io.artel.events.testkit.internal.embedded.queue;

import static io.artel.events.testkit.internal.embedded.queue.QueueRoom.header;
import static io.artel.events.testkit.internal.embedded.queue.QueueRoom.publish;
import static io.artel.events.testkit.internal.embedded.queue.QueueRoom.ready;
import static io.artel.events.testkit.internal.embedded.queue.QueueRoom.table;
import static io.artel.events.testkit.internal.embedded.queue.QueueRoom.take;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.artel.events.testkit.internal.embedded.message.Message;
import io.artel.events.testkit.internal.embedded.wire.Dialect;
import io.artel.events.testkit.internal.embedded.wire.FieldTable;
import io.artel.events.testkit.internal.embedded.wire.FieldValue;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What becomes of messages that a queue cannot keep. */
class DeadLettersTest {
  private static final long SMALL_STACK = 192 * 1024;

  private final QueueRoom room = new QueueRoom(Dialect.V4_3);

  @Test
  void longChainOfOverflowsDoesNotFillTheStack() throws Exception {
    int length = 1000;
    for (int i = 0; i < length; i++) {
      room.classic("q" + i, to("q" + (i + 1), "x-max-length", 0));
    }
    MessageQueue last = room.classic("q" + length);
    MessageQueue first = room.queues.find("q0", room.connection);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread shallow = new Thread(null, () -> publish(first, "0"), "shallow", SMALL_STACK);
    shallow.setUncaughtExceptionHandler((thread, error) -> failure.set(error));
    shallow.start();
    shallow.join();
    assertThat(failure.get()).isNull();
    assertThat(ready(last)).containsExactly("0");
  }

  @Test
  void twoQueuesThatOverflowIntoEachOtherEnd() {
    MessageQueue first = room.classic("first", to("second", "x-max-length", 1));
    MessageQueue second = room.classic("second", to("first", "x-max-length", 1));
    publish(first, "0", "1", "2", "3");
    assertThat(ready(first)).containsExactly("3");
    assertThat(ready(second)).containsExactly("2");
  }

  @Test
  void letterTellsItsDeathAndLosesItsExpiration() {
    MessageQueue queue = room.classic("q", to("dead"));
    MessageQueue dead = room.classic("dead");
    queue.publish(QueueRoom.expiring("0", "500"));
    room.timers.advance(499);
    assertThat(dead.readyCount()).isZero();
    room.timers.advance(1);
    Message letter = take(dead).message();
    assertThat(letter.exchange()).isEmpty();
    assertThat(letter.routingKey()).isEqualTo("dead");
    assertThat(letter.properties().expiration()).isNull();
    FieldTable death = deaths(letter).get(0);
    assertThat(texts(death))
        .containsExactly(
            "count=1",
            "reason=expired",
            "queue=q",
            "time=" + room.timers.now() / 1000,
            "exchange=from",
            "routing-keys=[key]",
            "original-expiration=500");
  }

  @Test
  void version43CarriesFailuresFromQueueToQueue() {
    MessageQueue queue = room.classic("q", to("dead"));
    MessageQueue dead = room.quorum("dead");
    publish(queue, "0");
    queue.requeue(take(queue, 1), ReturnReason.NACK);
    queue.requeue(take(queue, 1), ReturnReason.REJECT);
    queue.discard(take(queue, 1), ReturnReason.REJECT);
    QueuedMessage letter = take(dead);
    assertThat(letter.redelivered()).isTrue();
    assertThat(header(letter, "x-delivery-count")).isEqualTo("2");
    assertThat(header(letter, "x-acquired-count")).isEqualTo("2");
    dead.requeue(List.of(letter), ReturnReason.REJECT);
    QueuedMessage again = take(dead);
    assertThat(header(again, "x-delivery-count")).isEqualTo("3");
    assertThat(header(again, "x-acquired-count")).isEqualTo("1");
  }

  @Test
  void version40CarriesOnlyWhatQuorumQueuesDiscarded() {
    QueueRoom older = new QueueRoom(Dialect.V4_0);
    MessageQueue queue = older.quorum("q", to("dead"));
    MessageQueue dead = older.quorum("dead");
    publish(queue, "0");
    queue.requeue(take(queue, 1), ReturnReason.REJECT);
    queue.discard(take(queue, 1), ReturnReason.REJECT);
    QueuedMessage letter = take(dead);
    assertThat(letter.redelivered()).isTrue();
    assertThat(header(letter, "x-delivery-count")).isEqualTo("1");
  }

  @Test
  void version310CarriesNothing() {
    QueueRoom oldest = new QueueRoom(Dialect.V3_10);
    MessageQueue queue = oldest.quorum("q", to("dead"));
    MessageQueue dead = oldest.quorum("dead");
    publish(queue, "0");
    queue.requeue(take(queue, 1), ReturnReason.REJECT);
    queue.discard(take(queue, 1), ReturnReason.REJECT);
    QueuedMessage letter = take(dead);
    assertThat(letter.redelivered()).isFalse();
    assertThat(header(letter, "x-delivery-count")).isEqualTo("0");
    assertThat(letter.message().deaths()).isNull();
  }

  @Test
  void copiesAreOverlookedForGoodOnceTheKeyWasReplaced() {
    List<String> routed = new ArrayList<>();
    Queues queues =
        new Queues(
            Dialect.V4_0,
            "/",
            room.timers,
            (exchange, message, copies) -> {
              routed.add(exchange + " " + message.routingKey() + " " + copies);
              return List.of(exchange);
            },
            queue -> {});
    MessageQueue first =
        queues.declare(
            "first",
            true,
            false,
            false,
            table("x-dead-letter-exchange", "second", "x-dead-letter-routing-key", "new"),
            room.connection);
    MessageQueue second =
        queues.declare(
            "second",
            true,
            false,
            false,
            table("x-dead-letter-exchange", "third"),
            room.connection);
    FieldTable copies = FieldTable.EMPTY.with("CC", FieldValue.of(List.of(FieldValue.of("copy"))));
    first.publish(QueueRoom.withHeaders("0", copies));
    first.discard(take(first, 1), ReturnReason.NACK);
    second.discard(take(second, 1), ReturnReason.NACK);
    assertThat(routed).containsExactly("second new false", "third new false");
  }

  private static Object[] to(String queue, Object... others) {
    List<Object> arguments =
        new ArrayList<>(List.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", queue));
    arguments.addAll(List.of(others));
    return arguments.toArray();
  }

  private static List<FieldTable> deaths(Message letter) {
    return requireNonNull(letter.properties().headers().get("x-death")).elements().stream()
        .map(FieldValue::table)
        .toList();
  }

  private static List<String> texts(FieldTable table) {
    List<String> texts = new ArrayList<>();
    table.forEach((name, value) -> texts.add(name + "=" + value));
    return texts;
  }
}
