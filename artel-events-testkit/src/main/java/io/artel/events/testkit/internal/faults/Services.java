package io.artel.events.testkit.internal.faults;

import com.fasterxml.jackson.databind.JsonNode;
import io.artel.events.Event;
import io.artel.events.FailurePolicy;
import io.artel.events.HandlerContext;
import io.artel.events.TransientException;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.Subscription;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Reads every queue of a topology, and does with each event what it tells. */
final class Services {
  static final Duration FIRST_BACKOFF = Duration.ofSeconds(1);
  static final int RETRIES = 3;

  /** Handlers of an ordered queue that run at once. */
  static final int WORKERS = 4;

  private static final Duration LAST_BACKOFF = FIRST_BACKOFF.multipliedBy(4);

  private final Call.Listener calls;
  private final StageSettings settings;
  private final CountDownLatch released = new CountDownLatch(1);
  private volatile Duration handling;

  /** Services that do not read yet. */
  Services(StageSettings settings, Call.Listener calls) {
    this.settings = settings;
    this.calls = calls;
    this.handling = settings.handling();
  }

  /** How long the retry after this attempt is away; each delay is twice the one before. */
  static Duration backoff(int attempt) {
    return FIRST_BACKOFF.multipliedBy(1L << (attempt - 1));
  }

  /** Subscribes to all queues. */
  List<Subscription> start(ArtelEvents artel) {
    return settings.topology().queues().stream()
        .map(
            queue ->
                artel
                    .subscribe(queue.name())
                    .prefetch(settings.prefetch())
                    // One at a time, so that a plain queue keeps the order as well.
                    .workers(queue.isPartitioned() ? WORKERS : 1)
                    .on(Load.STEP, this::handle)
                    .onFailure(
                        FailurePolicy.retry(TransientException.class)
                            .upTo(RETRIES)
                            .backoff(FIRST_BACKOFF, LAST_BACKOFF)
                            .thenDeadLetter())
                    .start())
        .toList();
  }

  /** Handlers take so long from now on. */
  void handlersTake(Duration time) {
    handling = time;
  }

  /** Handlers that hang go on, and none hangs any more. */
  void release() {
    released.countDown();
  }

  private void handle(Event<JsonNode> event, HandlerContext context) throws InterruptedException {
    Call.End end = calls.begins(Call.of(event, context));
    boolean well = false;
    try {
      if (!handling.isZero()) {
        TimeUnit.NANOSECONDS.sleep(handling.toNanos());
      }
      Task task = Task.of(event.data());
      if (task.hangs(context.queue(), context.attempt(), context.redelivered())) {
        released.await();
      }
      // With others who may take over, what is no longer ours to handle is theirs.
      well = settings.processes() < 2 || context.stillOwned();
    } finally {
      end.ended(well);
    }
  }
}
