package io.artel.events.amqp.internal.consume;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.artel.events.Event;
import io.artel.events.EventCodec;
import io.artel.events.EventPriority;
import io.artel.events.FlowObserver;
import io.artel.events.MalformedEventException;
import io.artel.events.QueueSpec;
import io.artel.events.Topology;
import io.artel.events.amqp.internal.background.Background;
import io.artel.events.amqp.internal.background.Standstill;
import io.artel.events.amqp.internal.connection.Channels;
import io.artel.events.amqp.internal.connection.ConsumingConnections;
import io.artel.events.amqp.internal.metrics.Meters;
import io.artel.events.amqp.internal.ordering.KeyLanes;
import io.artel.events.amqp.internal.ordering.LaneWork;
import io.artel.events.amqp.internal.publish.EventChannel;
import io.artel.events.amqp.internal.publish.PublisherPool;
import io.artel.events.amqp.internal.topology.ReadingGate;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One subscription: its consumers, its workers, and the deliveries on their way between them.
 *
 * <p>A delivery comes in on the client's I/O thread, which only queues it; a worker runs its
 * handler; it leaves on whichever thread learns its outcome. It counts as running from the moment a
 * worker takes it until then, except while it waits for a retry in place.
 */
public final class QueueSubscription {

  private static final Logger log = LoggerFactory.getLogger(QueueSubscription.class);
  private static final Duration LONGEST_LOOK = Duration.ofSeconds(10);
  private static final Duration REJECTION_PAUSE = Duration.ofMillis(100);

  /**
   * What all subscriptions on one broker share.
   *
   * @param member what the broker is called as one of several, or null if it is the only one
   */
  public record Shared(
      @Nullable String member,
      ConsumingConnections connections,
      PublisherPool copies,
      EventChannel events,
      EventCodec codec,
      Topology topology,
      Meters meters,
      FlowObserver observer,
      String source,
      Background timer,
      Background supervisor,
      Standstill standstill) {

    /** A queue, in quotes, and on which of several brokers. */
    String place(QueueSpec queue) {
      return "'" + queue.name() + "'" + (member == null ? "" : " at " + member);
    }
  }

  private final SubscriptionSpec spec;
  private final Shared shared;
  private final DeliveryProcessor processor;
  private final Executor workers;
  private final @Nullable Workers ownWorkers;
  private final @Nullable KeyLanes<Delivery> lanes;
  private final CrashGuard guard;
  private final @Nullable SequenceCheck sequences;
  private final RunningHandlers handlers;
  private final List<SourceConsumer> consumers;
  private final List<Runnable> endings = new ArrayList<>();
  private final List<ScheduledFuture<?>> watches = new ArrayList<>();
  private final AtomicLong received = new AtomicLong();
  private final AtomicLong settled = new AtomicLong();

  private final AtomicInteger running = new AtomicInteger();

  /** Guards the fields below, and is told when nothing runs while this is stopping. */
  private final Object lock = new Object();

  /** Written with the lock held. A run that has counted itself before this is waited for. */
  private volatile boolean stopping;

  private StopCount report = new StopCount(0, 0, 0);
  private boolean stopped;

  /** A subscription that is not reading yet. */
  public QueueSubscription(SubscriptionSpec spec, Shared shared) {
    if (!spec.hasHandlers()) {
      throw new IllegalStateException(
          "the subscription to '"
              + spec.queue().name()
              + "' has no handler: add one with on(…) or onOther(…)");
    }
    this.spec = spec;
    this.shared = shared;
    this.handlers =
        new RunningHandlers(
            spec.queue().name(),
            spec.executor() == null ? spec.workers() : 0,
            spec.thresholds().stuck());
    this.processor = new DeliveryProcessor(spec, shared, handlers, this::onWorker);
    SequenceTracker tracker = spec.sequences();
    this.sequences =
        tracker == null
            ? null
            : new SequenceCheck(tracker, spec.queue().name(), spec.catalog(), shared.meters());
    this.guard = new CrashGuard(!spec.queue().isClassic());
    Executor given = spec.executor();
    this.ownWorkers =
        given == null ? new Workers("artel-" + spec.queue().name(), spec.workers()) : null;
    this.workers = given != null ? given : Objects.requireNonNull(ownWorkers);
    this.lanes =
        spec.queue().isPartitioned()
            ? new KeyLanes<>(
                this::onWorker,
                spec.parkedPerKey(),
                spec.haltStore() == null ? KeyLanes.Overflow.TAIL : KeyLanes.Overflow.HEAD,
                new Lanes())
            : null;
    this.consumers =
        sources().stream()
            .map(
                source ->
                    new SourceConsumer(
                        shared.connections(),
                        source,
                        "subscription to " + place(),
                        spec.prefetch(),
                        guard,
                        shared.timer(),
                        shared.supervisor(),
                        shared.standstill(),
                        this::dispatch))
            .toList();
    endings.add(
        shared
            .standstill()
            .watch(nanos -> consumers.forEach(consumer -> consumer.stoodStill(nanos))));
  }

