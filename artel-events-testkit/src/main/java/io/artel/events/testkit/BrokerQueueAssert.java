package io.artel.events.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.artel.events.Event;
import io.artel.events.EventCodec;
import io.artel.events.EventType;
import io.artel.events.MalformedEventException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.assertj.core.api.AbstractAssert;
import org.assertj.core.api.ListAssert;

/**
 * Assertions on one queue. Each waits until it holds, ten seconds unless {@link #within(Duration)}
 * says otherwise, and fails with what is there instead.
 */
public final class BrokerQueueAssert extends AbstractAssert<BrokerQueueAssert, BrokerQueue> {
  private static final EventCodec CODEC = EventCodec.create();

  BrokerQueueAssert(BrokerQueue queue) {
    super(queue, BrokerQueueAssert.class);
  }

  /** The same queue; what follows gives up after this time. */
  public BrokerQueueAssert within(Duration patience) {
    return new BrokerQueueAssert(queue().within(patience));
  }

  /** The queue is there. */
  public BrokerQueueAssert exists() {
    return waiting(BrokerQueue::awaitExists);
  }

  /** The queue is not there. */
  public BrokerQueueAssert doesNotExist() {
    return waiting(BrokerQueue::awaitGone);
  }

  /** Exactly so many messages wait to be delivered. */
  public BrokerQueueAssert hasMessages(int count) {
    return waiting(queue -> queue.awaitReady(count));
  }

  /** Exactly so many messages are delivered and not acknowledged. */
  public BrokerQueueAssert hasUnacked(int count) {
    return waiting(queue -> queue.awaitUnacked(count));
  }

  /** The queue has exactly so many consumers. */
  public BrokerQueueAssert hasConsumers(int count) {
    return waiting(queue -> queue.awaitConsumers(count));
  }

  /** Nothing waits to be delivered, and nothing is delivered and not acknowledged. */
  public BrokerQueueAssert isDrained() {
    return waiting(BrokerQueue::awaitDrained);
  }

  /**
   * The events that wait to be delivered are exactly of these types, in this order. Messages are
   * read as {@link EventCodec} reads them.
   */
  public BrokerQueueAssert containsEvents(EventType<?>... types) {
    List<String> expected = Arrays.stream(types).map(EventType::name).toList();
    hasMessages(types.length);
    List<String> found =
        queue().messages().stream().<String>map(message -> decoded(message).type()).toList();
    if (!found.equals(expected)) {
      failWithMessage(
          "Expected queue '%s' to hold the events %s in this order, but it holds %s.",
          queue().name(), expected, found);
    }
    return this;
  }

  /**
   * Goes on with the events that wait to be delivered, which must all be of this type.
   *
   * <pre>{@code
   * assertThat(broker.queue("game.service.dlq")).events(BALL_POTTED)
   *     .extracting(Event::data).containsExactly(potted);
   * }</pre>
   */
  public <T> ListAssert<Event<T>> events(EventType<T> type) {
    List<Event<T>> events =
        queue().messages().stream().map(message -> decoded(message, type)).toList();
    return assertThat(events).as("the events in queue '%s'", queue().name());
  }

  private Event<?> decoded(BrokerMessage message) {
    try {
      return CODEC.decodeTree(message.body());
    } catch (MalformedEventException e) {
      throw unreadable(message, e);
    }
  }

  private <T> Event<T> decoded(BrokerMessage message, EventType<T> type) {
    try {
      return CODEC.decode(message.body(), type);
    } catch (MalformedEventException e) {
      throw unreadable(message, e);
    }
  }

  private AssertionError unreadable(BrokerMessage message, MalformedEventException e) {
    return failure(
        "Expected queue '%s' to hold readable events, but %s is none: %s",
        queue().name(), message, e.getMessage());
  }

  private BrokerQueueAssert waiting(Consumer<BrokerQueue> condition) {
    try {
      condition.accept(queue());
    } catch (AssertionError e) {
      AssertionError failure = failure("%s", e.getMessage());
      failure.addSuppressed(e);
      throw failure;
    }
    return this;
  }

  private BrokerQueue queue() {
    isNotNull();
    return actual;
  }
}
