package io.artel.events.amqp.internal.consume;

import io.artel.events.BatchContext;
import io.artel.events.BatchHandler;
import io.artel.events.Event;
import io.artel.events.EventType;
import io.artel.events.HandlerContext;
import io.artel.events.amqp.internal.background.Background;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Collects events of one type for a handler that takes several at once. A batch is handled when it
 * is full, by the worker that filled it, or when its first event has waited long enough. Events
 * that wait keep no worker. Safe for use by several threads.
 */
final class BatchCalls<T> {

  /**
   * What a user asked for.
   *
   * @param maxSize how many events it is called with at most
   * @param maxWait how long the first of them waits for others
   */
  record Spec<T>(EventType<T> type, BatchHandler<T> handler, int maxSize, Duration maxWait) {}

  private final String queue;
  private final Spec<T> spec;
  private final RunningHandlers handlers;
  private final BiConsumer<Runnable, Runnable> workers;
  private final Background timer;

  /** Guarded by this. */
  private List<HandlerRun> waiting = new ArrayList<>();

  /**
   * Counts the batches, so that a timer knows whether its own is still the one; guarded by this.
   */
  private long batch;

  private boolean stopped;

  /**
   * No event waits yet.
   *
   * @param workers where batches are handled that have waited: takes a task, and what to do if that
   *     will never run
   */
  BatchCalls(
      String queue,
      Spec<T> spec,
      RunningHandlers handlers,
      BiConsumer<Runnable, Runnable> workers,
      Background timer) {
    this.queue = queue;
    this.spec = spec;
    this.handlers = handlers;
    this.workers = workers;
    this.timer = timer;
  }

  /** On a worker: adds an event, and handles the batch if it is full now. */
  void add(HandlerRun run) {
    List<HandlerRun> full = null;
    boolean refused;
    synchronized (this) {
      refused = stopped;
      if (!refused) {
        waiting.add(run);
        if (waiting.size() >= spec.maxSize) {
          full = take();
        } else if (waiting.size() == 1) {
          long mine = batch;
          refused = !timer.later(() -> due(mine), spec.maxWait);
        }
      }
    }
    if (refused) {
      run.abandoned();
    }
    if (full != null) {
      handle(full);
    }
  }

  /** Called with the monitor held. */
  private List<HandlerRun> take() {
    List<HandlerRun> taken = waiting;
    waiting = new ArrayList<>();
    batch++;
    return taken;
  }

  private void due(long mine) {
    List<HandlerRun> late;
    synchronized (this) {
      if (batch != mine || stopped) {
        return;
      }
      late = take();
    }
    workers.accept(() -> handle(late), () -> late.forEach(HandlerRun::abandoned));
  }

  /** Gives back what waits, and whatever comes. */
  void stop() {
    List<HandlerRun> left;
    synchronized (this) {
      stopped = true;
      left = take();
    }
    left.forEach(HandlerRun::abandoned);
  }

  private void handle(List<HandlerRun> runs) {
    Call call = new Call();
    List<Event<T>> events = new ArrayList<>(runs.size());
    for (HandlerRun run : runs) {
      if (!run.isOwned()) {
        run.abandoned();
        continue;
      }
      @SuppressWarnings("unchecked") // the codec decoded the payload by the handler's own type
      Event<T> event = (Event<T>) run.event;
      events.add(event);
      call.runs.put(event, run);
    }
    if (events.isEmpty()) {
      return;
    }
    Throwable failure = failureOf(call, events);
    for (Event<T> event : events) {
      HandlerRun run = call.run(event);
      Throwable own = call.failures.get(event);
      boolean decided = own != null || run.context.verdict() != null;
      LogContext.of(queue, event, run.attempt.delivery.attempt);
      try {
        run.returned(decided ? own : failure);
      } finally {
        LogContext.clear();
      }
    }
  }

  /** Calls the handler; null unless it throws. */
  private @Nullable Throwable failureOf(Call call, List<Event<T>> events) {
    LogContext.clear(); // of the event that made the batch full
    LogContext.ofBatch(queue, spec.type.name());
    String what = events.size() + " " + spec.type.name();
    RunningHandlers.Call running = handlers.enter(what);
    try {
      spec.handler.handle(List.copyOf(events), call);
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return e;
    } catch (Throwable e) { // whatever a handler throws is classified, errors included
      return e;
    } finally {
      running.end();
      LogContext.clear();
    }
  }

  /** One call of the handler. */
  private static final class Call implements BatchContext {

    /** By identity: the same event may be there twice, delivered twice. */
    final IdentityHashMap<Event<?>, HandlerRun> runs = new IdentityHashMap<>();

    final IdentityHashMap<Event<?>, Throwable> failures = new IdentityHashMap<>();

    @Override
    public HandlerContext of(Event<?> event) {
      return run(event).context;
    }

    @Override
    public void fail(Event<?> event, Throwable failure) {
      run(event).context.requireUndecided("failed");
      if (failures.putIfAbsent(event, Objects.requireNonNull(failure, "failure")) != null) {
        throw new IllegalStateException(event + " has failed already");
      }
    }

    private HandlerRun run(Event<?> event) {
      HandlerRun run = runs.get(event);
      if (run == null) {
        throw new IllegalArgumentException(event + " is not in this batch");
      }
      return run;
    }
  }
}
