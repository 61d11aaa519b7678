package io.artel.events.testkit;

import java.time.Duration;
import java.util.List;

/**
 * A look at one queue, which takes nothing out of it. The {@code await} methods block until the
 * queue is as wanted, and throw an {@link AssertionError} that tells what was there instead when
 * that takes too long: ten seconds unless {@link #within(Duration)} says otherwise. Safe for use by
 * several threads.
 *
 * <p>On an {@link EmbeddedBroker} all of it is that of this very moment. A real broker tells what
 * is ready and how many consumers there are at once, but how many messages are unacknowledged only
 * in its statistics, which are some seconds old (one, for a broker that {@link RabbitMq} has
 * started) and need the management API.
 */
public interface BrokerQueue {

  /** {@return the name} */
  String name();

  /** Whether the queue is there. */
  boolean exists();

  /** {@return how many messages wait to be delivered; 0 if the queue does not exist} */
  int ready();

  /**
   * {@return how many messages are delivered and not acknowledged; 0 if it does not exist}
   *
   * @throws UnsupportedOperationException if the broker is one that the environment names without
   *     its management API
   */
  int unacked();

  /** {@return how many consumers the queue has; 0 if it does not exist} */
  int consumers();

  /**
   * {@return the messages that wait to be delivered, the next one first}
   *
   * <p>A real broker shows messages only by delivering them: they go back in the same order, but as
   * redelivered, and before 4.3 a quorum queue counts the look towards its delivery limit.
   *
   * @throws IllegalStateException if the queue does not exist, or is one that a real broker shows
   *     to its consumer only: exclusive, or with a single active consumer
   */
  List<BrokerMessage> messages();

  /** {@return the same queue; its {@code await} methods give up after this time} */
  BrokerQueue within(Duration patience);

  /** Waits until the queue is there. */
  BrokerQueue awaitExists();

  /** Waits until the queue is not there. */
  BrokerQueue awaitGone();

  /** Waits until so many messages are ready. */
  BrokerQueue awaitReady(int count);

  /** Waits until so many messages are delivered and not acknowledged. */
  BrokerQueue awaitUnacked(int count);

  /** Waits until the queue has so many consumers. */
  BrokerQueue awaitConsumers(int count);

  /** Waits until nothing is ready and nothing unacknowledged. */
  BrokerQueue awaitDrained();
}
