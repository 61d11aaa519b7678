package io.artel.events.testkit.internal.embedded.clock;

import java.time.InstantSource;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The broker's time in milliseconds since 1970, and what is to happen at which time. Timers that
 * are due at the same time run in the order in which they were set. Only the broker's own thread
 * uses it.
 *
 * <p>The time runs with the source, from where it was set to; stopped, it stands still until it is
 * advanced.
 */
public final class Timers {
  private final InstantSource source;
  private final PriorityQueue<Timer> queue = new PriorityQueue<>();
  private long offset;
  private long stoppedAt;
  private boolean running = true;
  private long sequence;

  /** Time that runs with a source. */
  public Timers(InstantSource source) {
    this.source = source;
  }

  /** {@return the time in milliseconds since 1970} */
  public long now() {
    return running ? source.millis() + offset : stoppedAt;
  }

  /** Whether the time runs by itself. */
  public boolean running() {
    return running;
  }

  /** Lets the time stand still; no effect if it does. */
  public void stop() {
    stoppedAt = now();
    running = false;
  }

  /** Lets the time run on from where it stands; no effect if it runs. */
  public void run() {
    if (!running) {
      offset = stoppedAt - source.millis();
      running = true;
    }
  }

  /** Sets an action for a time; one that has passed is due at once, but not run here. */
  public Timer at(long millis, Runnable action) {
    Timer timer = new Timer(millis, sequence++, action);
    queue.add(timer);
    return timer;
  }

  /** Sets an action for a time from now. */
  public Timer after(long millis, Runnable action) {
    return at(now() + millis, action);
  }

  /** Runs what is due now. */
  public void runDue() {
    runUntil(now());
  }

  /**
   * Moves the time forward and runs what becomes due on the way, each action at its own time: also
   * what such actions set for a time that is still on the way.
   */
  public void advance(long millis) {
    boolean wasRunning = running;
    stop();
    long end = stoppedAt + millis;
    for (Timer next = next(); next != null && next.at <= end; next = next()) {
      stoppedAt = Math.max(stoppedAt, next.at);
      runUntil(stoppedAt);
    }
    stoppedAt = end;
    if (wasRunning) {
      run();
    }
  }

  /** {@return the milliseconds until the next action is due, or -1 if none is set} */
  public long untilNext() {
    Timer next = next();
    return next == null ? -1 : Math.max(0, next.at - now());
  }

  private void runUntil(long time) {
    for (Timer next = next(); next != null && next.at <= time; next = next()) {
      queue.remove();
      next.run();
    }
  }

  private @Nullable Timer next() {
    Timer next = queue.peek();
    while (next != null && next.cancelled) {
      queue.remove();
      next = queue.peek();
    }
    return next;
  }

  /** One action that is set for a time. */
  public static final class Timer implements Comparable<Timer> {
    private final long at;
    private final long sequence;
    private final Runnable action;
    private boolean cancelled;

    private Timer(long at, long sequence, Runnable action) {
      this.at = at;
      this.sequence = sequence;
      this.action = action;
    }

    /** {@return the time it is set for} */
    public long at() {
      return at;
    }

    /** Keeps the action from running; no effect if it ran. */
    public void cancel() {
      cancelled = true;
    }

    private void run() {
      cancelled = true;
      action.run();
    }

    @Override
    public int compareTo(Timer other) {
      return at != other.at ? Long.compare(at, other.at) : Long.compare(sequence, other.sequence);
    }
  }
}
