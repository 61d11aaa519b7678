package io.artel.events.amqp.internal.metrics;

import io.artel.events.ConnectionStatus;
import io.artel.events.ConnectionStatus.State;
import io.artel.events.Event;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The meters of publishing, connections, queues and consumers, and the way to those of handling. In
 * Prometheus their names begin with {@code rabbitmq_}.
 */
public final class Meters {

  /**
   * What the tag {@code event_type} says for types that are not ours: anybody can make up names.
   */
  public static final String OTHER_TYPE = "other";

  private static final String QUEUE_SIZE = "rabbitmq.queue.size";

  private final MeterRegistry registry;
  private final Map<PublishedKey, Counter> published = new ConcurrentHashMap<>();
  private final Map<SequenceKey, Counter> sequences = new ConcurrentHashMap<>();
  private final Map<String, AtomicLong> sizes = new ConcurrentHashMap<>();
  private final Set<Gauge> gauges = ConcurrentHashMap.newKeySet();
  private final Map<String, ConnectionMeters> connections = new ConcurrentHashMap<>();
  private final Map<String, Counter> recycled = new ConcurrentHashMap<>();
  private final Map<QueueKey, QueueNumbers> queueNumbers = new ConcurrentHashMap<>();
  private final Timer confirms;
  private final Counter returns;
  private final Counter nacks;

  private record PublishedKey(String type, String source) {}

  private record SequenceKey(Sequence what, String type, String queue) {}

  private record QueueKey(String meter, String queue) {}

  private record QueueNumbers(List<IntSupplier> all, Gauge gauge) {}

  /** Counts what happens to one connection; it hears of its states one at a time. */
  private static final class ConnectionMeters {
    private final Counter reconnects;
    private final Timer blocked;
    private int counted;
    private @Nullable Instant blockedSince;

    ConnectionMeters(Counter reconnects, Timer blocked) {
      this.reconnects = reconnects;
      this.blocked = blocked;
    }

    synchronized void changed(ConnectionStatus status) {
      reconnects.increment(status.reconnects() - counted);
      counted = status.reconnects();
      if (blockedSince != null) {
        blocked.record(Duration.between(blockedSince, status.since()));
      }
      blockedSince = status.state() == State.BLOCKED ? status.since() : null;
    }
  }

  /** What the numbers of a key's events show. */
  public enum Sequence {
    /** Numbers that were passed over. */
    GAPS("Events that did not come before later ones of their session and type"),
    /** A number that came before. */
    DUPLICATES("Events whose number had come before"),
    /** A number that came for the first time, after later ones of its key. */
    REGRESSIONS("Events that came after later ones of their session"),
    /** No number, or one that nothing is known about. */
    UNKNOWN("Events whose place in their session cannot be judged");

    private final String description;

    Sequence(String description) {
      this.description = description;
    }
  }

  /** Meters in this registry. */
  public Meters(MeterRegistry registry) {
    this.registry = registry;
    confirms =
        Timer.builder("rabbitmq.publish.confirm")
            .description("From the call of publish to the confirmation")
            .publishPercentileHistogram()
            .register(registry);
    returns =
        Counter.builder("rabbitmq.publish.returned")
            .description("Messages that the broker returned for want of a queue, retries included")
            .register(registry);
    nacks =
        Counter.builder("rabbitmq.publish.nacked")
            .description("Messages that the broker refused, retries included")
            .register(registry);
  }

  /** One event was confirmed. */
  public void published(Event<?> event) {
    published
        .computeIfAbsent(
            new PublishedKey(event.type(), event.sourceService()),
            key ->
                Counter.builder("rabbitmq.events.published")
                    .description("Events that the broker has confirmed")
                    .tag("event_type", key.type)
                    .tag("routing_key", event.routingKey())
                    .tag("source_service", key.source)
                    .register(registry))
        .increment();
  }

  /** How long a publish took from its call to the confirmation. */
  public void confirmed(Duration elapsed) {
    confirms.record(elapsed);
  }

  /** The broker returned one. */
  public void returned() {
    returns.increment();
  }

  /** The broker refused one. */
  public void nacked() {
    nacks.increment();
  }

  /** Events that could not be published are stored in this place. */
  public void stored(String place, int events) {
    Counter.builder("rabbitmq.publish.stored")
        .description("Events that could not be published and are stored elsewhere")
        .tag("place", place)
        .register(registry)
        .increment(events);
  }

  /** Events were published from the spool, and confirmed. */
  public void replayed(int events) {
    Counter.builder("rabbitmq.spool.replayed")
        .description("Events that were published from the spool")
        .register(registry)
        .increment(events);
  }

