package io.artel.events.amqp.internal.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The meters of handling the events of one queue. Each comes into being when it has something to
 * say, and is looked up once: this runs for every event. Safe for use by several threads.
 */
public final class HandlingMeters {

  /** What the client for Python, which the other services use, has unless told otherwise. */
  private static final Duration[] BUCKETS =
      millis(5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000);

  /** Those, and where ages are that somebody should look into. */
  private static final Duration[] AGE_BUCKETS =
      Stream.concat(Stream.of(BUCKETS), Stream.of(millis(30_000, 60_000, 300_000)))
          .toArray(Duration[]::new);

  private final MeterRegistry registry;
  private final String queue;
  private final Map<String, OfType> types = new ConcurrentHashMap<>();
  private volatile @Nullable Timer age;

  HandlingMeters(MeterRegistry registry, String queue) {
    this.registry = registry;
    this.queue = queue;
  }

  /** What became of one attempt. */
  public enum Status {
    /** The handler returned, and what it published is confirmed. */
    SUCCESS,
    /** It failed where nothing could be done about it. */
    FAILED,
    /** It failed and is tried again. */
    RETRIED,
    /** It is in the dead-letter queue. */
    DEAD_LETTERED,
    /** It was dropped, by rule or for want of a handler. */
    DISCARDED,
    /** It failed, and compensation was asked for. */
    COMPENSATED
  }

  /** How old an event was when its handler was called. */
  public void age(Duration elapsed) {
    Timer timer = age;
    if (timer == null) {
      timer =
          Timer.builder("rabbitmq.message.age")
              .description("Age of events when their handler is called")
              .tag("queue_name", queue)
              .serviceLevelObjectives(AGE_BUCKETS)
              .register(registry);
      age = timer; // the registry gives the same one to all who ask
    }
    timer.record(elapsed.isNegative() ? Duration.ZERO : elapsed);
  }

  /** Those of one type; there must not be more types than the application knows of. */
  public OfType type(String type) {
    OfType known = types.get(type);
    return known != null ? known : types.computeIfAbsent(type, OfType::new);
  }

  /** The meters of one type of event. */
  public final class OfType {
    private final String type;
    private final Map<Status, Counter> processed = new ConcurrentHashMap<>();
    private volatile @Nullable Timer duration;
    private volatile @Nullable Timer critical;

    private OfType(String type) {
      this.type = type;
    }

    /** One attempt ended. */
    public void processed(Status status, Duration elapsed) {
      Counter counter = processed.get(status);
      if (counter == null) {
        counter = processed.computeIfAbsent(status, this::counter);
      }
      counter.increment();
      Timer timer = duration;
      if (timer == null) {
        timer =
            timer(
                "rabbitmq.event.processing.duration",
                "From the handler's call until what it published is confirmed");
        duration = timer;
      }
      timer.record(elapsed);
    }

    /**
     * How long it took from publishing to the end of its handling, what that published included.
     */
    public void critical(Duration elapsed) {
      Timer timer = critical;
      if (timer == null) {
        timer =
            timer(
                "rabbitmq.event.critical.time",
                "From publishing an event to the end of its handling");
        critical = timer;
      }
      timer.record(elapsed.isNegative() ? Duration.ZERO : elapsed);
    }

    /** One attempt found its event handled already. */
    public void duplicate() {
      Counter.builder("rabbitmq.events.duplicates")
          .description("Events that arrived again and were not handled again")
          .tag("event_type", type)
          .tag("queue_name", queue)
          .register(registry)
          .increment();
    }

    private Counter counter(Status status) {
      return Counter.builder("rabbitmq.events.processed")
          .description("Attempts to handle an event")
          .tag("event_type", type)
          .tag("queue_name", queue)
          .tag("status", status.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }

    private Timer timer(String name, String description) {
      return Timer.builder(name)
          .description(description)
          .tag("event_type", type)
          .tag("queue_name", queue)
          .serviceLevelObjectives(BUCKETS)
          .register(registry);
    }
  }

  private static Duration[] millis(long... values) {
    return LongStream.of(values).mapToObj(Duration::ofMillis).toArray(Duration[]::new);
  }
}
