package io.artel.events.amqp.internal.background;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A few daemon threads for tasks of ours. What a task throws is logged and ends that task only. */
public final class Background {

  private static final Logger log = LoggerFactory.getLogger(Background.class);

  private final ScheduledExecutorService executor;

  /** So many threads with this name. */
  public Background(String name, int threads) {
    executor =
        Executors.newScheduledThreadPool(
            threads,
            task -> {
              Thread thread = new Thread(task, name);
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Runs a task as soon as a thread is free; false if it has been stopped. */
  public boolean run(Runnable task) {
    return later(task, Duration.ZERO);
  }

  /** Runs a task after a delay; false if it has been stopped. */
  public boolean later(Runnable task, Duration delay) {
    try {
      var unused = executor.schedule(guarded(task), delay.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (RejectedExecutionException e) {
      log.debug("stopped: a task is left out");
      return false;
    }
  }

  /** Runs a task again and again, with so long in between, until the future is cancelled. */
  public ScheduledFuture<?> every(Duration pause, Runnable task) {
    return executor.scheduleWithFixedDelay(
        guarded(task), pause.toNanos(), pause.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Leaves out what has not begun, and interrupts what has. */
  public void stop() {
    executor.shutdownNow();
  }

  private static Runnable guarded(Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (RuntimeException | Error e) {
        log.error("a background task failed", e);
      }
    };
  }
}
