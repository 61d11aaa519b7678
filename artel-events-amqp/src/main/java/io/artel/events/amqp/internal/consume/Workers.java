package io.artel.events.amqp.internal.consume;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Threads that begin tasks in the order they come; any number of tasks may wait.
 *
 * <p>Made for many short ones: to wake a thread takes longer than many a task. Of those that sleep,
 * the one that was busy last is woken, and only one is on its way at a time, which sends for the
 * next one if it finds more than it takes. While tasks are so short that those who are awake will
 * have begun all that wait within {@value #SOON_NANOS} ns, nobody else is woken for them; but one
 * looks after them, since the next task may be a long one. One that gets nothing for {@value
 * #IDLE_SECONDS} s ends.
 */
final class Workers implements Executor {

  private static final Logger log = LoggerFactory.getLogger(Workers.class);
  private static final long IDLE_SECONDS = 30;

  /** What begins so soon needs nobody else. */
  private static final long SOON_NANOS = 500_000;

  /** What has waited so long needs somebody else, whatever was to be expected. */
  private static final long LOOK_NANOS = 5_000_000;

  private final String name;
  private final int size;

  /** Guards what follows; held for a few assignments. */
  private final Object lock = new Object();

  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private final ArrayDeque<Worker> asleep = new ArrayDeque<>();
  private final Set<Worker> all = new HashSet<>();

  /** Who was woken or started, and has not looked for a task since. */
  private @Nullable Worker coming;

  /** Who began the last task. */
  private @Nullable Worker latest;

  /** How long a task is likely to take, by the last ones; the longest of them counts most. */
  private long usual = SOON_NANOS + 1;

  /** Who, though asleep, looks now and then whether tasks wait that should have begun. */
  private @Nullable Worker lookout;

  /** How many tasks have come, how many of them have begun, and how many had come at that look. */
  private long came;

  private long begun;
  private long seen;

  private int started;
  private boolean stopped;

  /**
   * None runs yet.
   *
   * @param name what threads are called, with a number behind it
   * @param size how many there are at most
   */
  Workers(String name, int size) {
    this.name = name;
    this.size = size;
  }

  /**
   * Runs this when its turn has come.
   *
   * @throws RejectedExecutionException after {@link #stop}, or if the system has no thread for it
   */
  @Override
  public void execute(Runnable task) {
    Worker next;
    synchronized (lock) {
      if (stopped) {
        throw new RejectedExecutionException(name + ": stopped");
      }
      tasks.add(task);
      came++;
      next = next();
    }
    if (next != null && !next.call() && takesBack(task)) {
      throw new RejectedExecutionException(name + ": no thread can be started");
    }
  }

  /** Takes back the task that came last if nobody is there to begin it. */
  private boolean takesBack(Runnable task) {
    synchronized (lock) {
      boolean taken = all.isEmpty() && tasks.removeLastOccurrence(task);
      came -= taken ? 1 : 0;
      return taken;
    }
  }

  /** Called with the lock held and tasks waiting: who is to come, if anybody. */
  private @Nullable Worker next() {
    boolean soon = isLittle();
    if (coming != null || (soon && lookout != null)) {
      return null;
    }
    Worker next = asleep.pollFirst();
    if (next != null) {
      next.sleeping = false;
    } else if (all.size() < size) {
      next = new Worker(++started);
      all.add(next);
    }
    coming = next;
    if (soon) {
      lookout = next;
    } else if (lookout == next) {
      lookout = null;
    }
    return next;
  }

  /**
   * Called with the lock held: whether all that waits will have begun soon without anybody else,
   * and nothing waits that should have begun before.
   */
  private boolean isLittle() {
    return tasks.isEmpty()
        || (latest != null
            && !latest.sleeping
            && usual <= SOON_NANOS / tasks.size()
            && begun >= seen);
  }

  /** Begins no more tasks, forgets those that wait, and interrupts those that run. */
  void stop() {
    synchronized (lock) {
      stopped = true;
      tasks.clear();
      all.forEach(worker -> worker.thread.interrupt());
    }
  }

  private final class Worker implements Runnable {
    private final Thread thread;

    /** Whether it is among those asleep; guarded by the lock. */
    private boolean sleeping;

    /** How long its last task took, if that is not known to all yet; its thread's. */
    private long took;

    Worker(int number) {
      thread = new Thread(this, name + "-" + number);
    }

    /** It is to look for a task; false if it cannot, since the system has no more threads. */
    boolean call() {
      if (thread.getState() != Thread.State.NEW) {
        LockSupport.unpark(thread);
        return true;
      }
      try {
        thread.start();
        return true;
      } catch (Error e) {
        log.error("{}: no further thread can be started", name, e);
        Worker other;
        synchronized (lock) {
          all.remove(this);
          coming = null;
          lookout = lookout == this ? null : lookout;
          other = tasks.isEmpty() || asleep.isEmpty() ? null : next();
        }
        return other != null && other.call();
      }
    }

    @Override
    public void run() {
      Runnable task = take();
      while (task != null) {
        long start = System.nanoTime();
        try {
          task.run();
        } catch (RuntimeException | Error e) {
          log.error("{}: a task failed", name, e);
        }
        took = System.nanoTime() - start;
        task = take();
      }
    }

    /** The next task, once there is one; null if this thread is to end. */
    private @Nullable Runnable take() {
      long deadline = 0;
      while (true) {
        // What the last task left behind would keep this one from sleeping.
        var unused = Thread.interrupted();
        Runnable task = null;
        Worker next = null;
        boolean looksOut = false;
        synchronized (lock) {
          if (coming == this) {
            coming = null;
          }
          if (took > 0) {
            usual = Math.max(took, usual - usual / 8);
            took = 0;
          }
          if (lookout == this && came > seen && isLittle() && !stopped) {
            seen = came;
            looksOut = true;
          } else {
            lookout = lookout == this ? null : lookout;
            task = tasks.poll();
          }
          if (task != null) {
            begun++;
            latest = this;
            wakeUp();
            next = tasks.isEmpty() ? null : next();
          } else if (stopped || (sleeping && !looksOut && System.nanoTime() - deadline >= 0)) {
            wakeUp();
            all.remove(this);
            latest = latest == this ? null : latest;
            return null;
          } else if (!sleeping || looksOut) {
            sleep(looksOut);
            deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(IDLE_SECONDS);
          }
        }
        if (next != null) {
          next.call();
        }
        if (task != null) {
          return task;
        }
        LockSupport.parkNanos(this, looksOut ? LOOK_NANOS : deadline - System.nanoTime());
      }
    }

    /** The one that was busy last is to be woken first; who looks out is to be left alone. */
    private void sleep(boolean looksOut) {
      if (looksOut) {
        asleep.remove(this);
        asleep.addLast(this);
      } else {
        asleep.addFirst(this);
      }
      sleeping = true;
    }

    private void wakeUp() {
      if (sleeping) {
        sleeping = false;
        asleep.remove(this);
      }
    }
  }
}
