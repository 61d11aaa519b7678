package io.artel.events.amqp.internal.consume;

import io.artel.events.Event;
import io.artel.events.EventCatalog;
import io.artel.events.FlowObserver;
import io.artel.events.FlowObserver.Settlement;
import io.artel.events.Outcome;
import io.artel.events.amqp.internal.message.Headers;
import io.artel.events.amqp.internal.metrics.HandlingMeters;
import io.artel.events.amqp.internal.metrics.HandlingMeters.Status;
import io.artel.events.amqp.internal.metrics.Meters;
import io.artel.events.amqp.internal.metrics.ThresholdLog;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells meters, the log and the observer how attempts begin and end. */
final class OutcomeReport {

  private static final Logger log = LoggerFactory.getLogger(OutcomeReport.class);

  private final String queue;
  private final EventCatalog catalog;
  private final HandlingMeters meters;
  private final FlowObserver observer;
  private final ThresholdLog oldEvents;
  private final ThresholdLog slowAttempts;

  /**
   * Reports of one queue.
   *
   * @param catalog the types that meters name
   */
  OutcomeReport(
      String queue,
      EventCatalog catalog,
      Thresholds thresholds,
      Meters meters,
      FlowObserver observer) {
    this.queue = queue;
    this.catalog = catalog;
    this.meters = meters.handling(queue);
    this.observer = observer;
    this.oldEvents = new ThresholdLog(log, "old events in '" + queue + "'", thresholds.old());
    this.slowAttempts =
        new ThresholdLog(log, "slow handling in '" + queue + "'", thresholds.slow());
  }

  /** The handler of this event is about to be called. */
  void began(Attempt attempt, Event<?> event) {
    Duration age = Duration.between(event.timestamp(), attempt.started);
    meters.age(age);
    if (attempt.delivery.attempt == 1) {
      oldEvents.note(age, event);
    }
  }

  /** An attempt has this outcome. */
  void ended(Attempt attempt, Outcome outcome, Status status, @Nullable String reason) {
    Event<?> event = attempt.delivery.event;
    Duration processing = attempt.elapsed();
    Instant published =
        Headers.time(attempt.delivery.properties.getHeaders(), Headers.PUBLISHED_AT);
    try {
      HandlingMeters.OfType ofType = metersOf(event);
      ofType.processed(status, processing);
      if (outcome == Outcome.HANDLED && published != null) {
        ofType.critical(Duration.between(published, attempt.started).plus(processing));
      }
      if (event != null) {
        slowAttempts.note(processing, event);
      }
      if (observer != FlowObserver.NONE) {
        observer.settled(
            new Settlement(
                queue,
                event,
                attempt.delivery.attempt,
                outcome,
                reason,
                published,
                attempt.started,
                processing));
      }
    } catch (RuntimeException | Error e) {
      log.error("the observer failed on an outcome", e);
    }
  }

  /** An event was found to be handled already. */
  void duplicate(Event<?> event) {
    metersOf(event).duplicate();
  }

  private HandlingMeters.OfType metersOf(@Nullable Event<?> event) {
    return meters.type(
        event != null && catalog.find(event.type()).isPresent() ? event.type() : Meters.OTHER_TYPE);
  }
}
