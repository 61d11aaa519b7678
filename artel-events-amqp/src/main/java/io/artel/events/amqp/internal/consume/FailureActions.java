package io.artel.events.amqp.internal.consume;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.artel.events.Event;
import io.artel.events.EventPriority;
import io.artel.events.EventType;
import io.artel.events.Outcome;
import io.artel.events.PublishException;
import io.artel.events.QueueSpec;
import io.artel.events.amqp.internal.message.FailedCopy;
import io.artel.events.amqp.internal.message.FailedCopy.Failure;
import io.artel.events.amqp.internal.message.OutgoingMessage;
import io.artel.events.amqp.internal.metrics.HandlingMeters.Status;
import io.artel.events.amqp.internal.publish.Subject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does with a failed delivery what the failure policy decides, and dead-letters it where that
 * cannot be done. Whatever replaces a delivery is confirmed before the delivery is acknowledged.
 */
final class FailureActions {

  private static final Logger log = LoggerFactory.getLogger(FailureActions.class);
  private static final String COMPENSATION = "compensation.";
  private static final String NO_COMPENSATION =
      "cannot be compensated, no queue is bound to " + COMPENSATION + "required";
  private static final Duration FIRST_COPY_BACKOFF = Duration.ofSeconds(1);
  private static final Duration MAX_COPY_BACKOFF = Duration.ofSeconds(30);

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private final SubscriptionSpec spec;
  private final QueueSubscription.Shared shared;
  private final QueueSpec queue;
  private final SortedSet<Duration> ladder;
  private final boolean canCompensate;

  FailureActions(SubscriptionSpec spec, QueueSubscription.Shared shared) {
    this.spec = spec;
    this.shared = shared;
    this.queue = spec.queue();
    this.ladder = spec.isBroadcast() ? new TreeSet<>() : shared.topology().ladder(queue);
    this.canCompensate =
        shared.topology().queues().stream().anyMatch(q -> q.takes(COMPENSATION + "required"));
    if (!canCompensate && spec.compensates()) {
      log.warn(
          "'{}': the failure policy compensates, but no queue of the topology is bound to {}required:"
              + " such events will be dead-lettered",
          queue.name(),
          COMPENSATION);
    }
  }

  /** Drops it. */
  void discard(Attempt attempt, Event<?> event, String reason) {
    log.info("'{}': {} is discarded: {}", queue.name(), event, reason);
    attempt.settled(Outcome.DISCARDED, Status.DISCARDED, reason);
  }

  /** Has it handled again after about so long. */
  void retry(Attempt attempt, Duration delay, Failure failure) {
    Delivery delivery = attempt.delivery;
    if (spec.isBroadcast()) {
      deadLetter(attempt, failure);
      return;
    }
    if (queue.isPartitioned()) {
      retryInPlace(attempt, delay, failure);
      return;
    }
    Duration step = step(delay);
    String retryQueue = queue.retryQueue(step);
    log.info(
        "'{}': attempt {} of {} failed ({}), next in {}",
        queue.name(),
        delivery.attempt,
        delivery.event,
        failure.reason(),
        step);
    OutgoingMessage copy =
        FailedCopy.forRetry(
            retryQueue,
            queue.name(),
            delivery.envelope,
            delivery.properties,
            delivery.body,
            delivery.attempt,
            failure);
    replace(
        attempt,
        new Replacement(
            () ->
                shared
                    .copies()
                    .publishSoon(copy, subject(delivery, "retry copy of " + delivery.event)),
            () -> attempt.settled(Outcome.RETRIED, Status.RETRIED, failure.reason()),
            () ->
                deadLetter(
                    attempt,
                    impossible(
                        "cannot be retried, there is no queue '" + retryQueue + "'", failure))),
        FIRST_COPY_BACKOFF);
  }

  /** In an ordered queue the event keeps its place: what comes after it in its session waits. */
  private void retryInPlace(Attempt attempt, Duration delay, Failure failure) {
    Delivery delivery = attempt.delivery;
    Duration held = Duration.ofNanos(System.nanoTime() - delivery.arrived);
    if (held.plus(delay).compareTo(SubscriptionSpec.LONGEST_HELD) > 0) {
      deadLetter(attempt, failure);
      return;
    }
    log.info(
        "'{}': attempt {} of {} failed ({}), next in {}, its session waits",
        queue.name(),
        delivery.attempt,
        delivery.event,
        failure.reason(),
        delay);
    attempt.reported(Outcome.RETRIED, Status.RETRIED, failure.reason());
    delivery.attempt++;
    attempt.ending.again(delay);
  }

  /** The ladder's nearest step that is not shorter, or its longest. */
  private Duration step(Duration delay) {
    SortedSet<Duration> longer = ladder.tailSet(delay);
    return longer.isEmpty() ? ladder.last() : longer.first();
  }

