package io.artel.events.examples.play;

import io.artel.events.ArtelException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops one instance after the other and starts it anew, as long as this is open: each of them by
 * turns in good order and cut off.
 */
final class Restarts implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Restarts.class);

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Billiards services;
  private final AtomicLong count;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "billiards-restarts"));
  private int turn;

  /**
   * Begins.
   *
   * @param every zero for never
   * @param count grows with each restart
   */
  Restarts(Billiards services, Duration every, AtomicLong count) {
    this.services = services;
    this.count = count;
    if (!every.isZero()) {
      var unused =
          timer.scheduleAtFixedRate(
              this::next, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void next() {
    int instance = turn % services.instances();
    boolean abrupt = turn / services.instances() % 2 == 1;
    try {
      services.restart(instance, abrupt);
      turn++;
      count.incrementAndGet();
    } catch (ArtelException e) {
      log.warn("instance {} does not start, and is tried again: {}", instance, e.getMessage());
    } catch (RuntimeException e) {
      log.error("instance {} cannot be restarted", instance, e);
    }
  }

  /** Returns when the restart that may be under way is done. */
  @Override
  public void close() {
    timer.shutdown();
    try {
      if (!timer.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        log.warn("a restart has not ended after {}", PATIENCE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
