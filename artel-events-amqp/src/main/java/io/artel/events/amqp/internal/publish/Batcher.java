package io.artel.events.amqp.internal.publish;

import io.artel.events.Batching;
import io.artel.events.Event;
import io.artel.events.PublishException;
import io.artel.events.PublishReceipt;
import io.artel.events.amqp.internal.background.Background;
import io.artel.events.amqp.internal.message.BatchMessages;
import io.artel.events.amqp.internal.message.OutgoingMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Gathers events into batches and hands those to the publisher.
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>Events of a session are handed over in the order of their publish calls: a session has at
 *       most one open batch, and an event that cannot join it sends it first.
 *   <li>An event holds a permit from its publish call until its outcome, so that what gathers here
 *       and what is in flight are bounded together, and the publisher's own window, which is of the
 *       same size, always has room: handing over waits for no confirmation.
 *   <li>One confirmation settles all events of a batch, each with a receipt or an exception of its
 *       own, on the callback executor, and never with the lock held.
 * </ol>
 */
public final class Batcher {

  private final PublisherPool publisher;
  private final Batching batching;

  /** Numbers events in the order in which they are handed over; null where they have no numbers. */
  private final @Nullable SequenceNumbers numbers;

  private final Limits limits;
  private final ExecutorService callbacks;
  private final Background supervisor;
  private final Window room;

  /**
   * Guards the fields below and the order in which batches are handed over; taken before the
   * publisher's lock.
   */
  private final ReentrantLock lock = new ReentrantLock();

  /** What gathers, oldest first. */
  private final Map<Object, OpenBatch> open = new LinkedHashMap<>();

  private boolean flushScheduled;
  private boolean closed;

  /** Events that share a batch, where they have no session; else their key is the session's id. */
  private record WithoutSession(
      String routingKey,
      @Nullable Integer priority,
      @Nullable String expiration,
      boolean requiresRoute) {}

  /** What was handed over with the lock held, and is to be followed without it. */
  private record Handed(List<BatchedEvent> events, CompletableFuture<PublishReceipt> outcome) {}

  private Batcher(
      PublisherPool publisher,
      Batching batching,
      @Nullable SequenceNumbers numbers,
      Limits limits,
      int maxInFlight,
      ExecutorService callbacks,
      Background supervisor) {
    this.publisher = publisher;
    this.batching = batching;
    this.numbers = numbers;
    this.limits = limits;
    this.callbacks = callbacks;
    this.supervisor = supervisor;
    this.room = new Window(maxInFlight);
  }

  /**
   * A batcher in front of this publisher, which nobody else may use, or null where there is nothing
   * to do for one.
   *
   * @param numbers numbers events, or null
   * @param callbacks where outcomes are announced, from {@link CallbackThreads}
   * @param supervisor sends what has waited long enough; a send may block on the socket
   */
  public static @Nullable Batcher of(
      PublisherPool publisher,
      @Nullable Batching batching,
      @Nullable SequenceNumbers numbers,
      Limits limits,
      int maxInFlight,
      ExecutorService callbacks,
      Background supervisor) {
    return batching == null
        ? null
        : new Batcher(publisher, batching, numbers, limits, maxInFlight, callbacks, supervisor);
  }

  /**
   * Publishes an event, alone or with others; waits for room if need be. The future completes with
   * a receipt or with a {@link PublishException}.
   *
   * @param message the event's message, should it go alone
   * @param storable whether it may be stored elsewhere if it cannot be published
   * @param gathering takes the key of the batch that the event is in, and the caller calls {@link
   *     #send} with all of them in the end; or null where the event may only linger
   */
  CompletableFuture<PublishReceipt> publish(
      Event<?> event,
      OutgoingMessage message,
      boolean storable,
      @Nullable Collection<Object> gathering) {
    boolean packs = batching.packs(event);
    BatchedEvent coming =
        new BatchedEvent(event, message, storable, packs && numbers == null, batching.maxBytes());
    if (!enter(coming)) {
      return coming.future;
    }
    List<Handed> handed = new ArrayList<>(2);
    lock.lock();
    try {
      BatchedEvent added =
          numbers == null ? coming : coming.numbered(numbers, packs, batching.maxBytes());
      Object key = key(event, message);
      add(key, added, gathering != null, handed);
      if (gathering != null) {
        gathering.add(key);
      }
    } finally {
      lock.unlock();
    }
    follow(handed);
    return coming.future;
  }

  private static Object key(Event<?> event, OutgoingMessage message) {
    UUID session = event.sessionId();
    return session != null
        ? session
        : new WithoutSession(
            message.routingKey(),
            message.properties().getPriority(),
            message.properties().getExpiration(),
            message.requiresRoute());
  }

