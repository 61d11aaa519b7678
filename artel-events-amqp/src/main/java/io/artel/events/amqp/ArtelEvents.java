package io.artel.events.amqp;

import com.rabbitmq.client.Connection;
import io.artel.events.CloseReport;
import io.artel.events.ConnectionException;
import io.artel.events.ConnectionStatus;
import io.artel.events.EventPublisher;
import io.artel.events.QueueSpec;
import io.artel.events.Topology;
import io.artel.events.TopologyException;
import io.artel.events.TopologyPlan;
import io.artel.events.amqp.internal.background.Background;
import io.artel.events.amqp.internal.connection.Connector;
import io.artel.events.amqp.internal.connection.ManagementUri;
import io.artel.events.amqp.internal.connection.SupervisedConnection;
import io.artel.events.amqp.internal.consume.QueueSubscription;
import io.artel.events.amqp.internal.consume.SubscriptionSpec;
import io.artel.events.amqp.internal.message.EventMessages;
import io.artel.events.amqp.internal.metrics.Meters;
import io.artel.events.amqp.internal.metrics.QueueSizes;
import io.artel.events.amqp.internal.publish.Batcher;
import io.artel.events.amqp.internal.publish.CallbackThreads;
import io.artel.events.amqp.internal.publish.EventChannel;
import io.artel.events.amqp.internal.publish.Limits;
import io.artel.events.amqp.internal.publish.PublisherPool;
import io.artel.events.amqp.internal.topology.ManagementClient;
import io.artel.events.amqp.internal.topology.TopologyDeclarer;
import io.artel.events.amqp.internal.topology.TopologyPlanner;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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
 * <p>Keeps three connections to the broker, for publishing, for consuming and for administration,
 * and restores them when they are lost. Safe for use by several threads.
 */