  /** Shows how full the spool in this folder is. */
  public void watchSpool(String folder, LongSupplier events, LongSupplier bytes) {
    gauges.add(
        Gauge.builder("rabbitmq.spool.events", events, LongSupplier::getAsLong)
            .description("Events in the spool")
            .tag("folder", folder)
            .strongReference(true)
            .register(registry));
    gauges.add(
        Gauge.builder("rabbitmq.spool.bytes", bytes, LongSupplier::getAsLong)
            .description("Bytes of the spool's files")
            .tag("folder", folder)
            .strongReference(true)
            .register(registry));
  }

  /** Shows how many events have no outcome yet. */
  public void watchInFlight(String publisher, IntSupplier inFlight) {
    gauges.add(
        Gauge.builder("rabbitmq.publish.in.flight", inFlight, IntSupplier::getAsInt)
            .description("Events that are neither confirmed nor failed")
            .tag("publisher", publisher)
            .strongReference(true)
            .register(registry));
  }

  /** A connection came into another state. */
  public void connection(ConnectionStatus status) {
    connections.computeIfAbsent(status.name(), this::connectionMeters).changed(status);
  }

  private ConnectionMeters connectionMeters(String name) {
    return new ConnectionMeters(
        Counter.builder("rabbitmq.connection.reconnects")
            .description("How often a lost connection came back")
            .tag("connection", name)
            .register(registry),
        Timer.builder("rabbitmq.connection.blocked")
            .description("How long the broker blocked publishing")
            .tag("connection", name)
            .register(registry));
  }

  /** The numbers of events of this type have shown something, so many times. */
  public void sequence(Sequence what, String type, String queue, long times) {
    sequences
        .computeIfAbsent(
            new SequenceKey(what, type, queue),
            key ->
                Counter.builder("rabbitmq.sequence." + key.what.name().toLowerCase(Locale.ROOT))
                    .description(key.what.description)
                    .tag("event_type", key.type)
                    .tag("queue_name", key.queue)
                    .register(registry))
        .increment((double) times);
  }

  /** Meters of handling the events of a queue. */
  public HandlingMeters handling(String queue) {
    return new HandlingMeters(registry, queue);
  }

  /** A consumer was given nothing, although there was something, and reads on another channel. */
  public void recycled(String queue) {
    recycled
        .computeIfAbsent(
            queue,
            key ->
                Counter.builder("rabbitmq.consumers.recycled")
                    .description("Channels replaced because nothing came on them")
                    .tag("queue_name", key)
                    .register(registry))
        .increment();
  }

  /**
   * Shows a number that belongs to one queue; where several say theirs, the sum.
   *
   * @return undoes it
   */
  public Runnable watchQueue(String meter, String description, String queue, IntSupplier number) {
    QueueKey key = new QueueKey(meter, queue);
    queueNumbers.compute(
        key,
        (unused, before) -> {
          QueueNumbers numbers = before != null ? before : queueNumbers(key, description);
          numbers.all.add(number);
          return numbers;
        });
    return () -> forget(key, number);
  }

  private QueueNumbers queueNumbers(QueueKey key, String description) {
    List<IntSupplier> all = new CopyOnWriteArrayList<>();
    Gauge gauge =
        Gauge.builder(key.meter, () -> all.stream().mapToInt(IntSupplier::getAsInt).sum())
            .description(description)
            .tag("queue_name", key.queue)
            .strongReference(true)
            .register(registry);
    gauges.add(gauge);
    return new QueueNumbers(all, gauge);
  }

  private void forget(QueueKey key, IntSupplier number) {
    queueNumbers.computeIfPresent(
        key,
        (unused, numbers) -> {
          numbers.all.remove(number);
          if (!numbers.all.isEmpty()) {
            return numbers;
          }
          gauges.remove(numbers.gauge);
          registry.remove(numbers.gauge);
          return null;
        });
  }

  /** How many messages are ready in a queue. */
  public void size(String queue, long ready) {
    AtomicLong size = sizes.computeIfAbsent(queue, key -> new AtomicLong());
    size.set(ready);
    // Asked each time, since whoever shares the registry and reads the same queue may have left.
    if (registry.find(QUEUE_SIZE).tag("queue_name", queue).gauge() == null) {
      gauges.add(
          Gauge.builder(QUEUE_SIZE, size, AtomicLong::get)
              .description("Messages that are ready in the queue")
              .tag("queue_name", queue)
              .register(registry));
    }
  }

  /** Leaves the registry without values that nobody brings up to date any more. */
  public void close() {
    gauges.forEach(registry::remove);
  }
}