  /**
   * Starts every consumer; returns when the broker has accepted all, except those of partitions
   * that may not be read yet: they start by themselves. May be called again where it failed, and
   * then goes on; once it is stopped it does nothing.
   */
  public void start() throws IOException {
    if (stopping) {
      return;
    }
    for (SourceConsumer consumer : consumers) {
      consumer.start();
    }
    synchronized (lock) {
      if (!stopping) {
        watch();
      }
    }
    log.info(
        "reading {}: {} consumer(s) with prefetch {}, {}",
        place(),
        consumers.size(),
        spec.prefetch(),
        ownWorkers == null ? "the given executor" : spec.workers() + " workers");
  }

  /** Called with the lock held. */
  private void watch() {
    watches.add(shared.timer().every(period(spec.thresholds().stuck()), handlers::look));
    watches.add(
        shared.supervisor().every(period(spec.thresholds().stalled()), this::recycleStalled));
    Meters meters = shared.meters();
    KeyLanes<Delivery> parking = lanes;
    if (parking != null) {
      endings.add(
          meters.watchQueue(
              "rabbitmq.keys.parked",
              "Keys whose events wait behind one that is retried",
              queue(),
              parking::parked));
    }
    endings.add(
        meters.watchQueue(
            "rabbitmq.consumers.expected",
            "Consumers that there should be",
            queue(),
            this::expectedConsumers));
    endings.add(
        meters.watchQueue(
            "rabbitmq.consumers.alive", "Consumers that there are", queue(), this::aliveConsumers));
    endings.add(
        meters.watchQueue(
            "rabbitmq.handlers.running", "Handlers that run", queue(), handlers::count));
    endings.add(
        meters.watchQueue(
            "rabbitmq.handlers.stuck",
            "Handlers that have run too long, and still do",
            queue(),
            handlers::stuck));
  }

  /** How often to look for what is to be seen when it has lasted so long. */
  private static Duration period(Duration threshold) {
    Duration quarter = threshold.dividedBy(4);
    return quarter.compareTo(LONGEST_LOOK) < 0 ? quarter : LONGEST_LOOK;
  }

  private void recycleStalled() {
    for (SourceConsumer consumer : consumers) {
      if (consumer.recycleIfStalled(spec.thresholds().stalled())) {
        shared.meters().recycled(queue());
      }
    }
  }

  private List<SourceConsumer.QueueSource> sources() {
    QueueSpec queue = spec.queue();
    if (spec.isBroadcast()) {
      return List.of(
          channel -> {
            String name = queue.name() + "." + UUID.randomUUID();
            channel.queueDeclare(name, false, true, true, Map.of("x-queue-type", "classic"));
            for (String pattern : queue.bindings()) {
              channel.queueBind(name, shared.topology().exchange(), pattern);
            }
            return name;
          });
    }
    ReadingGate gate = new ReadingGate(queue);
    return queue.sources().stream()
        .<SourceConsumer.QueueSource>map(name -> new Source(name, gate))
        .toList();
  }

  /** A queue that is declared elsewhere, or one of the partitions behind a gate. */
  private record Source(String name, ReadingGate gate) implements SourceConsumer.QueueSource {

    @Override
    public void admit(Connection connection) throws IOException {
      gate.pass(connection);
    }

    @Override
    public String prepare(Channel channel) {
      return name;
    }
  }

  /** On the client's I/O thread: queues, and nothing else that takes time. */
  private void dispatch(Delivery message) {
    if (!BatchDelivery.isBatch(message)) {
      accept(message);
      return;
    }
    List<Delivery> events;
    try {
      events = BatchDelivery.unpack(message);
    } catch (MalformedEventException e) {
      message.malformed = e;
      events = List.of(message);
    }
    events.forEach(this::accept);
  }

