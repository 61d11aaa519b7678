package io.artel.events.testkit.internal.embedded.connection;

import io.artel.events.testkit.internal.embedded.clock.Timers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;

/**
 * The broker's one thread. It alone touches what the broker knows: it reads what clients send, does
 * what is due, does what other threads ask it to, and then sends what has gathered.
 *
 * <p>Sockets do not block it: what a client does not take waits in the client's own buffer.
 */
public final class EventLoop implements AutoCloseable {

  /** Something that has a socket. */
  interface Socket {
    /** Does what the socket is ready for. */
    void ready(SelectionKey key);

    /** Sends what has gathered. */
    void flush();
  }

  private record Waiter(BooleanSupplier condition, CompletableFuture<Void> result) {}

  private static final Logger log = System.getLogger(EventLoop.class.getName());

  private final Selector selector;
  private final Thread thread;
  private final Timers brokerTime = new Timers(InstantSource.system());
  private final Timers wallTime = new Timers(InstantSource.system());
  private final Scheduler scheduler;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final List<Socket> unflushed = new ArrayList<>();
  private final List<Runnable> atTurnsEnd = new ArrayList<>();

  /** Who waits for which condition. */
  private final List<Waiter> waiting = new ArrayList<>();

  private volatile boolean closed;

  /** Starts the thread. */
  public EventLoop(String name, Scheduler scheduler) {
    this.scheduler = scheduler;
    try {
      selector = Selector.open();
    } catch (IOException e) {
      throw new UncheckedIOException("no selector for sockets to be had", e);
    }
    thread = new Thread(this::run, name);
    thread.setDaemon(true);
    thread.start();
  }

  /** {@return the broker's time, which tests can move} */
  public Timers brokerTime() {
    return brokerTime;
  }

  /** {@return the computer's time, for heartbeats and other matters of sockets} */
  public Timers wallTime() {
    return wallTime;
  }

  /** {@return what decides about the order of things that have none} */
  public Scheduler scheduler() {
    return scheduler;
  }

  Selector selector() {
    return selector;
  }

  /**
   * Does something on the broker's thread and waits for it and for the sending of what it causes.
   *
   * @throws IllegalStateException if the broker is closed
   */
  public <T> T call(Callable<T> task) {
    if (Thread.currentThread() == thread) {
      return direct(task);
    }
    CompletableFuture<T> result = new CompletableFuture<>();
    submit(
        () -> {
          try {
            T value = task.call();
            atTurnsEnd.add(() -> result.complete(value));
          } catch (Throwable e) {
            result.completeExceptionally(e);
          }
        },
        result);
    try {
      return result.join();
    } catch (CompletionException e) {
      throw unwrapped(e);
    }
  }

  /** Does something on the broker's thread and waits for it; see {@link #call(Callable)}. */
  public void run(Runnable task) {
    boolean done =
        call(
            () -> {
              task.run();
              return true;
            });
    assert done;
  }

  /**
   * {@return a stage that completes when a condition holds} The condition is looked at on the
   * broker's thread each time something may have changed.
   */
  public CompletableFuture<Void> when(BooleanSupplier condition) {
    CompletableFuture<Void> result = new CompletableFuture<>();
    submit(() -> look(new Waiter(condition, result)), result);
    return result;
  }

  private void look(Waiter waiter) {
    if (waiter.result.isDone()) {
      return;
    }
    try {
      if (waiter.condition.getAsBoolean()) {
        waiter.result.complete(null);
      } else {
        waiting.add(waiter);
      }
    } catch (RuntimeException e) {
      waiter.result.completeExceptionally(e);
    }
  }

  private void submit(Runnable task, CompletableFuture<?> result) {
    tasks.add(task);
    if (closed) {
      result.completeExceptionally(closedBefore());
    }
    selector.wakeup();
  }

  private static IllegalStateException closedBefore() {
    return new IllegalStateException("The embedded broker is closed.");
  }

  /** Whether the thread has been told to end. */
  public boolean isClosed() {
    return closed;
  }

  private static <T> T direct(Callable<T> task) {
    try {
      return task.call();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static RuntimeException unwrapped(CompletionException e) {
    Throwable cause = e.getCause();
    if (cause instanceof RuntimeException failure) {
      return failure;
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return e;
  }

  /** Notes that a socket has something to send at the end of this turn. */
  void flushLater(Socket socket) {
    unflushed.add(socket);
  }

  private void run() {
    while (!closed) {
      try {
        selector.select(this::handle, patience());
        turn();
      } catch (IOException e) {
        throw new UncheckedIOException("the broker's selector failed", e);
      }
    }
    failRest();
  }

  private void turn() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
    attempt(brokerTime::runDue);
    attempt(wallTime::runDue);
    attempt(scheduler::runAll);
    flush();
    if (!waiting.isEmpty()) {
      List<Waiter> all = new ArrayList<>(waiting);
      waiting.clear();
      all.forEach(this::look);
    }
  }

  private void flush() {
    while (!unflushed.isEmpty()) {
      List<Socket> sockets = new ArrayList<>(unflushed);
      unflushed.clear();
      scheduler.shuffle(sockets);
      sockets.forEach(socket -> attempt(socket::flush));
    }
    if (!atTurnsEnd.isEmpty()) {
      List<Runnable> all = new ArrayList<>(atTurnsEnd);
      atTurnsEnd.clear();
      all.forEach(Runnable::run);
    }
  }

  private void handle(SelectionKey key) {
    if (key.isValid() && key.attachment() instanceof Socket socket) {
      attempt(() -> socket.ready(key));
    }
  }

  /** Does something that must not end the broker, whatever it meets. */
  private static void attempt(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException | StackOverflowError e) {
      log.log(Level.ERROR, "a defect of the embedded broker", e);
    }
  }

  /** How long the selector may wait; 0 is for ever. */
  private long patience() {
    if (!tasks.isEmpty() || scheduler.isBusy()) {
      return 1;
    }
    long broker = brokerTime.running() ? brokerTime.untilNext() : -1;
    long wall = wallTime.untilNext();
    long next = broker < 0 ? wall : wall < 0 ? broker : Math.min(broker, wall);
    return next < 0 ? 0 : Math.max(1, next);
  }

  private void failRest() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
    waiting.forEach(waiter -> waiter.result.completeExceptionally(closedBefore()));
    for (Iterator<SelectionKey> keys = selector.keys().iterator(); keys.hasNext(); ) {
      try {
        keys.next().channel().close();
      } catch (IOException e) {
        // It is gone either way.
      }
    }
    try {
      selector.close();
    } catch (IOException e) {
      // It is gone either way.
    }
    flush();
  }

  /** Ends the thread, and waits until it has ended. */
  @Override
  public void close() {
    closed = true;
    selector.wakeup();
    boolean interrupted = false;
    while (thread.isAlive() && Thread.currentThread() != thread) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
