package io.artel.events.amqp.internal.publish;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** How many events may be in flight at once. It bounds all that publishers hold in memory. */
public final class Window {

  private final int size;
  private final Semaphore free;

  /** For so many events. */
  public Window(int size) {
    this.size = size;
    free = new Semaphore(size);
  }

  int size() {
    return size;
  }

  int inFlight() {
    return size - free.availablePermits();
  }

  boolean tryEnter(int events) {
    return free.tryAcquire(events);
  }

  boolean tryEnter(int events, Duration timeout) throws InterruptedException {
    return free.tryAcquire(events, timeout.toNanos(), TimeUnit.NANOSECONDS);
  }

  void leave(int events) {
    free.release(events);
  }
}
