package io.artel.events.amqp.internal.consume;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.artel.events.Event;
import io.artel.events.EventCatalog;
import io.artel.events.amqp.internal.consume.SequenceTracker.Kind;
import io.artel.events.amqp.internal.consume.SequenceTracker.Place;
import io.artel.events.amqp.internal.consume.SequenceTracker.Verdict;
import io.artel.events.amqp.internal.consume.SequenceTracker.Way;
import io.artel.events.amqp.internal.message.Headers;
import io.artel.events.amqp.internal.metrics.LinePeriod;
import io.artel.events.amqp.internal.metrics.Meters;
import io.artel.events.amqp.internal.metrics.Meters.Sequence;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells meters and the log what the numbers of a queue's events show. Nothing else depends on them.
 */
final class SequenceCheck {

  private static final Logger log = LoggerFactory.getLogger(SequenceCheck.class);

  /** No number beyond it is anybody's count. */
  private static final long MOST = 1L << 53;

  private static final int LONGEST_EPOCH = 64;

  private final SequenceTracker tracker;
  private final String queue;
  private final EventCatalog catalog;
  private final Meters meters;

  /** Guards what is not told yet. */
  private final Object lock = new Object();

  private final LinePeriod period = new LinePeriod(System::nanoTime);
  private long missing;
  private long duplicates;
  private long regressions;

  /**
   * A check of one queue.
   *
   * @param catalog the types that meters name
   */
  SequenceCheck(SequenceTracker tracker, String queue, EventCatalog catalog, Meters meters) {
    this.tracker = tracker;
    this.queue = queue;
    this.catalog = catalog;
    this.meters = meters;
  }

  /** Looks at a delivery, in the order in which they come. */
  void check(Delivery delivery, Event<?> event) {
    if (event.sessionId() == null) {
      return; // it is alone with its key, and has no order to keep
    }
    Map<String, Object> headers = delivery.properties.getHeaders();
    Verdict verdict =
        tracker.judge(
            event.key(), event.type(), place(headers), way(delivery), delivery.session.id);
    if (verdict.equals(Verdict.EXPECTED)) {
      return;
    }
    String type = catalog.find(event.type()).isPresent() ? event.type() : Meters.OTHER_TYPE;
    switch (verdict.kind()) {
      case EXPECTED -> {}
      case DUPLICATE -> meters.sequence(Sequence.DUPLICATES, type, queue, 1);
      case REGRESSION -> meters.sequence(Sequence.REGRESSIONS, type, queue, 1);
      case UNKNOWN -> {
        meters.sequence(Sequence.UNKNOWN, type, queue, 1);
        return;
      }
    }
    if (verdict.missing() > 0) {
      meters.sequence(Sequence.GAPS, type, queue, verdict.missing());
    }
    warn(verdict, event);
  }

  private static @Nullable Place place(@Nullable Map<String, Object> headers) {
    String epoch = Headers.text(headers, Headers.SEQUENCE_EPOCH);
    long number = Headers.positive(headers, Headers.SEQUENCE, MOST);
    long ofType = Headers.positive(headers, Headers.SEQUENCE_OF_TYPE, number);
    return epoch == null || epoch.length() > LONGEST_EPOCH || ofType == 0
        ? null
        : new Place(epoch, number, ofType);
  }

  private static Way way(Delivery delivery) {
    BasicProperties properties = delivery.properties;
    Map<String, Object> headers = properties.getHeaders();
    if (headers != null
        && (delivery.attempt > 1
            || headers.containsKey(Headers.REDRIVE_COUNT)
            || headers.containsKey(Headers.FIRST_FAILED_AT)
            || headers.containsKey("x-death"))) {
      return Way.RETURNED;
    }
    return delivery.envelope.isRedeliver() ? Way.REDELIVERED : Way.DIRECT;
  }

  private void warn(Verdict verdict, Event<?> event) {
    synchronized (lock) {
      missing += verdict.missing();
      duplicates += verdict.kind() == Kind.DUPLICATE ? 1 : 0;
      regressions += verdict.kind() == Kind.REGRESSION ? 1 : 0;
      if (period.allows()) {
        log.warn(
            "sequence in '{}': {} events missing, {} doubled, {} too late since the last such line,"
                + " at last {}",
            queue,
            missing,
            duplicates,
            regressions,
            event);
        missing = 0;
        duplicates = 0;
        regressions = 0;
      }
    }
  }
}
