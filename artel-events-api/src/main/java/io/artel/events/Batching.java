package io.artel.events;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;

/**
 * How a publisher packs several events into one message, which is faster by far than a message for
 * each. Every event keeps an outcome of its own, at the publisher and in every subscription.
 *
 * <pre>{@code
 * Batching.upTo(50).linger(ofMillis(10)).only(BALL_POTTED, STATS_UPDATED)
 * }</pre>
 *
 * <p>A batch holds events of one routing key and one session, or of one routing key without a
 * session. It is sent when it is full, when it has waited for {@code linger}, or when another event
 * of its session cannot join it: order within a session is as without batches. Events without a
 * session may overtake each other.
 *
 * <p>Only users of this library can read batches. Types that others read are marked {@link
 * EventType#foreignConsumers()} and are never packed. A crash of a consumer brings all events of a
 * batch again, also those that were handled. Length limits and prefetch count messages.
 *
 * @param maxEvents how many events a batch holds at most; 2 to {@value #MOST_EVENTS}
 * @param maxBytes how long the body of a batch may be; {@value #LEAST_BYTES} to {@value
 *     #MOST_BYTES}. An event that does not fit goes alone
 * @param linger how long the first event of a batch waits for others, up to 10 s; with zero none
 *     waits, and only events that are published together, by {@code publishAll}, are packed
 * @param types the names of the types that are packed; empty for all
 */
public record Batching(int maxEvents, int maxBytes, Duration linger, Set<String> types) {

  /** The largest {@link #maxEvents()}. */
  public static final int MOST_EVENTS = 10_000;

  /** The smallest {@link #maxBytes()}. */
  public static final int LEAST_BYTES = 1024;

  /** The largest {@link #maxBytes()}: no broker takes longer messages unless it is told to. */
  public static final int MOST_BYTES = 16 * 1024 * 1024;

  private static final int DEFAULT_BYTES = 256 * 1024;
  private static final Duration DEFAULT_LINGER = Duration.ofMillis(5);
  private static final Duration LONGEST_LINGER = Duration.ofSeconds(10);

  /**
   * Checks all of it.
   *
   * @throws IllegalArgumentException if a value is out of its range
   */
  public Batching {
    requireBetween("maxEvents", maxEvents, 2, MOST_EVENTS);
    requireBetween("maxBytes", maxBytes, LEAST_BYTES, MOST_BYTES);
    if (linger.isNegative() || linger.compareTo(LONGEST_LINGER) > 0) {
      throw new IllegalArgumentException(
          "linger is " + linger + ", but must be 0 to " + LONGEST_LINGER);
    }
    types = Set.copyOf(types);
  }

  /** Batches of so many events at most and 256 KiB, whose first event waits 5 ms for others. */
  public static Batching upTo(int maxEvents) {
    return new Batching(maxEvents, DEFAULT_BYTES, DEFAULT_LINGER, Set.of());
  }

  /** The same with this longest body. */
  public Batching maxBytes(int maxBytes) {
    return new Batching(maxEvents, maxBytes, linger, types);
  }

  /** The same with this wait for further events. */
  public Batching linger(Duration linger) {
    return new Batching(maxEvents, maxBytes, Objects.requireNonNull(linger, "linger"), types);
  }

  /**
   * The same for events of these types only.
   *
   * @throws IllegalArgumentException if one of them is marked {@link EventType#foreignConsumers()},
   *     or none is given
   */
  public Batching only(EventType<?>... packed) {
    Set<String> names = new LinkedHashSet<>();
    for (EventType<?> type : packed) {
      if (type.hasForeignConsumers()) {
        throw new IllegalArgumentException(
            type.name()
                + " cannot be packed into batches: it is marked foreignConsumers(), and programs"
                + " without this library, such as services in Python, cannot read them");
      }
      names.add(type.name());
    }
    if (names.isEmpty()) {
      throw new IllegalArgumentException("only() needs the types that are to be packed");
    }
    return new Batching(maxEvents, maxBytes, linger, names);
  }

  /** Whether this event may share a message with others. */
  public boolean packs(Event<?> event) {
    return !event.hasForeignConsumers() && (types.isEmpty() || types.contains(event.type()));
  }

  private static void requireBetween(String name, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          name + " is " + value + ", but must be " + min + " to " + max);
    }
  }
}
