package io.artel.events.amqp.internal.consume;

import com.fasterxml.jackson.databind.JsonNode;
import io.artel.events.BatchHandler;
import io.artel.events.EventCatalog;
import io.artel.events.EventHandler;
import io.artel.events.EventType;
import io.artel.events.FailurePolicy;
import io.artel.events.HaltStore;
import io.artel.events.IdempotencyStore;
import io.artel.events.QueueSpec;
import io.artel.events.TopologyException;
import io.artel.events.TopologyLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What a user asked for, before it is started. */
public final class SubscriptionSpec {

  /** Half of the broker's patience: a delivery that waits in place longer would be taken away. */
  static final Duration LONGEST_IN_PLACE = TopologyLayout.CONSUMER_TIMEOUT.dividedBy(2);

  /**
   * Five sixths of it: an event that came so long ago, and may have waited for earlier ones of its
   * session for most of that, is not retried any more. The rest is for the attempts of those
   * behind.
   */
  static final Duration LONGEST_HELD = TopologyLayout.CONSUMER_TIMEOUT.multipliedBy(5).dividedBy(6);

  private static final int MAX_SEQUENCE_KEYS = 1_000_000;

  /** How many deliveries of a key are held unless the user says otherwise. */
  public static final int DEFAULT_PARKED_PER_KEY = 250;

  private final QueueSpec queue;
  private final boolean broadcast;
  private final Map<String, Handler<?>> handlers = new HashMap<>();
  private final Map<String, BatchCalls.Spec<?>> batchHandlers = new HashMap<>();
  private final Map<String, FailurePolicy> policies = new HashMap<>();
  private @Nullable EventHandler<JsonNode> otherHandler;
  private FailurePolicy policy = FailurePolicy.defaults();
  private @Nullable IdempotencyStore idempotency;
  private boolean deadLetterUnhandled;
  private int prefetch;
  private int parkedPerKey;
  private @Nullable HaltStore haltStore;
  private int workers = 4 * Runtime.getRuntime().availableProcessors();
  private @Nullable Executor executor;
  private Thresholds thresholds = Thresholds.DEFAULTS;
  private @Nullable SequenceTracker sequences;

  /** A type and what handles it. */
  record Handler<T>(EventType<T> type, EventHandler<T> handler) {}

  /**
   * For this queue.
   *
   * @param broadcast whether each instance has a queue of its own, whose name begins like this
   *     one's
   */
  public SubscriptionSpec(QueueSpec queue, boolean broadcast, int prefetch) {
    this.queue = queue;
    this.broadcast = broadcast;
    this.prefetch = prefetch;
    this.parkedPerKey = DEFAULT_PARKED_PER_KEY;
  }

  /** Adds a handler. */
  public <T> void addHandler(EventType<T> type, EventHandler<T> handler) {
    Objects.requireNonNull(handler, "handler");
    requireNoHandler(type);
    handlers.put(type.name(), new Handler<>(type, handler));
  }

  /** Adds a handler of several events at once. */
  public <T> void addBatchHandler(
      EventType<T> type, int maxSize, Duration maxWait, BatchHandler<T> handler) {
    Objects.requireNonNull(handler, "handler");
    requireNoHandler(type);
    if (maxSize < 1) {
      throw new IllegalArgumentException("maxSize is " + maxSize + ", but must be 1 or more");
    }
    if (maxWait.isNegative() || maxWait.compareTo(LONGEST_IN_PLACE) > 0) {
      throw new IllegalArgumentException(
          "maxWait is " + maxWait + ", but must be 0 to " + LONGEST_IN_PLACE);
    }
    batchHandlers.put(type.name(), new BatchCalls.Spec<>(type, handler, maxSize, maxWait));
  }

  private void requireNoHandler(EventType<?> type) {
    if (handlers.containsKey(type.name()) || batchHandlers.containsKey(type.name())) {
      throw new IllegalArgumentException(
          "queue '" + queue.name() + "' has a handler for " + type.name() + " already");
    }
  }

  /** Sets the handler of all other types. */
  public void otherHandler(EventHandler<JsonNode> handler) {
    otherHandler = Objects.requireNonNull(handler, "handler");
  }

  /** Sets the policy of all types. */
  public void policy(FailurePolicy policy) {
    this.policy = Objects.requireNonNull(policy, "policy");
  }

  /** Sets the policy of one type. */
  public void policy(EventType<?> type, FailurePolicy policy) {
    policies.put(type.name(), Objects.requireNonNull(policy, "policy"));
  }

  /** Calls no handler for what this store knows. */
  public void idempotent(IdempotencyStore store) {
    idempotency = Objects.requireNonNull(store, "store");
  }

  /** Dead-letters events of types without a handler. */
  public void deadLetterUnhandled() {
    deadLetterUnhandled = true;
  }

  /** Sets how many deliveries the broker sends ahead. */
  public void prefetch(int prefetch) {
    if (prefetch < 1 || prefetch > 65_535) {
      throw new IllegalArgumentException("prefetch is " + prefetch + ", but must be 1 to 65535");
    }
    this.prefetch = prefetch;
  }

  /** Sets how many deliveries of a key are held while its first one is retried. */
  public void parkedPerKey(int parkedPerKey) {
    if (!queue.isPartitioned()) {
      throw new IllegalArgumentException(
          "queue '"
              + queue.name()
              + "' keeps no order, so nothing is parked there: give it partitions(…), or drop"
              + " parkedPerKey");
    }
    if (parkedPerKey < 1) {
      throw new IllegalArgumentException(
          "parkedPerKey is " + parkedPerKey + ", but must be 1 or more");
    }
    this.parkedPerKey = parkedPerKey;
  }

