package io.artel.events.testkit.internal.embedded.queue;

import static io.artel.events.testkit.internal.embedded.queue.QueueRoom.publish;
import static io.artel.events.testkit.internal.embedded.queue.QueueRoom.ready;
import static io.artel.events.testkit.internal.embedded.queue.QueueRoom.table;
import static io.artel.events.testkit.internal.embedded.queue.QueueRoom.take;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.artel.events.testkit.internal.embedded.wire.AmqpException;
import io.artel.events.testkit.internal.embedded.wire.Dialect;
import io.artel.events.testkit.internal.embedded.wire.FieldTable;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Declaring, finding and losing queues. */
class QueuesTest {
  private final QueueRoom room = new QueueRoom(Dialect.V4_3);

  @Test
  void madeUpNamesDifferAndHaveTheirPrefix() {
    MessageQueue one = room.declare("", FieldTable.EMPTY);
    MessageQueue other = room.declare("", FieldTable.EMPTY);
    assertThat(one.name()).matches("amq\\.gen-[A-Za-z0-9_-]{22}").isNotEqualTo(other.name());
  }

  @Test
  void exclusiveQueueIsNoOthersAndGoesWithItsConnection() {
    room.queues.declare("q", true, true, false, FieldTable.EMPTY, room.connection);
    refused(
        () -> room.queues.find("q", new Object()),
        "RESOURCE_LOCKED - cannot obtain exclusive access to locked queue 'q' in vhost '/'. It"
            + " could be originally declared on another connection or the exclusive property value"
            + " does not match that of the original declaration.");
    room.queues.connectionClosed(new Object());
    assertThat(room.queues.exists("q")).isTrue();
    room.queues.connectionClosed(room.connection);
    assertThat(room.queues.exists("q")).isFalse();
  }

  @Test
  void wholeNumbersOfDifferentWidthAreEqual() {
    MessageQueue queue = room.classic("q", "x-max-length", 5);
    assertThat(room.classic("q", "x-max-length", 5L)).isSameAs(queue);
  }

  @Test
  void differenceIsToldWithTypeWhereOnlyOneSideHasTheArgument() {
    room.classic("q", "x-max-length", 5);
    refused(
        () -> room.classic("q"),
        "PRECONDITION_FAILED - inequivalent arg 'x-max-length' for queue 'q' in vhost '/':"
            + " received none but current is the value '5' of type 'signedint'");
  }

  @ParameterizedTest
  @EnumSource
  void typeIsToldAsClassicWhereNoneIsNamedSince40(Dialect dialect) {
    QueueRoom any = new QueueRoom(dialect);
    any.classic("q");
    refused(
        () -> any.quorum("q"),
        "PRECONDITION_FAILED - inequivalent arg 'x-queue-type' for queue 'q' in vhost '/': received"
            + " "
            + (dialect.since(Dialect.V4_0)
                ? "'quorum' but current is 'classic'"
                : "the value 'quorum' of type 'longstr' but current is none"));
  }

  @Test
  void streamsAreRefused() {
    refused(
        () -> room.classic("q", "x-queue-type", "stream"),
        "PRECONDITION_FAILED - invalid arg 'x-queue-type' for queue 'q' in vhost '/':"
            + " \"unsupported queue type 'stream'\"");
    assertThat(room.queues.exists("q")).isFalse();
  }

  @Test
  void valuesAreCheckedBeforeArgumentsOfOtherTypes() {
    refused(
        () -> room.classic("q", "x-delivery-limit", 1, "x-max-length", -1, "x-expires", 0),
        "PRECONDITION_FAILED - invalid arg 'x-expires' for queue 'q' in vhost '/': {value_zero,0}");
    refused(
        () -> room.classic("q", "x-delivery-limit", 1, "x-max-length", 1),
        "PRECONDITION_FAILED - invalid arg 'x-delivery-limit' for queue 'q' in vhost '/' of queue"
            + " type rabbit_classic_queue");
  }

  @Test
  void deniedFeatureEndsTheConnectionOn43() {
    assertThatThrownBy(() -> room.classic("q", "x-queue-master-locator", "client-local"))
        .isInstanceOfSatisfying(
            AmqpException.class,
            error -> {
              assertThat(error.endsConnection()).isTrue();
              assertThat(error.text())
                  .isEqualTo(
                      "INTERNAL_ERROR - Feature `queue_master_locator` is deprecated.\n"
                          + "By default, this feature is not permitted anymore.\n"
                          + "The feature will be removed from a future major RabbitMQ version,"
                          + " regardless of the configuration; actual version to be determined.\n"
                          + "To con...");
            });
  }

  @Test
  void autoDeleteQueueGoesWithItsLastConsumerAndNotBeforeItHadOne() {
    MessageQueue queue =
        room.queues.declare("q", true, false, true, FieldTable.EMPTY, room.connection);
    queue.channelClosed(new Object(), List.of());
    assertThat(room.queues.exists("q")).isTrue();
    TakingConsumer first = new TakingConsumer().on(queue);
    TakingConsumer second = new TakingConsumer().on(queue);
    queue.unsubscribe(first);
    assertThat(room.queues.exists("q")).isTrue();
    queue.channelClosed(second.channel, List.of());
    assertThat(room.queues.exists("q")).isFalse();
    assertThat(second.cancelled).isFalse();
  }

  @Test
  void deletedQueueCanBeDeclaredAnew() {
    MessageQueue old = room.classic("q");
    publish(old, "0");
    room.queues.delete("q", false, false, room.connection);
    MessageQueue anew = room.classic("q", "x-max-length", 1);
    assertThat(anew).isNotSameAs(old);
    assertThat(anew.readyCount()).isZero();
    assertThat(room.queues.delete("missing", true, true, room.connection)).isZero();
  }

  @Test
  void restartKeepsDurableQueuesWithTheirPersistentMessages() {
    MessageQueue classic = room.classic("classic");
    MessageQueue quorum = room.quorum("quorum");
    room.queues.declare("transient", false, false, false, table(), room.connection);
    for (MessageQueue queue : List.of(classic, quorum)) {
      publish(queue, "0", "1");
      queue.publish(QueueRoom.withHeaders("transient", table("a", 1)));
      publish(queue, "2");
      take(queue);
    }
    TakingConsumer lost = new TakingConsumer().limit(0).on(classic);
    room.queues.restart();
    assertThat(room.deleted).containsExactly("transient");
    assertThat(ready(classic)).containsExactly("0", "1", "2");
    assertThat(ready(quorum)).containsExactly("0", "1", "transient", "2");
    assertThat(take(classic).redelivered()).isTrue();
    assertThat(take(classic).redelivered()).isFalse();
    assertThat(classic.consumerCount()).isZero();
    assertThat(lost.cancelled).isFalse();
  }

  private static void refused(ThrowingCallable call, String text) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            AmqpException.class, error -> assertThat(error.text()).isEqualTo(text));
  }
}
