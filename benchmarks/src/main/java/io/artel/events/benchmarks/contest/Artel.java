package io.artel.events.benchmarks.contest;

import io.artel.events.Batching;
import io.artel.events.EventHandler;
import io.artel.events.EventPublisher;
import io.artel.events.FailurePolicy;
import io.artel.events.TransientException;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.ArtelSettings;
import io.artel.events.amqp.SubscriptionBuilder;
import java.io.Closeable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** This library, with all its guarantees and its meters. */
public final class Artel implements Contestant {
  private static final int PATIENCE_SECONDS = 120;

  private final String name;
  private final @Nullable Batching batching;
  private final int workers;
  private final int publisherConnections;

  private Artel(String name, @Nullable Batching batching, int workers, int publisherConnections) {
    this.name = name;
    this.batching = batching;
    this.workers = workers;
    this.publisherConnections = publisherConnections;
  }

  /** One event, one message. */
  public static Artel single() {
    return new Artel("artel-events", null, 0, 1);
  }

  /** So many events in a message, at most. */
  public static Artel batched(int events) {
    return new Artel("artel-events, batches of " + events, Batching.upTo(events), 0, 1);
  }

  /** The same with so many handlers at a time, not as many as this library would choose. */
  public Artel workers(int count) {
    return new Artel(name, batching, count, publisherConnections);
  }

  /** The same with so many connections to publish on. */
  public Artel publisherConnections(int count) {
    return new Artel(name, batching, workers, count);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Publishing publishing(Arena arena) {
    return new Sender(arena.events(), ArtelEvents.connect(settings(arena)));
  }

  @Override
  public Closeable handling(Arena arena, Handled handled) {
    return handling(arena, (event, context) -> handled.handle(event.data().totalScore()));
  }

  /** Handles with this handler; a {@link TransientException} is retried after a second. */
  public Closeable handling(Arena arena, EventHandler<BenchmarkEvents.BallPotted> handler) {
    ArtelEvents artel = ArtelEvents.connect(settings(arena));
    SubscriptionBuilder subscription = artel.subscribe(Arena.QUEUE);
    if (workers > 0) {
      subscription.workers(workers);
    }
    subscription
        .on(BenchmarkEvents.BALL_POTTED, handler)
        .onFailure(
            FailurePolicy.retry(TransientException.class)
                .upTo(3)
                .backoff(Arena.RETRY_AFTER, Arena.RETRY_AFTER)
                .thenDeadLetter())
        .prefetch(Arena.PREFETCH)
        .start();
    return artel::close;
  }

  private ArtelSettings settings(Arena arena) {
    ArtelSettings.Builder settings =
        arena.settings().withoutDeclaring().publisherConnections(publisherConnections);
    return (batching == null ? settings : settings.batching(batching)).build();
  }

  private static final class Sender implements Publishing {
    private final BenchmarkEvents events;
    private final ArtelEvents artel;
    private final EventPublisher publisher;
    private final Semaphore confirmed = new Semaphore(0);
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    Sender(BenchmarkEvents events, ArtelEvents artel) {
      this.events = events;
      this.artel = artel;
      this.publisher = artel.publisher(BenchmarkEvents.SERVICE);
    }

    @Override
    public void publish(int number) {
      publisher
          .publishAsync(events.event(number))
          .whenComplete(
              (receipt, problem) -> {
                if (problem != null) {
                  failure.compareAndSet(null, problem);
                }
                confirmed.release();
              });
    }

    @Override
    public void awaitConfirmed(int published) throws InterruptedException {
      boolean all = confirmed.tryAcquire(published, PATIENCE_SECONDS, TimeUnit.SECONDS);
      Throwable problem = failure.get();
      if (!all || problem != null) {
        throw new IllegalStateException("not all of " + published + " were confirmed", problem);
      }
    }

    @Override
    public void close() {
      artel.close();
    }
  }
}