  /** Checks the numbers of so many sessions at a time. */
  public void checkSequence(int keys) {
    if (!queue.isPartitioned()) {
      throw new IllegalArgumentException(
          "queue '"
              + queue.name()
              + "' keeps no order, so there is none to check: give it partitions(…), or drop"
              + " checkSequence");
    }
    if (keys < 1 || keys > MAX_SEQUENCE_KEYS) {
      throw new IllegalArgumentException(
          "checkSequence is " + keys + ", but must be 1 to " + MAX_SEQUENCE_KEYS);
    }
    sequences = new SequenceTracker(keys);
  }

  /** Sets how many handlers run at once. */
  public void workers(int workers) {
    if (workers < 1) {
      throw new IllegalArgumentException("workers is " + workers + ", but must be 1 or more");
    }
    this.workers = workers;
  }

  /** Sets what runs handlers. */
  public void executor(Executor executor) {
    this.executor = Objects.requireNonNull(executor, "executor");
  }

  /** Sets from when on to warn. */
  public void thresholds(UnaryOperator<Thresholds> change) {
    thresholds = change.apply(thresholds);
  }

  /** The queue. */
  public QueueSpec queue() {
    return queue;
  }

  /** Whether each instance has a queue of its own. */
  public boolean isBroadcast() {
    return broadcast;
  }

  /** Whether there is anything to do with a delivery. */
  public boolean hasHandlers() {
    return otherHandler != null || !handlers.isEmpty() || !batchHandlers.isEmpty();
  }

  /**
   * Checks handlers and policies against the queue and the prefetch.
   *
   * @throws IllegalArgumentException if a batch handler would wait for more events than come
   * @throws TopologyException if retries in place would take longer than the broker leaves a
   *     delivery with us
   */
  public void requirePossible() {
    for (BatchCalls.Spec<?> batch : batchHandlers.values()) {
      if (batch.maxSize() > prefetch) {
        throw new IllegalArgumentException(
            "queue '"
                + queue.name()
                + "': batches of "
                + batch.type().name()
                + " are to have up to "
                + batch.maxSize()
                + " events, but the prefetch is "
                + prefetch
                + ": raise the one or lower the other");
      }
    }
    if (!queue.isPartitioned()) {
      return;
    }
    List<FailurePolicy> all = new ArrayList<>(policies.values());
    all.add(policy);
    for (FailurePolicy each : all) {
      Duration total = each.longestRetries();
      if (total.compareTo(LONGEST_IN_PLACE) > 0) {
        throw new TopologyException(
            "queue '"
                + queue.name()
                + "' is ordered, so its events are retried in place, and the broker takes a"
                + " delivery back after "
                + TopologyLayout.CONSUMER_TIMEOUT.toMinutes()
                + " minutes: retries may take "
                + LONGEST_IN_PLACE.toSeconds()
                + " s in all, but this policy's may take "
                + total.toSeconds()
                + " s: "
                + each);
      }
    }
  }

  /** Every delay that a retry here may ask for. */
  public SortedSet<Duration> delays() {
    SortedSet<Duration> delays = new TreeSet<>(policy.delays());
    policies.values().forEach(each -> delays.addAll(each.delays()));
    return delays;
  }

  /** Whether a rule of the user's asks for compensation. */
  boolean compensates() {
    return (policy != FailurePolicy.defaults() && policy.compensates())
        || policies.values().stream().anyMatch(FailurePolicy::compensates);
  }

  /** The types that are handled here. */
  EventCatalog catalog() {
    List<EventType<?>> types = new ArrayList<>();
    handlers.values().forEach(handler -> types.add(handler.type()));
    batchHandlers.values().forEach(handler -> types.add(handler.type()));
    return EventCatalog.of(types);
  }

  @Nullable Handler<?> handler(String type) {
    return handlers.get(type);
  }

  Collection<BatchCalls.Spec<?>> batchHandlers() {
    return batchHandlers.values();
  }

  @Nullable EventHandler<JsonNode> otherHandler() {
    return otherHandler;
  }

  FailurePolicy policy(String type) {
    FailurePolicy own = policies.get(type);
    return own == null ? policy : own.and(policy);
  }

  @Nullable IdempotencyStore idempotency() {
    return idempotency;
  }

  boolean deadLettersUnhandled() {
    return deadLetterUnhandled;
  }

  Thresholds thresholds() {
    return thresholds;
  }

  int prefetch() {
    return prefetch;
  }

  /**
   * Sets where halted keys are remembered, or null for keys that go on after a dead letter.
   *
   * @throws IllegalArgumentException if the queue keeps no order
   */
  public void haltStore(@Nullable HaltStore haltStore) {
    if (haltStore != null && !queue.isPartitioned()) {
      throw new IllegalArgumentException(
          "queue '"
              + queue.name()
              + "' keeps no order, so halting a session there keeps none either: give it"
              + " partitions(…), or drop haltKey");
    }
    this.haltStore = haltStore;
  }

  @Nullable HaltStore haltStore() {
    return haltStore;
  }

  int parkedPerKey() {
    return parkedPerKey;
  }

  /** Shared by the brokers of a group, since sessions change between them; null for no check. */
  @Nullable SequenceTracker sequences() {
    return sequences;
  }

  int workers() {
    return workers;
  }

  @Nullable Executor executor() {
    return executor;
  }
}
