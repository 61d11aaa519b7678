package io.artel.events.amqp.internal.consume;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The handlers that run now: those that run too long are told of while they do, and those that do
 * not end when the subscription stops are interrupted. Safe for use by several threads.
 */
final class RunningHandlers {

  private static final Logger log = LoggerFactory.getLogger(RunningHandlers.class);

  private final String queue;
  private final int workers;
  private final Duration stuckAfter;
  private volatile boolean askedToEnd;
  private final Set<Call> calls = ConcurrentHashMap.newKeySet();

  /**
   * None runs yet.
   *
   * @param workers how many can run at once, or 0 where that is not for us to say
   * @param stuckAfter how long one may run before it is warned about
   */
  RunningHandlers(String queue, int workers, Duration stuckAfter) {
    this.queue = queue;
    this.workers = workers;
    this.stuckAfter = stuckAfter;
  }

  /** One call of a handler on this thread, until it ends. */
  final class Call {
    private final Object what;
    private final Thread thread = Thread.currentThread();
    private final long startedNanos = System.nanoTime();
    private boolean over;
    private volatile boolean stuck;

    private Call(Object what) {
      this.what = what;
    }

    /** Cheaper than the identity of an object that lives for microseconds. */
    @Override
    public int hashCode() {
      return Long.hashCode(startedNanos * 0x9E3779B97F4A7C15L);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return this == other;
    }

    /** The handler has ended. */
    void end() {
      calls.remove(this);
      synchronized (this) {
        over = true;
      }
      if (stuck) {
        log.info("'{}': the handler of {} has ended after {}", queue, what, elapsed());
      }
    }

    private Duration elapsed() {
      return Duration.ofNanos(System.nanoTime() - startedNanos);
    }

    private synchronized void interrupt() {
      if (!over) {
        thread.interrupt();
      }
    }

    /** Warns once. */
    private void look() {
      Duration elapsed = elapsed();
      if (stuck || elapsed.compareTo(stuckAfter) <= 0) {
        return;
      }
      stuck = true;
      StackTraceElement[] stack = thread.getStackTrace();
      log.warn(
          "'{}': the handler of {} has been running for {} s on thread {}, now at {}",
          queue,
          what,
          elapsed.toSeconds(),
          thread.getName(),
          stack.length == 0 ? "its end" : stack[0]);
    }
  }

  /**
   * A handler is about to be called on this thread.
   *
   * @param what what for, in words
   */
  Call enter(Object what) {
    Call call = new Call(what);
    calls.add(call);
    return call;
  }

  /** Warns of handlers that have run too long, and of a subscription that has no worker left. */
  void look() {
    int before = stuck();
    calls.forEach(Call::look);
    int now = stuck();
    if (workers > 0 && now >= workers && before < workers) {
      log.error(
          "'{}': all {} workers are held by handlers that do not end; nothing else is handled",
          queue,
          workers);
    }
  }

  /** Asks those that run to come to an end. */
  void askToEnd() {
    askedToEnd = true;
  }

  boolean areAskedToEnd() {
    return askedToEnd;
  }

  /** Interrupts those that run; returns how many. */
  int interrupt() {
    int interrupted = 0;
    for (Call call : calls) {
      call.interrupt();
      interrupted++;
    }
    return interrupted;
  }

  /** How many run. */
  int count() {
    return calls.size();
  }

  /** How many of them have run too long. */
  int stuck() {
    return (int) calls.stream().filter(call -> call.stuck).count();
  }
}
