package io.artel.events.amqp.internal.metrics;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Warns of durations above a threshold, with one line per period at most: a broker that is slow for
 * a second must not write ten thousand lines.
 */
public final class ThresholdLog {

  private final Logger log;
  private final String what;
  private final Duration threshold;
  private final LinePeriod period;

  private long count;
  private Duration worst = Duration.ZERO;
  private @Nullable String worstSubject;

  /**
   * A log of this kind of duration.
   *
   * @param what what takes so long, for example {@code slow publish}
   */
  public ThresholdLog(Logger log, String what, Duration threshold) {
    this(log, what, threshold, System::nanoTime);
  }

  ThresholdLog(Logger log, String what, Duration threshold, LongSupplier nanoTime) {
    this.log = log;
    this.what = what;
    this.threshold = threshold;
    this.period = new LinePeriod(nanoTime);
  }

  /** Notes a duration; cheap where it is below the threshold. */
  public void note(Duration duration, Object subject) {
    if (duration.compareTo(threshold) <= 0) {
      return;
    }
    synchronized (this) {
      count++;
      if (duration.compareTo(worst) > 0) {
        worst = duration;
        worstSubject = subject.toString();
      }
      if (period.allows()) {
        log.warn(
            "{}: {} above {} ms since the last such line, at worst {} ms: {}",
            what,
            count,
            threshold.toMillis(),
            worst.toMillis(),
            worstSubject);
        count = 0;
        worst = Duration.ZERO;
      }
    }
  }
}
