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
import java.util.concurrent.Executor;
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

  /** One event on its way into the handler and out of it. */
  interface Member {
    Event<?> event();

    DeliveryContext context();

    /** Whether it may still be handled here. */
    boolean isOwned();

    /** It has had its run; failure is null unless it failed. */
    void finished(@Nullable Throwable failure);

    /** It was not handled, and the broker has it, or will have it, again. */
    void abandoned();
  }

  private final Spec<T> spec;
  private final Executor workers;
  private final Background timer;

  /** Guarded by this. */
  private List<Member> waiting = new ArrayList<>();

  /**
   * Counts the batches, so that a timer knows whether its own is still the one; guarded by this.
   */
  private long batch;

  private boolean stopped;

  BatchCalls(Spec<T> spec, Executor workers, Background timer) {
    this.spec = spec;
    this.workers = workers;
    this.timer = timer;
  }

  /** On a worker: adds an event, and handles the batch if it is full now. */
  void add(Member member) {
    List<Member> full = null;
    boolean refused;
    synchronized (this) {
      refused = stopped;
      if (!refused) {
        waiting.add(member);
        if (waiting.size() >= spec.maxSize) {
          full = take();
        } else if (waiting.size() == 1) {
          long mine = batch;
          refused = !timer.later(() -> due(mine), spec.maxWait);
        }
      }
    }
    if (refused) {
      member.abandoned();
    }
    if (full != null) {
      handle(full);
    }
  }

  /** Called with the monitor held. */
  private List<Member> take() {
    List<Member> taken = waiting;
    waiting = new ArrayList<>();
    batch++;
    return taken;
  }

  private void due(long mine) {
    List<Member> late;
    synchronized (this) {
      if (batch != mine || stopped) {
        return;
      }
      late = take();
    }
    workers.execute(() -> handle(late));
  }

  /** Gives back what waits, and whatever comes. */
  void stop() {
    List<Member> left;
    synchronized (this) {
      stopped = true;
      left = take();
    }
    left.forEach(Member::abandoned);
  }

  private void handle(List<Member> members) {
    Call call = new Call();
    List<Event<T>> events = new ArrayList<>(members.size());
    for (Member member : members) {
      if (!member.isOwned()) {
        member.abandoned();
        continue;
      }
      @SuppressWarnings("unchecked") // the codec decoded the payload by the handler's own type
      Event<T> event = (Event<T>) member.event();
      events.add(event);
      call.members.put(event, member);
    }
    if (events.isEmpty()) {
      return;
    }
    Throwable failure = null;
    try {
      spec.handler.handle(List.copyOf(events), call);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failure = e;
    } catch (Throwable e) { // whatever a handler throws is classified, errors included
      failure = e;
    }
    for (Event<T> event : events) {
      Member member = Objects.requireNonNull(call.members.get(event));
      Throwable own = call.failures.get(event);
      boolean decided = own != null || member.context().verdict() != null;
      member.finished(decided ? own : failure);
    }
  }

  /** One call of the handler. */
  private static final class Call implements BatchContext {

    /** By identity: the same event may be there twice, delivered twice. */
    final IdentityHashMap<Event<?>, Member> members = new IdentityHashMap<>();

    final IdentityHashMap<Event<?>, Throwable> failures = new IdentityHashMap<>();

    @Override
    public HandlerContext of(Event<?> event) {
      return member(event).context();
    }

    @Override
    public void fail(Event<?> event, Throwable failure) {
      Member member = member(event);
      member.context().requireUndecided("failed");
      if (failures.putIfAbsent(event, Objects.requireNonNull(failure, "failure")) != null) {
        throw new IllegalStateException(event + " has failed already");
      }
    }

    private Member member(Event<?> event) {
      Member member = members.get(event);
      if (member == null) {
        throw new IllegalArgumentException(event + " is not in this batch");
      }
      return member;
    }
  }
}
