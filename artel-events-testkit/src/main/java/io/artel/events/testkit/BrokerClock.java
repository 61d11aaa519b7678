package io.artel.events.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The time of an {@link EmbeddedBroker}: it decides when messages and queues expire, and so when a
 * retry is due. It runs with the computer's clock until it is stopped; a test moves it forward
 * instead of waiting. Heartbeats go by the computer's clock. Safe for use by several threads.
 */
public interface BrokerClock {

  /** {@return the broker's time} */
  Instant now();

  /** Lets the time stand still, until it is advanced. No effect if it stands. */
  BrokerClock stop();

  /** Lets the time run on from where it stands. No effect if it runs. */
  BrokerClock run();

  /**
   * Moves the time forward. What becomes due on the way happens at its own time and in its order;
   * what it sends to clients has been sent when this returns, but clients may not have acted on it
   * yet.
   *
   * @throws IllegalArgumentException if the duration is negative
   */
  void advance(Duration duration);

  /**
   * Moves the time to the next instant at which something expires, if anything is to.
   *
   * @return how far the time was moved; empty if nothing is going to expire
   */
  Optional<Duration> advanceToNext();
}
