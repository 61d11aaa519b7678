package io.artel.events.amqp;

import com.fasterxml.jackson.databind.JsonNode;
import io.artel.events.BatchHandler;
import io.artel.events.DeadLetterFilter;
import io.artel.events.EventHandler;
import io.artel.events.EventType;
import io.artel.events.FailurePolicy;
import io.artel.events.HaltStore;
import io.artel.events.IdempotencyStore;
import io.artel.events.RedriveOptions;
import io.artel.events.amqp.internal.consume.SubscriptionSpec;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A subscription in the making: handlers, failure policy, how much at a time. Not safe for use by
 * several threads.
 */
public final class SubscriptionBuilder {

  /** How many unacknowledged deliveries the broker sends ahead, per queue, unless given. */
  public static final int DEFAULT_PREFETCH = 250;

  /** The same for each partition of an ordered queue, where parked events are held as well. */
  public static final int DEFAULT_PARTITION_PREFETCH = 1000;

  private final SubscriptionSpec spec;
  private final Starter starter;
  private AutoRedrive.@Nullable Plan redrive;

  /** Starts what was built. */
  interface Starter {
    Subscription start(SubscriptionSpec spec, AutoRedrive.@Nullable Plan redrive);
  }

  SubscriptionBuilder(SubscriptionSpec spec, Starter starter) {
    this.spec = spec;
    this.starter = starter;
  }

  /**
   * Handles events of this type.
   *
   * @throws IllegalArgumentException if the type has a handler already
   */
  public <T> SubscriptionBuilder on(EventType<T> type, EventHandler<T> handler) {
    spec.addHandler(type, handler);
    return this;
  }

  /**
   * Handles events of this type, several at once: as many as have come, up to a number, or within a
   * time. Events of different types are never in one batch.
   *
   * @param maxSize how many events the handler is called with at most; no more than the {@link
   *     #prefetch}
   * @param maxWait how long the first of them waits for others, 15 minutes at most; unacknowledged,
   *     without a worker
   * @throws IllegalArgumentException if the type has a handler already, or a number is out of range
   */
  public <T> SubscriptionBuilder onBatch(
      EventType<T> type, int maxSize, Duration maxWait, BatchHandler<T> handler) {
    spec.addBatchHandler(type, maxSize, maxWait, handler);
    return this;
  }

  /**
   * Handles events of every type that has no handler of its own; their payload is a JSON tree.
   * Without it such events are acknowledged, counted, and logged once per type.
   */
  public SubscriptionBuilder onOther(EventHandler<JsonNode> handler) {
    spec.otherHandler(handler);
    return this;
  }

  /**
   * What becomes of events whose handler fails; {@link FailurePolicy#defaults()} come after it. In
   * an ordered queue, whose events wait for their retry in place, {@link #start} refuses policies
   * whose delays may come to more than 15 minutes: half of the time after which the broker takes a
   * delivery back.
   */
  public SubscriptionBuilder onFailure(FailurePolicy policy) {
    spec.policy(policy);
    return this;
  }

  /** What becomes of events of this type whose handler fails, before what holds for all. */
  public SubscriptionBuilder onFailure(EventType<?> type, FailurePolicy policy) {
    spec.policy(type, policy);
    return this;
  }

  /**
   * Calls no handler for an event that this store says was handled from this queue, and tells it
   * what was. While a handler runs, another delivery of the same event to this subscription waits
   * for its end. Off unless given.
   *
   * <p>The store is told when the handler is done and what it published is confirmed; a process
   * that dies before that handles the event again. {@link
   * io.artel.events.JdbcIdempotencyStore#once} leaves no such gap.
   */
  public SubscriptionBuilder idempotent(IdempotencyStore store) {
    spec.idempotent(store);
    return this;
  }

  /** Events of types without a handler go to the dead-letter queue instead of being ignored. */
  public SubscriptionBuilder deadLetterUnhandled() {
    spec.deadLetterUnhandled();
    return this;
  }

  /**
   * How many unacknowledged deliveries the broker sends ahead; {@value #DEFAULT_PREFETCH} unless
   * given, or {@value #DEFAULT_PARTITION_PREFETCH} for each partition of an ordered queue.
   *
   * @throws IllegalArgumentException unless it is 1 to 65535
   */
  public SubscriptionBuilder prefetch(int prefetch) {
    spec.prefetch(prefetch);
    return this;
  }

  /**
   * After an event was dead-lettered, its session goes on with the next one; so unless {@link
   * #haltKey} says otherwise.
   */
  public SubscriptionBuilder continueKey() {
    spec.haltStore(null);
    return this;
  }

  /**
   * After an event was dead-lettered, the rest of its session follows it to the dead-letter queue,
   * in order and with the error class {@code halted}, until its events come back from there in the
   * same order: for ordered queues. A session that has more waiting than {@link #parkedPerKey} is
   * halted at once. What the broker itself dead-letters halts nothing, and neither does what cannot
   * be decoded: it belongs to no session.
   *
   * @param store where halted sessions are remembered, shared by all instances of the service and
   *     outliving them: {@link io.artel.events.JdbcHaltStore}. It is asked before each event
   * @throws IllegalArgumentException if the queue has no partitions
   */
  public SubscriptionBuilder haltKey(HaltStore store) {
    spec.haltStore(Objects.requireNonNull(store, "store"));
    return this;
  }

