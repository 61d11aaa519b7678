package io.artel.events.amqp;

import io.artel.events.CloseReport;
import io.artel.events.ConnectionException;
import io.artel.events.ConnectionStatus;
import io.artel.events.EventPublisher;
import io.artel.events.QueueSpec;
import io.artel.events.Topology;
import io.artel.events.TopologyException;
import io.artel.events.TopologyPlan;
import io.artel.events.amqp.internal.consume.QueueSubscription;
import io.artel.events.amqp.internal.consume.SubscriptionSpec;
import io.artel.events.amqp.internal.message.EventMessages;
import io.artel.events.amqp.internal.metrics.QueueSizes;
import io.artel.events.amqp.internal.publish.Batcher;
import io.artel.events.amqp.internal.publish.EventChannel;
import io.artel.events.amqp.internal.publish.PublisherPool;
import io.artel.events.amqp.internal.publish.SequenceNumbers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to RabbitMQ: declares the topology, publishes, subscribes.
 *
 * <pre>{@code
 * try (var artel = ArtelEvents.connect("amqp://localhost", topology)) {
 *   artel.subscribe("game.service.queue").on(BALL_POTTED, (event, context) -> …).start();
 *   artel.publisher("game_service").publish(BALL_POTTED.event(potted).session(sessionId));
 * }
 * }</pre>
 *
 * <p>Keeps connections to the broker, {@link ArtelSettings#publisherConnections} for publishing,
 * one for each 50 consumers and one for administration, and restores them when they are lost; to
 * each broker, if the settings have a {@link BrokerGroup}. Safe for use by several threads.
 */
public final class ArtelEvents implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ArtelEvents.class);

  private final ArtelSettings settings;
  private final Shared shared;
  private final Fallback fallback;
  private final Brokers brokers;
  private final PublisherPool publisher;
  private final EventChannel events;
  private final QueueSizes sizes;
  private final Map<String, EventPublisher> publishers = new ConcurrentHashMap<>();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();

  private ArtelEvents(ArtelSettings settings) {
    requireAudiences(settings);
    this.settings = settings;
    shared = Shared.of(settings);
    fallback = new Fallback(shared);
    // Whoever gives events their order numbers them: that is the batcher, if there is one.
    SequenceNumbers numbers = SequenceNumbers.of(settings.sequenceKeys());
    boolean batches = settings.batching() != null;
    brokers = new Brokers(shared, fallback.spool(), batches ? null : numbers);
    publisher = brokers.publisher();
    events =
        new EventChannel(
            publisher,
            Batcher.of(
                publisher,
                settings.batching(),
                numbers,
                shared.limits(),
                settings.maxInFlight(),
                shared.callbacks(),
                shared.supervisor()),
            fallback.failed(brokers),
            new EventMessages(settings.topology(), settings.codec(), settings.lowPriorityTtl()),
            settings.topology(),
            shared.meters(),
            settings.observer());
    shared.meters().watchInFlight("events", publisher::inFlight);
    shared.meters().watchInFlight("copies", brokers::copiesInFlight);
    try {
      brokers.connect();
      fallback.start();
    } catch (RuntimeException e) {
      release(publisher.outcomes(), Duration.ofSeconds(1));
      throw e;
    }
    sizes = new QueueSizes(brokers.administrations(), shared.meters(), shared.supervisor());
    log.info("{} connected to {}", settings, brokers.infos());
  }

  /**
   * Connects with default settings, and declares what is missing of the topology.
   *
   * @param uri {@code amqp://user:password@host:port/vhost}, or {@code amqps://}
   * @throws IllegalArgumentException if {@code uri} is no such URI
   * @throws ConnectionException if the broker is not there, or refuses
   * @throws TopologyException if the broker has something else by one of the names or cannot make
   *     what is missing; then nothing was declared
   */
  public static ArtelEvents connect(String uri, Topology topology) {
    return connect(ArtelSettings.builder().uri(uri).topology(topology).build());
  }

  /**
   * Connects and, unless told not to, declares what is missing of the topology. Blocks until all
   * connections are open; a broker that is away is not waited for. Of a {@link BrokerGroup} one
   * member must be there, and those that are away are joined when they are back.
   *
   * @throws ConnectionException if the broker is not there, or refuses
   * @throws TopologyException if a type's audience is not in the topology, or if the broker has
   *     something else by one of the names or cannot make what is missing; then nothing was
   *     declared. Also, with {@link ArtelSettings.Builder#managementUri}, if the exchange of an
   *     ordered set leads elsewhere than the topology says
   */
  public static ArtelEvents connect(ArtelSettings settings) {
    return new ArtelEvents(settings);
  }

  /**
   * What {@link #declare} would make, and what on the broker, or on any member of a group, is
   * otherwise than the topology says. Changes nothing. With a management URI it sees bindings,
   * extras and policies as well.
   *
   * @throws ConnectionException if the broker is not there, or refuses
   */
  public static TopologyPlan plan(ArtelSettings settings) {
    return Administration.plan(settings);
  }

  /**
   * Declares what is missing of the topology, on each member of a group in turn, and connects for
   * nothing else. Never deletes.
   *
   * @throws ConnectionException if the broker is not there, or refuses
   * @throws TopologyException if the broker has something else by one of the names or cannot make
   *     what is missing; then nothing was declared there
   */
  public static void declare(ArtelSettings settings) {
    Administration.declare(settings);
  }

  /**
   * The dead letters of a queue, without being connected for anything else; nothing is declared but
   * what a redrive needs, and that only if the settings allow it.
   *
   * @param queue a queue of the topology, whose dead letters are meant; or the name of a queue
   *     where dead letters or unrouted messages lie
   * @throws TopologyException if the topology has no such queue
   */
  public static DeadLetters deadLetters(ArtelSettings settings, String queue) {
    return Administration.deadLetters(settings, queue);
  }

  /**
   * The change of an ordered queue to the number of partitions that the topology says, from one
   * that it had before ({@link QueueSpec#formerly}), while events flow. Nothing is done yet.
   *
   * @param queue a queue of the topology
   * @throws TopologyException if the topology has no such queue, or it never had another number
   * @throws IllegalArgumentException if the settings name several brokers, or no management API
   */
  public static PartitionChange partitionChange(ArtelSettings settings, String queue) {
    return Administration.partitionChange(settings, queue);
  }

  /** The dead letters of a queue, as {@link #deadLetters(ArtelSettings, String)} does it. */
  public DeadLetters deadLetters(String queue) {
    return Administration.deadLetters(settings, queue);
  }

  /**
   * The publisher with this name, one shared instance per name. Events say the name as their source
   * service unless they or their type name another.
   */
  public EventPublisher publisher(String name) {
    return publishers.computeIfAbsent(name, events::named);
  }

  /** The publisher that is named as the settings say. */
  public EventPublisher publisher() {
    return publisher(settings.name());
  }

  /**
   * Begins a subscription to a queue of the topology.
   *
   * @throws TopologyException if the topology has no such queue
   */
  public SubscriptionBuilder subscribe(String queue) {
    QueueSpec spec =
        settings
            .topology()
            .find(queue)
            .orElseThrow(
                () ->
                    new TopologyException(
                        "the topology has no queue '"
                            + queue
                            + "' to subscribe to; it has "
                            + settings.topology().queues().stream().map(QueueSpec::name).toList()));
    return begin(
        new SubscriptionSpec(
            spec,
            false,
            spec.isPartitioned()
                ? SubscriptionBuilder.DEFAULT_PARTITION_PREFETCH
                : SubscriptionBuilder.DEFAULT_PREFETCH));
  }

  /**
   * Begins a subscription to a queue of this instance's own: each instance gets every event. The
   * queue is exclusive and goes with the connection; after a reconnect it is made anew, and what
   * was published in between is not delivered. It has no dead-letter queue and no retry: what fails
   * is dropped, logged and counted.
   *
   * @param name what its name begins with; a random tail follows
   * @param patterns the routing keys it is bound for
   */
  public SubscriptionBuilder subscribeBroadcast(String name, String... patterns) {
    QueueSpec spec = QueueSpec.of(name).bind(patterns);
    return begin(new SubscriptionSpec(spec, true, SubscriptionBuilder.DEFAULT_PREFETCH));
  }

  private SubscriptionBuilder begin(SubscriptionSpec spec) {
    return new SubscriptionBuilder(spec, this::start);
  }

  private Subscription start(SubscriptionSpec spec, AutoRedrive.@Nullable Plan redrive) {
    if (closed.get()) {
      throw new IllegalStateException(
          settings.name() + " is closed; subscribe to '" + spec.queue().name() + "' before");
    }
    List<QueueSubscription> running = brokers.subscribe(spec, events);
    if (!spec.isBroadcast()) {
      sizes.watch(spec.queue().name(), spec.queue().sources());
      observe(() -> settings.observer().subscribed(spec.queue().name()));
    }
    Subscription subscription =
        new Subscription(
            running,
            settings.closeTimeout(),
            stopped -> {
              brokers.leave(running);
              stopped(stopped, spec.isBroadcast());
            });
    if (redrive != null) {
      subscription.redrive(
          redrive,
          settings.name() + "-redrive-" + spec.queue().name(),
          Administration.allDeadLetters(settings, spec.queue().name()));
    }
    subscriptions.add(subscription);
    return subscription;
  }

  private void stopped(Subscription subscription, boolean broadcast) {
    if (subscriptions.remove(subscription) && !broadcast) {
      observe(() -> settings.observer().unsubscribed(subscription.queue()));
    }
  }

  private static void observe(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException | Error e) {
      log.error("the observer failed on a subscription", e);
    }
  }

  /** The broker at the other end; in a group the first member that has been there. */
  public BrokerInfo broker() {
    return brokers.infos().get(0);
  }

  /** The brokers at the other end: of a group those members that have been there. */
  public List<BrokerInfo> brokers() {
    return brokers.infos();
  }

  /** The settings it was made with. */
  public ArtelSettings settings() {
    return settings;
  }

  /**
   * How the connections fare: for administration, for consuming, for publishing; in a group those
   * of each member, whose names end with its name.
   */
  public List<ConnectionStatus> connections() {
    return brokers.connections();
  }

  /**
   * Whether all connections are open and none is blocked, and all subscriptions have as many
   * consumers as they should. In a group that is false while one member is away, although events
   * are published and handled; {@link #connections()} tells more.
   */
  public boolean isHealthy() {
    return connections().stream().allMatch(ConnectionStatus::isUp)
        && subscriptions.stream()
            .allMatch(each -> each.aliveConsumers() == each.expectedConsumers());
  }

  /**
   * Closes within {@link ArtelSettings#closeTimeout()}, about; see {@link #close(Duration)}.
   * Closing again does nothing.
   */
  @Override
  public void close() {
    var unused = close(settings.closeTimeout());
  }

  /**
   * Stops all subscriptions, waits for outstanding confirmations, and closes the connections, all
   * within this time, about. What is not confirmed by then ends as {@code UNKNOWN} or {@code
   * NOT_SENT}.
   *
   * @return what became of the events that were being published; nothing if it is closed already
   */
  public CloseReport close(Duration timeout) {
    if (!closed.compareAndSet(false, true)) {
      return new CloseReport(0, 0, 0, 0);
    }
    CloseReport before = publisher.outcomes();
    long deadline = System.nanoTime() + timeout.toNanos();
    for (Subscription subscription : subscriptions) {
      subscription.stop(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
    }
    return release(before, Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
  }

  private CloseReport release(CloseReport before, Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    events.stopBatching();
    CloseReport report = publisher.close(before, timeout);
    fallback.stop(deadline);
    brokers.closeCopies(deadline);
    shared.supervisor().stop();
    brokers.close();
    shared.timer().stop();
    shared.standstill().stop();
    shared.callbacks().shutdown();
    shared.meters().close();
    return fallback.close(report);
  }

  private static void requireAudiences(ArtelSettings settings) {
    List<String> missing = settings.topology().missingAudiences(settings.catalog());
    if (!missing.isEmpty()) {
      throw new TopologyException(String.join("; ", missing));
    }
    settings.topology().idleBindings(settings.catalog()).forEach(log::warn);
  }

  @Override
  public String toString() {
    return settings.toString();
  }
}
