package io.artel.events.amqp.internal.connection;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before a lost connection is tried again: twice as long each time.
 *
 * @param first the first step
 * @param longest the last one, which stays
 */
public record Backoff(Duration first, Duration longest) {

  /** {@return the step that follows this one} */
  Duration after(Duration step) {
    Duration twice = step.multipliedBy(2);
    return twice.compareTo(longest) < 0 ? twice : longest;
  }

  /**
   * {@return the step that follows the loss of a connection} One that did not live as long as was
   * waited for it is no better than one that could not be opened.
   *
   * @param waited the step before it was opened
   * @param lived how long it was open
   */
  Duration afterLoss(Duration waited, Duration lived) {
    return lived.compareTo(waited) < 0 ? after(waited) : first;
  }

  /**
   * A random time between half and all of a step, so that those who lost a broker together do not
   * come back together.
   */
  static Duration spread(Duration step, RandomGenerator random) {
    long half = step.toNanos() / 2;
    return Duration.ofNanos(half + random.nextLong(half + 1));
  }
}