  private void accept(Delivery delivery) {
    received.incrementAndGet();
    if (lanes == null) {
      execute(delivery);
      return;
    }
    decode(delivery); // here, since its key is in the body
    Event<?> event = delivery.event;
    if (event == null) {
      execute(delivery); // what is no event belongs to no session
      return;
    }
    if (sequences != null) {
      sequences.check(delivery, event);
    }
    lanes.submit(event.key(), delivery);
  }

  private void execute(Delivery delivery) {
    onWorker(() -> run(delivery, processor::process));
  }

  /** What lanes do with deliveries, each of which is an event. */
  private final class Lanes implements LaneWork<Delivery> {

    @Override
    public void run(Delivery delivery) {
      QueueSubscription.this.run(delivery, processor::process);
    }

    @Override
    public void overflow(Delivery delivery) {
      QueueSubscription.this.run(delivery, processor::overflow);
    }

    @Override
    public boolean isUrgent(Delivery delivery) {
      return delivery.event != null && delivery.event.priority().compareTo(EventPriority.HIGH) >= 0;
    }

    @Override
    public boolean isGone(Delivery delivery) {
      return !delivery.session.isOpen();
    }

    @Override
    public void dropped(Delivery delivery) {
      received.decrementAndGet(); // it comes again
    }
  }

  /** For what has not begun: if it never does, the broker delivers it again. */
  private void onWorker(Runnable task) {
    onWorker(task, () -> {});
  }

  /**
   * A given executor may be full for a while, and a system out of threads: what is refused is not
   * lost but tried again, and given up when the subscription stops.
   */
  private void onWorker(Runnable task, Runnable givenUp) {
    try {
      workers.execute(task);
    } catch (RejectedExecutionException e) {
      if (stopping || !shared.timer().later(() -> onWorker(task, givenUp), REJECTION_PAUSE)) {
        givenUp.run();
      }
    }
  }

  private void run(Delivery delivery, BiConsumer<Delivery, Ending> part) {
    running.incrementAndGet();
    if (stopping && delivery.session.isOpen() && !isAlone(delivery)) {
      endRun();
      return; // the broker delivers it again
    }
    Ending ending = new Ending(delivery);
    if (!delivery.session.isOpen()) {
      ending.abandoned();
      return;
    }
    ending.guard(
        () -> {
          decode(delivery);
          part.accept(delivery, ending);
        });
  }

  /** Whether it is read alone, since it may be one that brings the process down. */
  private boolean isAlone(Delivery delivery) {
    return delivery.session.prefetch < spec.prefetch();
  }

  /** An ordered queue waits, rather than to get the one behind those that came back before. */
  private boolean mayGiveBack() {
    return lanes == null || stopping;
  }

  private void decode(Delivery delivery) {
    if (delivery.event != null || delivery.malformed != null || delivery.isEmptyReply()) {
      return;
    }
    try {
      delivery.decoded(processor.decode(delivery));
    } catch (MalformedEventException e) {
      delivery.malformed = e;
    } catch (LinkageError e) { // its payload's class cannot be used, and so it will be again
      delivery.malformed =
          new MalformedEventException("the class of its payload cannot be used: " + e, e);
    }
  }

  /** What the processor says at the end of an attempt; the first word counts. */
  final class Ending {
    private final Delivery delivery;
    private final AtomicBoolean said = new AtomicBoolean();
    private volatile @Nullable Runnable whenEnded;

    private Ending(Delivery delivery) {
      this.delivery = delivery;
    }

    /** The outcome is certain: acknowledge. */
    void settled() {
      if (said.compareAndSet(false, true)) {
        try {
          delivery.acknowledge();
          settled.incrementAndGet();
        } catch (RuntimeException | Error e) { // only want of memory
          log.error("'{}': nothing can be acknowledged, its channel is given up", queue(), e);
          delivery.session.giveUp();
          shared.supervisor().run(() -> Channels.abort(delivery.session.channel));
        } finally {
          ended();
          nextOfLane();
        }
      }
    }

    /** Nothing more can be done: the channel has gone, and with it the delivery. */
    void abandoned() {
      if (said.compareAndSet(false, true)) {
        synchronized (lock) {
          if (!stopping) {
            received.decrementAndGet(); // it comes again
          }
        }
        ended();
        nextOfLane();
      }
    }