  /** Called with the lock held. */
  private void add(Object key, BatchedEvent added, boolean gathering, List<Handed> handed) {
    OpenBatch batch = open.get(key);
    if (batch != null && !batch.takes(added, batching.maxBytes())) {
      open.remove(key);
      handOver(batch.events(), handed);
      batch = null;
    }
    boolean lingers = gathering || !batching.linger().isZero();
    if (added.packed == null || closed || (batch == null && !lingers)) {
      handOver(List.of(added), handed);
      return;
    }
    if (batch == null) {
      batch = new OpenBatch();
      open.put(key, batch);
    }
    batch.add(added);
    if (batch.events().size() >= batching.maxEvents() || !lingers) {
      open.remove(key);
      handOver(batch.events(), handed);
    } else if (!flushScheduled && !batching.linger().isZero()) {
      flushScheduled = supervisor.later(this::sendDue, batching.linger());
    }
  }

  private boolean enter(BatchedEvent added) {
    if (room.tryEnter()) {
      return true;
    }
    if (!CallbackThreads.isCallbackThread()) {
      sendAll(); // what lingers keeps the room that is waited for
    }
    String full = room.enter(1, limits.enqueueTimeout());
    if (full != null && publisher.spill()) {
      full = room.enter(1, limits.enqueueTimeout());
    }
    if (full != null) {
      added.refuse(full);
    }
    return full == null;
  }

  /** Called with the lock held. Whatever happens, these events are followed to an outcome. */
  private void handOver(List<BatchedEvent> events, List<Handed> handed) {
    CompletableFuture<PublishReceipt> outcome;
    try {
      if (events.size() == 1) {
        BatchedEvent only = events.get(0);
        outcome = publisher.enqueue(only.message, Subject.of(only.event, only.storable));
      } else {
        OutgoingMessage message =
            BatchMessages.join(events.stream().map(BatchedEvent::requirePacked).toList());
        UUID id = UUID.fromString(message.properties().getMessageId());
        outcome =
            publisher.enqueue(
                message,
                new Subject(
                    id,
                    "batch of " + events.size() + " events",
                    events.get(0).event.sessionId(),
                    events.get(0).storable));
      }
    } catch (RuntimeException | Error e) {
      outcome = CompletableFuture.failedFuture(e);
    }
    handed.add(new Handed(events, outcome));
  }

  /** Without the lock: sends what was handed over, and waits for its outcomes. */
  private void follow(List<Handed> handed) {
    if (!handed.isEmpty()) {
      publisher.send();
    }
    for (Handed each : handed) {
      var unused =
          each.outcome.whenComplete(
              (receipt, failure) -> {
                // It may be known before it is followed, and then this is whoever sent it.
                if (CallbackThreads.isCallbackThread()) {
                  settle(each, receipt, failure);
                  return;
                }
                try {
                  callbacks.execute(() -> settle(each, receipt, failure));
                } catch (RejectedExecutionException e) {
                  settle(each, receipt, failure);
                }
              });
    }
  }

  private void settle(
      Handed handed, @Nullable PublishReceipt receipt, @Nullable Throwable failure) {
    room.leave(handed.events.size());
    for (BatchedEvent event : handed.events) {
      if (receipt != null) {
        event.confirmed(receipt);
      } else {
        event.failed(Objects.requireNonNull(failure), handed.events.size());
      }
    }
  }

  /** Sends the open batches with these keys. */
  void send(Collection<Object> keys) {
    List<Handed> handed = new ArrayList<>();
    lock.lock();
    try {
      for (Object key : keys) {
        OpenBatch batch = open.remove(key);
        if (batch != null) {
          handOver(batch.events(), handed);
        }
      }
    } finally {
      lock.unlock();
    }
    follow(handed);
  }

  private void sendAll() {
    List<Handed> handed = new ArrayList<>();
    lock.lock();
    try {
      open.values().forEach(batch -> handOver(batch.events(), handed));
      open.clear();
    } finally {
      lock.unlock();
    }
    follow(handed);
  }

  /** Sends what has lingered long enough, and looks again when the next one will have. */
  private void sendDue() {
    List<Handed> handed = new ArrayList<>();
    lock.lock();
    try {
      flushScheduled = false;
      Iterator<OpenBatch> oldest = open.values().iterator();
      while (oldest.hasNext()) {
        OpenBatch batch = oldest.next();
        long left = batching.linger().toNanos() - (System.nanoTime() - batch.since);
        if (left > 0) {
          flushScheduled = supervisor.later(this::sendDue, Duration.ofNanos(left));
          break;
        }
        oldest.remove();
        handOver(batch.events(), handed);
      }
    } finally {
      lock.unlock();
    }
    follow(handed);
  }

  /** Sends what lingers; from now on every event goes alone and at once. */
  void close() {
    lock.lock();
    try {
      closed = true;
    } finally {
      lock.unlock();
    }
    sendAll();
  }
}
