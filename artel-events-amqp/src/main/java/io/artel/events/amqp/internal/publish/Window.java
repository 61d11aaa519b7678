package io.artel.events.amqp.internal.publish;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** How many events may be in flight at once. It bounds all that publishers hold in memory. */
public final class Window {

  private final int size;
  private final Semaphore free;

  /** For so many events. */
  public Window(int size) {
    this.size = size;
    free = new Semaphore(size);
  }

  int inFlight() {
    return size - free.availablePermits();
  }

  /** Enters with one event if there is room now. */
  boolean tryEnter() {
    return free.tryAcquire();
  }

  /**
   * Enters, waiting for room if need be; on a callback thread it never waits.
   *
   * @return null, or why there was no room
   */
  @Nullable String enter(int events, Duration enqueueTimeout) {
    if (free.tryAcquire(events)) {
      return null;
    }
    if (CallbackThreads.isCallbackThread()) {
      return size
          + " events are in flight already (maxInFlight), and a callback cannot wait for the"
          + " confirmations that it holds up: publish from another thread";
    }
    try {
      return free.tryAcquire(events, enqueueTimeout.toNanos(), TimeUnit.NANOSECONDS)
          ? null
          : size
              + " events were in flight (maxInFlight) and none was confirmed within "
              + enqueueTimeout
              + " (enqueueTimeout)";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "the thread was interrupted while it waited for room in flight";
    }
  }

  void leave(int events) {
    free.release(events);
  }

  /** Waits until nothing is in flight; false if that took longer, or the thread is interrupted. */
  boolean awaitEmpty(Duration timeout) {
    try {
      if (!free.tryAcquire(size, timeout.toNanos(), TimeUnit.NANOSECONDS)) {
        return false;
      }
      free.release(size);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