    /**
     * Does a part of the attempt. If that fails, which only a defect can make it do, the channel is
     * closed: the broker delivers again what was on it, in order, and counts it.
     */
    void guard(Runnable part) {
      try {
        part.run();
      } catch (RuntimeException | Error e) {
        log.error("'{}': a delivery has no end, its channel is given up", queue(), e);
        try {
          Channels.abort(delivery.session.channel);
        } finally {
          abandoned();
        }
      }
    }

    /** Does a part of the attempt later, on a worker, since it may wait. */
    void later(Runnable part, Duration delay) {
      Runnable described = () -> LogContext.around(queue(), delivery, part);
      Runnable task = () -> guard(described);
      if (!shared.timer().later(() -> onWorker(task, this::abandoned), delay)) {
        abandoned();
      }
    }

    /** Whether its handler may still be called: not once the subscription stops, or it is lost. */
    boolean mayBegin() {
      return delivery.session.isOpen() && (!stopping || isAlone(delivery));
    }

    /** Does this when the attempt has ended, however. */
    void whenEnded(Runnable action) {
      whenEnded = action;
    }

    /** Try again in place; what comes after it in its lane waits. */
    void again(Duration after) {
      if (said.compareAndSet(false, true)) {
        guard.survived(delivery.messageId());
        ended();
        if (isAlone(delivery) && mayGiveBack()) {
          // Read alone, it would hold up the whole queue while it waits.
          Channels.abort(delivery.session.channel);
        }
        KeyLanes<Delivery> parking = lanes;
        Event<?> event = delivery.event;
        if (parking == null || event == null) {
          shared.timer().later(() -> execute(delivery), after);
        } else {
          parking.park(event.key(), delivery);
          shared.timer().later(() -> parking.resume(event.key(), delivery), after);
        }
      }
    }

    private void nextOfLane() {
      Event<?> event = delivery.event;
      if (lanes != null && event != null) {
        lanes.done(event.key(), delivery);
      }
    }

    private void ended() {
      Runnable action = whenEnded;
      if (action != null) {
        action.run();
      }
      endRun();
    }
  }

  private void endRun() {
    if (running.decrementAndGet() == 0 && stopping) {
      synchronized (lock) {
        lock.notifyAll();
      }
    }
  }

  /** Begins to stop: no handler is called from now on. */
  public void beginStop() {
    synchronized (lock) {
      stopping = true;
    }
    handlers.askToEnd();
  }

  /** Stops, waiting so long for running handlers. */
  public StopCount stop(Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    synchronized (lock) {
      if (stopped) {
        return report;
      }
      stopping = true;
    }
    consumers.forEach(SourceConsumer::beginStop);
    synchronized (lock) {
      handlers.askToEnd();
      watches.forEach(watch -> watch.cancel(false));
      processor.stop();
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      try {
        while (running.get() > 0 && left > 0) {
          lock.wait(left);
          left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      if (running.get() > 0) {
        log.warn("{}: {} handlers still run after {}", place(), running, timeout);
      }
    }
    for (SourceConsumer consumer : consumers) {
      consumer.stop(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
    }
    endings.forEach(Runnable::run);
    int interrupted = handlers.interrupt(); // their deliveries are given back by now
    if (ownWorkers != null) {
      ownWorkers.stop();
    }
    synchronized (lock) {
      stopped = true;
      long done = settled.get();
      report = new StopCount(done, Math.max(0, received.get() - done), interrupted);
      log.info(
          "stopped reading '{}': {} settled, {} given back, {} handlers interrupted",
          queue(),
          done,
          report.left(),
          interrupted);
      return report;
    }
  }

  /** The queue, in quotes, and on which of several brokers. */
  private String place() {
    return shared.place(spec.queue());
  }

  /** The queue, as the topology names it. */
  public String queue() {
    return spec.queue().name();
  }

  /** How many consumers there should be. */
  public int expectedConsumers() {
    return consumers.size();
  }

  /** How many consumers there are. */
  public int aliveConsumers() {
    return (int) consumers.stream().filter(SourceConsumer::isAlive).count();
  }

  /** Why a consumer does not read, or null while all do. */
  public @Nullable String problem() {
    return consumers.stream()
        .map(SourceConsumer::problem)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  @Override
  public String toString() {
    return "subscription to "
        + place()
        + " ("
        + aliveConsumers()
        + " of "
        + expectedConsumers()
        + " consumers)";
  }
}
