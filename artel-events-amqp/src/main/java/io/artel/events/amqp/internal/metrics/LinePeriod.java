package io.artel.events.amqp.internal.metrics;

import java.time.Duration;
import java.util.function.LongSupplier;

/** Lets one line be written per period; the first one at once. Guarded by whoever uses it. */
public final class LinePeriod {

  private static final long NANOS = Duration.ofSeconds(10).toNanos();

  private final LongSupplier nanoTime;
  private long lastLine;

  /** A period by this clock. */
  public LinePeriod(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.lastLine = nanoTime.getAsLong() - NANOS;
  }

  /** Whether a line may be written now, which then is the last one. */
  public boolean allows() {
    long now = nanoTime.getAsLong();
    if (now - lastLine < NANOS) {
      return false;
    }
    lastLine = now;
    return true;
  }
}
