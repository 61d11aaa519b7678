package io.artel.events.examples.play;

import io.artel.events.Event;
import io.artel.events.FlowObserver;
import io.artel.events.Outcome;
import io.artel.events.PublishException;
import io.artel.events.PublishReceipt;
import io.artel.events.QueueSpec;
import io.artel.events.Topology;
import io.artel.events.examples.contract.BilliardsTopology;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToLongFunction;

/**
 * Sees every event of every service, and knows at the end what became of each. Keeps about 40 bytes
 * per event and queue. Safe for use by several threads; its parts have locks of their own, of which
 * one thread never holds two.
 */
final class FlowRecorder implements FlowObserver {

  private final Map<String, QueueLedger> ledgers = new LinkedHashMap<>();
  private final Map<String, AtomicLong> observersOwe = new LinkedHashMap<>();
  private final Map<String, QueueSpec> observers = new LinkedHashMap<>();
  private final Map<String, List<QueueLedger>> ledgersByKey = new ConcurrentHashMap<>();
  private final Map<UUID, CompletableFuture<Outcome>> awaited = new ConcurrentHashMap<>();
  private final Recount recount = new Recount();
  private final DrivenEvents driven = new DrivenEvents(recount);
  private final Latencies latencies = new Latencies();
  private final LongAdder confirmed = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder delivered = new LongAdder();
  private final AtomicLong lastConfirmedNanos = new AtomicLong();
  private volatile String failure = "";

  /** A recorder of what happens in the durable queues of this topology. */
  FlowRecorder(Topology topology) {
    for (QueueSpec queue : topology.queues()) {
      if (queue.isObserver()) {
        observers.put(queue.name(), queue);
        observersOwe.put(queue.name(), new AtomicLong());
      } else if (!queue.isAutoDelete()) {
        ledgers.put(queue.name(), new QueueLedger(queue));
      }
    }
  }

  /** This event is about to be published by the players' side. */
  void publishing(Move move) {
    driven.publishing(move);
  }

  /** The publish of this event has failed, for whatever reason; may be said again. */
  void notPublished(Event<?> event) {
    driven.failed(event.id());
  }

  @Override
  public void confirmed(Event<?> event, PublishReceipt receipt) {
    for (QueueLedger ledger : ledgersOf(event.routingKey())) {
      ledger.confirmed(event.id());
    }
    for (QueueSpec observer : observers.values()) {
      if (receipt.routed() && observer.takes(event.routingKey())) {
        owed(observer.name()).incrementAndGet();
      }
    }
    driven.confirmed(event.id());
    confirmed.increment();
    lastConfirmedNanos.accumulateAndGet(System.nanoTime(), Math::max);
  }

  @Override
  public void failed(Event<?> event, PublishException publishFailure) {
    failed.increment();
    failure = String.valueOf(publishFailure.getMessage());
    driven.failed(event.id());
    CompletableFuture<Outcome> waiting = awaited.remove(event.id());
    if (waiting != null) {
      waiting.completeExceptionally(publishFailure);
    }
  }

  /** A handler of the game service is called with this event. */
  void begun(Event<?> event) {
    driven.begun(event.id());
  }

  @Override
  public void settled(Settlement settlement) {
    String queue = settlement.queue();
    QueueSpec observer = observers.get(queue);
    if (settlement.attempt() == 1 || !isPartitioned(queue)) {
      delivered.increment();
    }
    if (observer != null) {
      if (settlement.outcome().isTerminal()) {
        owed(queue).decrementAndGet();
      }
      return;
    }
    latencies.settled(settlement);
    QueueLedger ledger = ledgers.get(queue);
    if (ledger != null) {
      settled(settlement, ledger);
    }
  }

  private void settled(Settlement settlement, QueueLedger ledger) {
    Event<?> event = settlement.event();
    if (event == null) {
      ledger.deadLetteredUnread();
      return;
    }
    boolean gameQueue = settlement.queue().equals(BilliardsTopology.GAME_QUEUE);
    if (gameQueue) {
      driven.handled(event.id());
    }
    if (settlement.outcome().isTerminal()) {
      ledger.settled(event.id(), settlement.outcome());
      CompletableFuture<Outcome> waiting = gameQueue ? awaited.remove(event.id()) : null;
      if (waiting != null) {
        waiting.complete(settlement.outcome());
      }
    }
  }

  /** Completes with what the game service made of this event; asked before it is published. */
  CompletableFuture<Outcome> outcomeOf(UUID event) {
    return awaited.computeIfAbsent(event, id -> new CompletableFuture<>());
  }

  /** From this moment on, latencies count. */
  void warmUntil(Instant moment) {
    latencies.warmUntil(moment);
  }

  /**
   * How many events have been published or are sure to be: confirmed, failed, in flight, and those
   * that the game service owes for what it has not handled yet.
   */
  long pace() {
    return published() + driven.expectedChildren();
  }

  /** How many events of the players' side are neither confirmed nor failed. */
  int inFlight() {
    return driven.inFlight();
  }

  /** Publishes that have begun. */
  long published() {
    return confirmed.sum() + failed.sum() + driven.inFlight();
  }

  long confirmedCount() {
    return confirmed.sum();
  }

  long failedCount() {
    return failed.sum();
  }

  /** Why a publish failed, the latest time; empty if none did. */
  String failure() {
    return failure;
  }

  /** Copies that the broker delivered to consumers. */
  long delivered() {
    return delivered.sum();
  }

  /** When the latest confirmation came, as {@link System#nanoTime()}. */
  long lastConfirmedNanos() {
    return lastConfirmedNanos.get();
  }

  /** How many events these queues still owe an outcome; an observer's are counted, not known. */
  long outstanding(Collection<String> queues) {
    long sum = 0;
    for (String queue : queues) {
      QueueLedger ledger = ledgers.get(queue);
      AtomicLong owed = observersOwe.get(queue);
      sum += ledger != null ? ledger.outstanding() : owed != null ? Math.max(0, owed.get()) : 0;
    }
    return sum;
  }

  Collection<QueueLedger> ledgers() {
    return ledgers.values();
  }

  long handled() {
    return sum(QueueLedger::handled);
  }

  long deadLettered() {
    return sum(QueueLedger::deadLettered);
  }

  long duplicates() {
    return sum(QueueLedger::duplicates);
  }

  long inversions() {
    return driven.inversions();
  }

  Latencies latencies() {
    return latencies;
  }

  /** What every player should have; asked once everything has come to rest. */
  Map<UUID, Recount.Totals> expectedTotals() {
    driven.finish();
    return recount.totals();
  }

  private long sum(ToLongFunction<QueueLedger> figure) {
    return ledgers.values().stream().mapToLong(figure).sum();
  }

  private List<QueueLedger> ledgersOf(String routingKey) {
    return ledgersByKey.computeIfAbsent(
        routingKey,
        key -> ledgers.values().stream().filter(each -> each.queue().takes(key)).toList());
  }

  private AtomicLong owed(String observer) {
    AtomicLong owed = observersOwe.get(observer);
    if (owed == null) {
      throw new IllegalArgumentException(observer + " is no observer");
    }
    return owed;
  }

  private boolean isPartitioned(String queue) {
    QueueLedger ledger = ledgers.get(queue);
    return ledger != null && ledger.queue().isPartitioned();
  }
}