public final class ArtelEvents implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ArtelEvents.class);

  private static final Duration CONNECTION_CLOSE_TIMEOUT = Duration.ofSeconds(2);

  private final ArtelSettings settings;
  private final BrokerInfo broker;
  private final List<SupervisedConnection> publishing;
  private final SupervisedConnection consuming;
  private final SupervisedConnection administration;
  private final Background timer;
  private final Background supervisor;
  private final ExecutorService callbacks;
  private final TopologyDeclarer declarer;
  private final PublisherPool publisher;

  /**
   * Retry copies and dead letters go on a channel of their own: what the broker refuses of them
   * must not close the one that events are published on.
   */
  private final PublisherPool copies;

  private final EventChannel events;
  private final Meters meters;
  private final QueueSizes sizes;
  private final Map<String, EventPublisher> publishers = new ConcurrentHashMap<>();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();

  private ArtelEvents(ArtelSettings settings) {
    this.settings = settings;
    requireAudiences(settings);
    String name = settings.name();
    timer = new Background(name + "-timer", 2);
    supervisor = new Background(name + "-supervisor", 3);
    callbacks = CallbackThreads.create(name + "-callbacks");
    meters = new Meters(settings.meterRegistry());
    Connector connector = new Connector(settings.endpoint());
    declarer = declarer(connector, settings);
    administration = supervised(connector, "admin");
    consuming = supervised(connector, "consume");
    publishing =
        IntStream.range(0, settings.publisherConnections())
            .mapToObj(i -> supervised(connector, i == 0 ? "publish" : "publish " + (i + 1)))
            .toList();
    Limits limits =
        new Limits(
            settings.enqueueTimeout(),
            settings.publishTimeout(),
            settings.confirmTimeout(),
            settings.publishRetries(),
            settings.firstPublishRetry(),
            settings.isStrictOrder());
    publisher = pool(publishing, limits);
    copies = pool(publishing.subList(0, 1), limits);
    meters.watchInFlight("events", publisher::inFlight);
    meters.watchInFlight("copies", copies::inFlight);
    events =
        new EventChannel(
            publisher,
            Batcher.of(
                publisher,
                settings.batching(),
                limits,
                settings.maxInFlight(),
                callbacks,
                supervisor),
            new EventMessages(
                settings.topology().exchange(), settings.codec(), settings.lowPriorityTtl()),
            settings.topology(),
            meters,
            settings.observer());
    try {
      Connection admin = administration.open();
      broker = introduce(admin);
      if (settings.declares()) {
        declarer.declare(admin, settings.topology().layout());
      }
      consuming.open();
      List<Connection> open = publishing.stream().map(SupervisedConnection::open).toList();
      publisher.start(open);
      copies.start(open.subList(0, 1));
      sizes = new QueueSizes(administration, meters, supervisor);
    } catch (IOException e) {
      release(publisher.outcomes(), Duration.ofSeconds(1));
      throw lost(settings, e);
    } catch (RuntimeException e) {
      release(publisher.outcomes(), Duration.ofSeconds(1));
      throw e;
    }
    log.info("{} connected to {} as {}", name, broker, settings.endpoint());
  }

  private SupervisedConnection supervised(Connector connector, String purpose) {
    return new SupervisedConnection(
        connector,
        settings.name() + " " + purpose,
        supervisor,
        null,
        new SupervisedConnection.Backoff(settings.firstReconnect(), settings.longestReconnect()),
        this::announce);
  }

  private PublisherPool pool(List<SupervisedConnection> connections, Limits limits) {
    return new PublisherPool(
        connections, limits, settings.maxInFlight(), meters, callbacks, timer, supervisor);
  }

  /** Tells of a connection's new state, one after the other, off the connection's own threads. */
  private void announce(ConnectionStatus status) {
    try {
      callbacks.execute(
          () -> {
            meters.connection(status);
            try {
              settings.connectionListener().changed(status);
            } catch (RuntimeException | Error e) {
              log.error("the connection listener failed on {}", status, e);
            }
          });
    } catch (RejectedExecutionException e) {
      log.debug("closed: nobody hears of {}", status);
    }
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
   * connections are open; a broker that is away is not waited for.
   *
   * @throws ConnectionException if the broker is not there, or refuses
   * @throws TopologyException if a type's audience is not in the topology, or if the broker has
   *     something else by one of the names or cannot make what is missing; then nothing was
   *     declared
   */
  public static ArtelEvents connect(ArtelSettings settings) {
    return new ArtelEvents(settings);
  }

  /**
   * What {@link #declare} would make, and what on the broker is otherwise than the topology says.
   * Changes nothing. With a management URI it sees bindings, extras and policies as well.
   *
   * @throws ConnectionException if the broker is not there, or refuses
   */
  public static TopologyPlan plan(ArtelSettings settings) {
    ManagementUri management = settings.management();
    ManagementClient client =
        management == null
            ? null
            : new ManagementClient(
                management, settings.endpoint().virtualHost(), settings.endpoint().tls());
    return administer(
        settings,
        (connection, declarer) ->
            new TopologyPlanner(declarer).plan(connection, client, settings.topology().layout()));
  }

  /**
   * Declares what is missing of the topology, and connects for nothing else. Never deletes.
   *
   * @throws ConnectionException if the broker is not there, or refuses
   * @throws TopologyException if the broker has something else by one of the names or cannot make
   *     what is missing; then nothing was declared
   */
  public static void declare(ArtelSettings settings) {
    administer(
        settings,
        (connection, declarer) -> {
          declarer.declare(connection, settings.topology().layout());
          return settings;
        });
  }

  /** Something that is done on an administration connection. */
  private interface Administration<R> {
    R with(Connection connection, TopologyDeclarer declarer) throws IOException;
  }

  private static <R> R administer(ArtelSettings settings, Administration<R> work) {
    Connector connector = new Connector(settings.endpoint());
    Connection connection = connector.open(settings.name() + " admin", null);
    try {
      return work.with(connection, declarer(connector, settings));
    } catch (IOException e) {
      throw lost(settings, e);
    } finally {
      connection.abort(Math.toIntExact(CONNECTION_CLOSE_TIMEOUT.toMillis()));
    }
  }

  private static TopologyDeclarer declarer(Connector connector, ArtelSettings settings) {
    return new TopologyDeclarer(() -> connector.open(settings.name() + " probe", null));
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
    return begin(new SubscriptionSpec(spec, false, SubscriptionBuilder.DEFAULT_PREFETCH));
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

  private Subscription start(SubscriptionSpec spec) {
    if (closed.get()) {
      throw new IllegalStateException(
          settings.name() + " is closed; subscribe to '" + spec.queue().name() + "' before");
    }
    spec.requirePossible();
    Topology topology = settings.topology();
    boolean ladder = !spec.isBroadcast() && !spec.queue().isPartitioned();
    if (ladder) {
      topology = topology.ladder(spec.queue().name(), spec.delays());
    }
    QueueSubscription running =
        new QueueSubscription(
            spec,
            new QueueSubscription.Shared(
                consuming,
                copies,
                events,
                settings.codec(),
                topology,
                meters,
                settings.observer(),
                settings.name(),
                timer,
                supervisor));
    try {
      if (ladder
          && settings.declares()
          && !topology.ladder(spec.queue()).equals(settings.topology().ladder(spec.queue()))) {
        declareAgain(topology);
      }
      running.start();
    } catch (IOException e) {
      running.stop(Duration.ZERO);
      throw lost(settings, e);
    } catch (RuntimeException e) {
      running.stop(Duration.ZERO);
      throw e;
    }
    if (!spec.isBroadcast()) {
      sizes.watch(spec.queue().name(), spec.queue().sources());
      observe(() -> settings.observer().subscribed(spec.queue().name()));
    }
    Subscription subscription =
        new Subscription(
            running, settings.closeTimeout(), stopped -> stopped(stopped, spec.isBroadcast()));
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

  /** The broker at the other end. */
  public BrokerInfo broker() {
    return broker;
  }

  /** The settings it was made with. */
  public ArtelSettings settings() {
    return settings;
  }

  /** How the connections fare: for administration, for consuming, for publishing. */
  public List<ConnectionStatus> connections() {
    return Stream.concat(Stream.of(administration, consuming), publishing.stream())
        .map(SupervisedConnection::status)
        .toList();
  }

  /** Whether all connections are open and none is blocked. */
  public boolean isHealthy() {
    return connections().stream().allMatch(ConnectionStatus::isUp);
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
    var unused = copies.close(copies.outcomes(), timeout);
    CloseReport report =
        publisher.close(before, Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
    supervisor.stop();
    publishing.forEach(connection -> connection.close(CONNECTION_CLOSE_TIMEOUT));
    consuming.close(CONNECTION_CLOSE_TIMEOUT);
    administration.close(CONNECTION_CLOSE_TIMEOUT);
    timer.stop();
    callbacks.shutdown();
    meters.close();
    return report;
  }

  private static void requireAudiences(ArtelSettings settings) {
    List<String> missing = settings.topology().missingAudiences(settings.catalog());
    if (!missing.isEmpty()) {
      throw new TopologyException(String.join("; ", missing));
    }
    settings.topology().idleBindings(settings.catalog()).forEach(log::warn);
  }

  private static BrokerInfo introduce(Connection connection) {
    Map<String, Object> properties = connection.getServerProperties();
    return new BrokerInfo(
        String.valueOf(properties.getOrDefault("product", "unknown")),
        String.valueOf(properties.getOrDefault("version", "unknown")),
        connection.getAddress().getHostAddress() + ":" + connection.getPort());
  }

  private void declareAgain(Topology topology) throws IOException {
    Connection admin = administration.current();
    if (admin == null) {
      throw new IOException("the administration connection is lost");
    }
    declarer.declare(admin, topology.layout());
  }

  private static ConnectionException lost(ArtelSettings settings, IOException cause) {
    return new ConnectionException(
        "the connection to " + settings.endpoint() + " was lost while it was being set up",
        true,
        cause);
  }

  @Override
  public String toString() {
    return settings.toString();
  }
}
