package io.artel.events.amqp.internal.background;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongConsumer;

/**
 * Notices when this process stood still: frozen, swapped out, or collecting garbage. Meanwhile a
 * broker may have given its messages to somebody else, and what says so is still unread in a
 * socket. Safe for use by several threads.
 */
public final class Standstill {
  private static final Duration LOOK = Duration.ofMillis(100);

  private final Background thread;
  private final List<LongConsumer> watchers = new CopyOnWriteArrayList<>();
  private volatile long lastLook = System.nanoTime();

  /** Looks from now on, on a thread of its own with this name. */
  public Standstill(String name) {
    thread = new Background(name, 1);
    var unused = thread.every(LOOK, this::look);
  }

  /** How long it has been standing still, as far as can be told: a tenth of a second is normal. */
  public long nanos() {
    return System.nanoTime() - lastLook;
  }

  /**
   * Tells of each look how long it was after the last one, in nanoseconds; twice, before and after
   * {@link #nanos} begins anew, so that nobody was told more than the watcher.
   *
   * @param watcher quick, and does not block
   * @return ends it
   */
  public Runnable watch(LongConsumer watcher) {
    watchers.add(watcher);
    return () -> watchers.remove(watcher);
  }

  private void look() {
    long before = lastLook;
    long now = System.nanoTime();
    tell(now - before);
    lastLook = now; // not later: a standstill in between is seen by the next look
    tell(System.nanoTime() - before); // whoever asked in between may have been told so much
  }

  private void tell(long nanos) {
    watchers.forEach(watcher -> watcher.accept(nanos));
  }

  /** Looks no more. */
  public void stop() {
    thread.stop();
  }
}
