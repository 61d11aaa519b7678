package io.artel.events;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/**
 * Remembers the events that were handled last, in memory: drops what a lost connection or a lost
 * acknowledgement makes the broker deliver again to the same process. Another process, or the same
 * one after a restart, knows nothing of it.
 *
 * <p>Bounded by number and by age, over all queues that it is used for. Safe for use by several
 * threads; does not block.
 */
public final class IdempotencyWindow implements IdempotencyStore {

  /** How long an event is remembered unless {@link #maxAge} says otherwise: an hour. */
  public static final Duration DEFAULT_MAX_AGE = Duration.ofHours(1);

  private record Mark(String queue, UUID eventId) {}

  private final int size;
  private final Duration maxAge;
  private final Clock clock;

  /** When what was handled, oldest first; guarded by itself. */
  private final Map<Mark, Instant> marks = new LinkedHashMap<>();

  private IdempotencyWindow(int size, Duration maxAge, Clock clock) {
    this.size = size;
    this.maxAge = maxAge;
    this.clock = clock;
  }

  /**
   * A window of so many events, for an hour each.
   *
   * @throws IllegalArgumentException if {@code size} is less than 1
   */
  public static IdempotencyWindow ofSize(int size) {
    if (size < 1) {
      throw new IllegalArgumentException("size is " + size + ", but must be 1 or more");
    }
    return new IdempotencyWindow(size, DEFAULT_MAX_AGE, Clock.systemUTC());
  }

  /**
   * An empty window of the same size that remembers for so long.
   *
   * @throws IllegalArgumentException if {@code maxAge} is not positive
   */
  public IdempotencyWindow maxAge(Duration maxAge) {
    if (maxAge.isNegative() || maxAge.isZero()) {
      throw new IllegalArgumentException("maxAge is " + maxAge + ", but must be positive");
    }
    return new IdempotencyWindow(size, maxAge, clock);
  }

  /** An empty window of the same bounds whose ages this clock measures; the system's else. */
  public IdempotencyWindow clock(Clock clock) {
    return new IdempotencyWindow(size, maxAge, Objects.requireNonNull(clock, "clock"));
  }

  @Override
  public boolean isHandled(String queue, UUID eventId) {
    synchronized (marks) {
      Instant handled = marks.get(new Mark(queue, eventId));
      return handled != null && !isOld(handled, clock.instant());
    }
  }

  @Override
  public void markHandled(String queue, UUID eventId) {
    Mark mark = new Mark(queue, eventId);
    synchronized (marks) {
      Instant now = clock.instant();
      marks.remove(mark);
      marks.put(mark, now);
      Iterator<Instant> oldest = marks.values().iterator();
      while (oldest.hasNext() && (isOld(oldest.next(), now) || marks.size() > size)) {
        oldest.remove();
      }
    }
  }

  private boolean isOld(Instant handled, Instant now) {
    return Duration.between(handled, now).compareTo(maxAge) >= 0;
  }

  @Override
  public String toString() {
    return "window of " + size + " events for " + maxAge;
  }
}
