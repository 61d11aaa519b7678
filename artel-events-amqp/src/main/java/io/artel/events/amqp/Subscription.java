package io.artel.events.amqp;

import io.artel.events.amqp.internal.consume.QueueSubscription;
import io.artel.events.amqp.internal.consume.StopCount;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

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
   * @param interrupted handlers that still ran when the time was up, and were interrupted
   */
  public record StopReport(long settled, long left, int interrupted) {}

  private final List<QueueSubscription> running;
  private final Duration closeTimeout;
  private final Consumer<Subscription> stopped;
  private volatile @Nullable AutoRedrive redrive;

  /** One for each broker. */
  Subscription(
      List<QueueSubscription> running, Duration closeTimeout, Consumer<Subscription> stopped) {
    this.running = running;
    this.closeTimeout = closeTimeout;
    this.stopped = stopped;
  }

  /** Puts dead letters back until it is stopped. */
  void redrive(AutoRedrive.Plan plan, String thread, List<DeadLetters> letters) {
    redrive = new AutoRedrive(thread, plan, letters, () -> aliveConsumers() == expectedConsumers());
  }

  /** The queue, as the topology names it. */
  public String queue() {
    return running.get(0).queue();
  }

  /** How many consumers there should be: on each broker one, or one for each partition. */
  public int expectedConsumers() {
    return running.stream().mapToInt(QueueSubscription::expectedConsumers).sum();
  }

  /** How many consumers there are; fewer than expected while the broker is away. */
  public int aliveConsumers() {
    return running.stream().mapToInt(QueueSubscription::aliveConsumers).sum();
  }

  /** Why a consumer does not read, in the broker's words where it said so; empty while all do. */
  public Optional<String> problem() {
    return running.stream().map(QueueSubscription::problem).filter(Objects::nonNull).findFirst();
  }

  /**
   * Stops: no new handler is called, running ones may finish within this time, what they settled is
   * acknowledged, and the rest is given back in order. Handlers that still run then are
   * interrupted. Blocks that long at most, about. Further calls return the first one's report. A
   * handler that stops its own subscription waits for itself, and so for all of the timeout.
   */
  public StopReport stop(Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    running.forEach(QueueSubscription::beginStop);
    AutoRedrive returning = redrive;
    if (returning != null) {
      returning.stop();
    }
    long settled = 0;
    long left = 0;
    int interrupted = 0;
    for (QueueSubscription each : running) {
      StopCount count = each.stop(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
      settled += count.settled();
      left += count.left();
      interrupted += count.interrupted();
    }
    stopped.accept(this);
    return new StopReport(settled, left, interrupted);
  }

  /** Stops within {@link ArtelSettings#closeTimeout()}. */
  @Override
  public void close() {
    stop(closeTimeout);
  }

  @Override
  public String toString() {
    return running.stream().map(QueueSubscription::toString).collect(Collectors.joining(", "));
  }
}
