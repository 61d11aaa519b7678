package io.artel.events.amqp.internal.consume;

import java.time.Duration;

/**
 * From when on a subscription warns.
 *
 * @param old of an event whose first attempt begins
 * @param slow of an attempt that has ended
 * @param stuck of a handler that runs
 * @param stalled of a consumer that is given nothing although there is something
 */
public record Thresholds(Duration old, Duration slow, Duration stuck, Duration stalled) {

  static final Thresholds DEFAULTS =
      new Thresholds(
          Duration.ofSeconds(60),
          Duration.ofMillis(100),
          Duration.ofSeconds(30),
          Duration.ofMinutes(5));

  /**
   * Checks them.
   *
   * @throws IllegalArgumentException if one is shorter than a millisecond
   */
  public Thresholds {
    require("oldAfter", old);
    require("slowAfter", slow);
    require("stuckAfter", stuck);
    require("stalledAfter", stalled);
  }

  private static void require(String name, Duration threshold) {
    if (threshold.compareTo(Duration.ofMillis(1)) < 0) {
      throw new IllegalArgumentException(name + " is " + threshold + ", but must be 1 ms or more");
    }
  }

  /** With another age. */
  public Thresholds withOld(Duration age) {
    return new Thresholds(age, slow, stuck, stalled);
  }

  /** With another time for attempts. */
  public Thresholds withSlow(Duration time) {
    return new Thresholds(old, time, stuck, stalled);
  }

  /** With another time for handlers. */
  public Thresholds withStuck(Duration time) {
    return new Thresholds(old, slow, time, stalled);
  }

  /** With another time for consumers. */
  public Thresholds withStalled(Duration time) {
    return new Thresholds(old, slow, stuck, time);
  }
}
