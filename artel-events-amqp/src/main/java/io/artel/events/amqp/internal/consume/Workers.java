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
 * <p>Made for many short ones: of those that sleep, the one that was busy last is woken, and only
 * one is on its way at a time, which sends for the next one if it finds more than it takes. So few
 * threads do what is little work, and all take part where tasks last. One that gets nothing for
 * {@value #IDLE_SECONDS} s ends.
 */
final class Workers implements Executor {

  private static final Logger log = LoggerFactory.getLogger(Workers.class);
  private static final long IDLE_SECONDS = 30;

  private final String name;
  private final int size;

  /** Guards what follows; held for a few assignments. */
  private final Object lock = new Object();

  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private final ArrayDeque<Worker> asleep = new ArrayDeque<>();
  private final Set<Worker> all = new HashSet<>();

  /** Who was woken or started, and has not looked for a task since. */
  private @Nullable Worker coming;

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
   * @throws RejectedExecutionException after {@link #stop}
   */
  @Override
  public void execute(Runnable task) {
    Worker next;
    synchronized (lock) {
      if (stopped) {
        throw new RejectedExecutionException(name + ": stopped");
      }
      tasks.add(task);
      next = next();
    }
    if (next != null) {
      next.call();
    }
  }

  /** Called with the lock held: who is to come for a task, if there is one and none comes now. */
  private @Nullable Worker next() {
    if (coming != null) {
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
    return next;
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

    Worker(int number) {
      thread = new Thread(this, name + "-" + number);
    }

    /** It is to look for a task. */
    void call() {
      if (thread.getState() != Thread.State.NEW) {
        LockSupport.unpark(thread);
        return;
      }
      try {
        thread.start();
      } catch (Error e) { // the system has no more threads
        synchronized (lock) {
          all.remove(this);
          coming = null;
        }
        throw e;
      }
    }

    @Override
    public void run() {
      Runnable task = take();
      while (task != null) {
        try {
          task.run();
        } catch (RuntimeException | Error e) {
          log.error("{}: a task failed", name, e);
        }
        task = take();
      }
    }

    /** The next task, once there is one; null if this thread is to end. */
    private @Nullable Runnable take() {
      long deadline = 0;
      while (true) {
        // What the last task left behind would keep this one from sleeping.
        var unused = Thread.interrupted();
        Runnable task;
        Worker next = null;
        synchronized (lock) {
          if (coming == this) {
            coming = null;
          }
          task = tasks.poll();
          if (task != null) {
            wakeUp();
            next = tasks.isEmpty() ? null : next();
          } else if (stopped || (sleeping && System.nanoTime() - deadline >= 0)) {
            wakeUp();
            all.remove(this);
            return null;
          } else if (!sleeping) {
            sleeping = true;
            asleep.addFirst(this);
            deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(IDLE_SECONDS);
          }
        }
        if (next != null) {
          next.call();
        }
        if (task != null) {
          return task;
        }
        LockSupport.parkNanos(this, deadline - System.nanoTime());
      }
    }

    private void wakeUp() {
      if (sleeping) {
        sleeping = false;
        asleep.remove(this);
      }
    }
  }
}