  /** To the dead-letter queue. */
  void deadLetter(Attempt attempt, Failure failure) {
    Delivery delivery = attempt.delivery;
    String what =
        delivery.event != null
            ? delivery.event.toString()
            : "a message of " + delivery.body.length + " bytes";
    if (spec.isBroadcast()) {
      log.warn("{}: {} is dropped: {}", shared.place(queue), what, failure.reason());
      attempt.settled(Outcome.DISCARDED, Status.FAILED, failure.reason());
      return;
    }
    log.warn("{}: {} is dead-lettered: {}", shared.place(queue), what, failure.reason());
    OutgoingMessage copy =
        FailedCopy.at(
            shared.member(),
            FailedCopy.forDeadLetter(
                shared.topology().deadLetterExchange(),
                queue.deadLetterRoutingKey(),
                queue.name(),
                delivery.envelope,
                delivery.properties,
                delivery.body,
                delivery.attempt - 1,
                failure));
    Runnable replacement =
        () ->
            replace(
                attempt,
                new Replacement(
                    () ->
                        shared.copies().publish(copy, subject(delivery, "dead letter of " + what)),
                    () ->
                        attempt.settled(
                            Outcome.DEAD_LETTERED, Status.DEAD_LETTERED, failure.reason()),
                    null),
                FIRST_COPY_BACKOFF);
    HaltedKeys halts = attempt.halts;
    Event<?> event = delivery.event;
    if (halts == null || event == null) {
      replacement.run();
    } else {
      halts.hold(attempt, event, replacement); // before, so that nothing overtakes it
    }
  }

  /** Asks for compensation. */
  void compensate(Attempt attempt, Event<?> event, Failure failure) {
    String name = COMPENSATION + event.type();
    if (!canCompensate) {
      deadLetter(attempt, impossible(NO_COMPENSATION, failure));
      return;
    }
    if (spec.isBroadcast()) {
      deadLetter(attempt, failure);
      return;
    }
    if (name.length() > EventType.MAX_NAME_LENGTH) {
      deadLetter(
          attempt, impossible("cannot be compensated, its type's name is too long", failure));
      return;
    }
    ObjectNode data = JsonNodeFactory.instance.objectNode();
    try {
      data.set("original_event", JSON.readTree(attempt.delivery.body));
    } catch (IOException e) {
      throw new UncheckedIOException("a body that was decoded cannot be read again", e);
    }
    data.put("error_reason", failure.reason());
    data.put("compensation_action", "rollback");
    log.warn("'{}': {} is to be compensated: {}", queue.name(), event, failure.reason());
    var type = EventType.ofTree(name).priority(EventPriority.HIGH).foreignConsumers(); // no batch
    Event<JsonNode> compensation =
        new Children(event, queue.name(), shared.source()).next(type.event(data));
    try {
      shared.codec().encode(compensation);
    } catch (IllegalArgumentException e) { // with the original inside it is too large
      deadLetter(attempt, impossible("cannot be compensated, " + e.getMessage(), failure));
      return;
    }
    replace(
        attempt,
        new Replacement(
            () -> shared.events().publish(compensation),
            () -> attempt.settled(Outcome.COMPENSATED, Status.COMPENSATED, failure.reason()),
            () -> deadLetter(attempt, impossible(NO_COMPENSATION, failure))),
        FIRST_COPY_BACKOFF);
  }

  /** A failure whose policy cannot be carried out; why comes first, since the rest may be long. */
  private static Failure impossible(String why, Failure failure) {
    return new Failure(failure.errorClass(), failure.failure(), why + ": " + failure.reason());
  }

  /**
   * What takes the place of a delivery.
   *
   * @param publish publishes it
   * @param confirmed what to do when it is there
   * @param unroutable what to do if nothing takes it, or null if there is nothing else to do
   */
  private record Replacement(
      Supplier<CompletableFuture<?>> publish, Runnable confirmed, @Nullable Runnable unroutable) {}

  /**
   * Publishes what takes the delivery's place and acknowledges the delivery when that is confirmed.
   * As long as it is not, the delivery stays unacknowledged and this is tried again.
   */
  private void replace(Attempt attempt, Replacement replacement, Duration backoff) {
    var unused =
        replacement
            .publish
            .get()
            .whenComplete(
                (receipt, problem) ->
                    attempt.ending.guard(
                        () ->
                            LogContext.around(
                                queue.name(),
                                attempt.delivery,
                                () ->
                                    replaced(
                                        attempt, replacement, backoff, Failures.cause(problem)))));
  }

  /** The replacement was published, or not because of this. */
  private void replaced(
      Attempt attempt, Replacement replacement, Duration backoff, @Nullable Throwable problem) {
    if (problem == null) {
      replacement.confirmed.run();
    } else if (!attempt.delivery.session.isOpen()) {
      attempt.ending.abandoned();
    } else if (replacement.unroutable != null && isUnroutable(problem)) {
      replacement.unroutable.run();
    } else {
      log.warn(
          "'{}': a copy was not confirmed, trying again in {}: {}",
          queue.name(),
          backoff,
          Failures.reason(problem));
      Duration doubled = backoff.multipliedBy(2);
      Duration next = doubled.compareTo(MAX_COPY_BACKOFF) < 0 ? doubled : MAX_COPY_BACKOFF;
      attempt.ending.later(() -> replace(attempt, replacement, next), backoff);
    }
  }

  private static boolean isUnroutable(Throwable problem) {
    return problem instanceof PublishException failure
        && failure.outcome() == PublishException.Outcome.UNROUTABLE;
  }

  private static Subject subject(Delivery delivery, String what) {
    UUID id = delivery.event != null ? delivery.event.id() : new UUID(0, 0);
    return new Subject(id, what, null);
  }
}
