package io.artel.events.benchmarks.contest;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.rabbit.connection.CorrelationData;

/** Bounds how many messages Spring has published that the broker has not confirmed yet. */
final class CorrelatedConfirms {
  private static final int PATIENCE_SECONDS = 120;

  private final Semaphore window = new Semaphore(Arena.WINDOW);
  private final AtomicReference<@Nullable String> failure = new AtomicReference<>();

  /** Waits until one more message may be published. */
  void awaitRoom() throws InterruptedException {
    await(1);
  }

  /** What tells of the end of this event, for which there is room. */
  CorrelationData correlation(Envelope envelope) {
    CorrelationData correlation = new CorrelationData(envelope.eventId().toString());
    var unused =
        correlation
            .getFuture()
            .whenComplete(
                (confirm, problem) -> {
                  if (problem != null || !confirm.ack() || correlation.getReturned() != null) {
                    failure.compareAndSet(
                        null, "event " + envelope.data().totalScore() + ": " + confirm + problem);
                  }
                  window.release();
                });
    return correlation;
  }

  /** Waits until all that was published is confirmed; fails if one was returned or refused. */
  void awaitAll() throws InterruptedException {
    await(Arena.WINDOW);
    window.release(Arena.WINDOW);
    String problem = failure.get();
    if (problem != null) {
      throw new IllegalStateException("not all were confirmed: " + problem);
    }
  }

  private void await(int permits) throws InterruptedException {
    if (!window.tryAcquire(permits, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException("no confirmation for " + PATIENCE_SECONDS + " s");
    }
  }
}
