package io.artel.events.examples.play;

import io.artel.events.EventPriority;
import io.artel.events.FlowObserver.Settlement;
import io.artel.events.Outcome;
import io.artel.events.examples.contract.BilliardsTopology;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** How long things took, in microseconds, after a warm-up. Safe for use by several threads. */
final class Latencies {

  private static final long LONGEST = TimeUnit.HOURS.toMicros(1);

  private final Histogram critical = new ConcurrentHistogram(LONGEST, 3);
  private final Histogram processing = new ConcurrentHistogram(LONGEST, 3);
  private volatile Instant warmUntil = Instant.MAX;

  /** From this moment on it counts. */
  void warmUntil(Instant moment) {
    warmUntil = moment;
  }

  /** Takes the times of an event that was handled; of nothing else. */
  void settled(Settlement settlement) {
    var event = settlement.event();
    if (event == null
        || settlement.outcome() != Outcome.HANDLED
        || settlement.started().isBefore(warmUntil)) {
      return;
    }
    Instant publishedAt = settlement.publishedAt();
    if (publishedAt != null && event.priority().compareTo(EventPriority.HIGH) >= 0) {
      Instant handled = settlement.started().plus(settlement.processing());
      record(critical, Duration.between(publishedAt, handled));
    }
    if (settlement.queue().equals(BilliardsTopology.GAME_QUEUE)) {
      record(processing, settlement.processing());
    }
  }

  /** Published to handled, of HIGH and CRITICAL events, in milliseconds. */
  double criticalMillis(double percentile) {
    return millis(critical, percentile);
  }

  /** A game event's handler with its publishes confirmed, in milliseconds. */
  double processingMillis(double percentile) {
    return millis(processing, percentile);
  }

  private static void record(Histogram histogram, Duration duration) {
    histogram.recordValue(
        Math.min(LONGEST, Math.max(0, TimeUnit.NANOSECONDS.toMicros(duration.toNanos()))));
  }

  private static double millis(Histogram histogram, double percentile) {
    return histogram.getTotalCount() == 0 ? 0 : histogram.getValueAtPercentile(percentile) / 1000.0;
  }
}