  /**
   * How many events of one session an ordered queue holds in memory while the first of them waits
   * for its next attempt, that one included; 250 unless given. Those that come then go to the
   * dead-letter queue, in order and with the error class {@code parked_overflow}, so that one
   * session cannot use up the prefetch of its partition, until those that wait are handled.
   *
   * @throws IllegalArgumentException if it is less than 1, or the queue has no partitions
   */
  public SubscriptionBuilder parkedPerKey(int parkedPerKey) {
    spec.parkedPerKey(parkedPerKey);
    return this;
  }

  /**
   * Checks the numbers that publishers give to the events of each session, if they do ({@link
   * ArtelSettings.Builder#sequenceNumbers}): events that are missing, doubled, or come for the
   * first time after later ones of their session are counted, and warned about at most every 10 s.
   * Nothing else becomes of them. Judged is what the broker delivers, in the order in which it
   * does, from each publisher by itself; what cannot be judged is counted as well: events without a
   * number, and those of sessions that were not seen from their beginning. Off unless given.
   *
   * @param keys how many sessions are remembered at a time, those used last, at some 500 bytes each
   * @throws IllegalArgumentException if it is not 1 to 1,000,000, or the queue has no partitions
   */
  public SubscriptionBuilder checkSequence(int keys) {
    spec.checkSequence(keys);
    return this;
  }

  /**
   * How many handlers run at once, over all partitions of a broker; four per processor unless
   * given.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public SubscriptionBuilder workers(int workers) {
    spec.workers(workers);
    return this;
  }

  /**
   * Runs handlers on this executor instead of workers of its own: one of virtual threads, for
   * example. It is not shut down with the subscription; what bounds it then is the prefetch. It
   * must not run tasks on the thread that brings them, which reads from the connection for all.
   */
  public SubscriptionBuilder executor(Executor executor) {
    spec.executor(executor);
    return this;
  }

  /**
   * Warns of events that are older than this when their first attempt begins; 60 s unless given.
   *
   * @throws IllegalArgumentException if it is shorter than a millisecond
   */
  public SubscriptionBuilder oldAfter(Duration age) {
    spec.thresholds(thresholds -> thresholds.withOld(age));
    return this;
  }

  /**
   * Warns of attempts that took longer than this, the confirmations of what their handler published
   * included; 100 ms unless given.
   *
   * @throws IllegalArgumentException if it is shorter than a millisecond
   */
  public SubscriptionBuilder slowAfter(Duration time) {
    spec.thresholds(thresholds -> thresholds.withSlow(time));
    return this;
  }

  /**
   * Warns of handlers that still run after this time, once each, and says where; 30 s unless given.
   * The meter {@code rabbitmq.handlers.stuck} counts them while they do. Handlers that hang keep
   * their worker; when they hold all, an error is logged.
   *
   * @throws IllegalArgumentException if it is shorter than a millisecond
   */
  public SubscriptionBuilder stuckAfter(Duration time) {
    spec.thresholds(thresholds -> thresholds.withStuck(time));
    return this;
  }

  /**
   * Reads on another channel when nothing has come for this long, nothing is under way, and the
   * broker says that messages are ready; 5 minutes unless given. Where several instances read an
   * ordered queue, the broker gives everything to one of them by design, and the others change
   * their channels so often for nothing.
   *
   * @throws IllegalArgumentException if it is shorter than a millisecond
   */
  public SubscriptionBuilder stalledAfter(Duration time) {
    spec.thresholds(thresholds -> thresholds.withStalled(time));
    return this;
  }

  /**
   * Puts dead letters of the queue back by itself, as {@link DeadLetters#redrive} does it: a pause
   * after the start, and then after each time. Never more often than {@link
   * RedriveOptions#maxRedrives()} for each; what has failed that often stays for people. While a
   * consumer of this subscription is missing, nothing is put back. Where several instances ask for
   * it, they take turns. Off unless given.
   *
   * @param which for example {@code DeadLetterFilter.all().errorClass("transient")}
   * @param options how fast, and how often each: {@code RedriveOptions.defaults().rate(10)}
   * @throws IllegalArgumentException if the pause is shorter than a millisecond, no rate is given,
   *     it is a dry run, or the subscription is a broadcast, which has no dead letters
   */
  public SubscriptionBuilder redriveEvery(
      Duration pause, DeadLetterFilter which, RedriveOptions options) {
    if (spec.isBroadcast()) {
      throw new IllegalArgumentException(
          "'" + spec.queue().name() + "' is a broadcast and has no dead letters to put back");
    }
    if (pause.toMillis() < 1) {
      throw new IllegalArgumentException("pause is " + pause + ", but must be 1 ms or more");
    }
    if (options.isDryRun()) {
      throw new IllegalArgumentException("a dry run puts nothing back: leave dryRun() out");
    }
    if (options.perSecond() == Double.MAX_VALUE) {
      throw new IllegalArgumentException(
          "dead letters that return by themselves need a rate, for example"
              + " RedriveOptions.defaults().rate(10)");
    }
    redrive = new AutoRedrive.Plan(pause, which, options);
    return this;
  }

  /**
   * Starts reading. Returns when the broker has accepted every consumer. Partitions that wait for a
   * change of their number ({@link PartitionChange}) are read as soon as it is made; until then
   * their consumers are expected but not alive, and {@link Subscription#problem()} says why.
   *
   * @throws io.artel.events.TopologyException if the queue is not there, or a policy asks for what
   *     the topology cannot do
   * @throws IllegalStateException if there is no handler, or what it belongs to is closed
   * @throws IllegalArgumentException if a batch is to have more events than the prefetch
   */
  public Subscription start() {
    return starter.start(spec, redrive);
  }
}
