package io.artel.events.amqp;

import io.artel.events.amqp.internal.consume.QueueSubscription;
import io.artel.events.amqp.internal.consume.StopCount;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * A queue being read. Goes on through lost connections until it is closed. Safe for use by several
 * threads.
 */
public final class Subscription implements AutoCloseable {

  /**
   * How a subscription ended.
   *
   * @param settled deliveries whose outcome was acknowledged, since it started
   * @param left deliveries that were given back unfinished; the broker will deliver them again
   */
  public record StopReport(long settled, long left) {}

  private final QueueSubscription running;
  private final Duration closeTimeout;
  private final Consumer<Subscription> stopped;

  Subscription(QueueSubscription running, Duration closeTimeout, Consumer<Subscription> stopped) {
    this.running = running;
    this.closeTimeout = closeTimeout;
    this.stopped = stopped;
  }

  /** The queue, as the topology names it. */
  public String queue() {
    return running.queue();
  }

  /** How many consumers there should be: one, or one for each partition. */
  public int expectedConsumers() {
    return running.expectedConsumers();
  }

  /** How many consumers there are; fewer than expected while the broker is away. */
  public int aliveConsumers() {
    return running.aliveConsumers();
  }

  /**
   * Stops: no new handler is called, running ones may finish within this time, what they settled is
   * acknowledged, and the rest is given back in order. Blocks that long at most, about. Further
   * calls return the first one's report. A handler that stops its own subscription waits for
   * itself, and so for all of the timeout.
   */
  public StopReport stop(Duration timeout) {
    StopCount count = running.stop(timeout);
    stopped.accept(this);
    return new StopReport(count.settled(), count.left());
  }

  /** Stops within {@link ArtelSettings#closeTimeout()}. */
  @Override
  public void close() {
    stop(closeTimeout);
  }

  @Override
  public String toString() {
    return running.toString();
  }
}
