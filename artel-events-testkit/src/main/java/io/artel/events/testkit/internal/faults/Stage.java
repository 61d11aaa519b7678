package io.artel.events.testkit.internal.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.artel.events.ConnectionStatus;
import io.artel.events.Event;
import io.artel.events.FailurePolicy;
import io.artel.events.HandlerContext;
import io.artel.events.Topology;
import io.artel.events.TransientException;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.ArtelSettings;
import io.artel.events.amqp.Subscription;
import io.artel.events.testkit.Broker;
import io.artel.events.testkit.BrokerProxy;
import io.artel.events.testkit.DeliveryOracle;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Where a scenario is played: a virtual host, a proxy before it, a publisher under load, and
 * subscriptions that read it. What a scenario does to it counts as faults; what it notes goes into
 * the report.
 */
final class Stage implements AutoCloseable {
  static final String EXCHANGE = "faults.events";
  static final String ORDERED = "faults.ordered.queue";
  static final String PLAIN = "faults.plain.queue";
  static final Duration FLAKY_BACKOFF = Duration.ofSeconds(1);

  /** How long anything may take before it counts as not happening at all. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Duration LOOK = Duration.ofMillis(20);
  private static final int WARM = 100;

  final Node node;
  final StageSettings settings;
  final Random random;
  final String name;
  final Broker broker;
  final BrokerProxy proxy;
  final Topology topology;
  final DeliveryOracle oracle;
  final ArtelEvents artel;
  final Load load;
  final List<Subscription> subscriptions = new ArrayList<>();

  private final List<String> problems = new ArrayList<>();
  private final List<String> delays = new ArrayList<>();
  private final Map<String, Long> figures = new TreeMap<>();
  private final Map<String, Long> firstAttempts = new ConcurrentHashMap<>();
  private final Map<String, Long> lostAt = new ConcurrentHashMap<>();
  private volatile Duration handling;
  private volatile boolean blockedSeen;
  private int faults;
  private boolean allowsDuplicates;
  private @Nullable Duration recovery;
  private @Nullable Duration publisherRecovery;

  /** Connects, subscribes, and returns when events flow. */
  Stage(
      Node node,
      StageSettings settings,
      String name,
      long seed,
      UnaryOperator<Event.Builder<JsonNode>> changes)
      throws InterruptedException {
    this.node = node;
    this.settings = settings;
    this.name = name;
    this.random = new Random(seed);
    this.handling = settings.handling();
    topology = topology(settings);
    oracle =
        new DeliveryOracle(
            topology.queues().stream().map(queue -> queue.name()).toArray(String[]::new));
    broker = node.createVhost(name);
    proxy = BrokerProxy.before(broker.amqpUri());
    artel = ArtelEvents.connect(artelSettings(proxy.amqpUri(), name).build());
    node.flush();
    load = new Load(artel.publisher(), oracle, seed, changes);
    subscribe();
    load.start();
    await("events flow", () -> oracle.confirmed() > WARM && oracle.handled() > WARM);
  }

  private static Topology topology(StageSettings settings) {
    Topology topology = Topology.on(EXCHANGE);
    if (settings.partitions() > 0) {
      topology = topology.queue(ORDERED, q -> q.bind("fault.*").partitions(settings.partitions()));
    }
    // Without a single active consumer, what a broker still holds for a lost consumer comes late.
    return settings.plain()
        ? topology.queue(PLAIN, q -> q.bind("fault.*").singleActiveConsumer())
        : topology;
  }

  /** The settings of a client on this stage. */
  ArtelSettings.Builder artelSettings(String uri, String clientName) {
    ArtelSettings.Builder builder =
        ArtelSettings.builder()
            .uri(uri)
            .name(clientName)
            .topology(topology)
            .meterRegistry(new SimpleMeterRegistry())
            .heartbeat(StageSettings.HEARTBEAT)
            .connectTimeout(StageSettings.CONNECT_TIMEOUT)
            .reconnectBackoff(StageSettings.FIRST_RECONNECT, StageSettings.LONGEST_RECONNECT)
            .maxInFlight(StageSettings.WINDOW)
            .enqueueTimeout(StageSettings.PUBLISH_TIMEOUT)
            .publishTimeout(StageSettings.PUBLISH_TIMEOUT)
            .confirmTimeout(settings.confirmTimeout())
            .closeTimeout(Duration.ofSeconds(5))
            .connectionListener(this::connectionChanged);
    return settings.strictOrder() ? builder.strictOrder() : builder;
  }

  private void connectionChanged(ConnectionStatus status) {
    if (status.state() == ConnectionStatus.State.CONNECTING) {
      lostAt.putIfAbsent(status.name(), System.nanoTime());
    }
    blockedSeen |= status.state() == ConnectionStatus.State.BLOCKED;
  }

  private void subscribe() {
    topology
        .queues()
        .forEach(
            queue ->
                subscriptions.add(
                    artel
                        .subscribe(queue.name())
                        .prefetch(StageSettings.PREFETCH)
                        // One at a time, so that a plain queue keeps the order as well.
                        .workers(queue.isPartitioned() ? 4 : 1)
                        .on(Load.STEP, this::handle)
                        .onFailure(
                            FailurePolicy.retry(TransientException.class)
                                .upTo(3)
                                .backoff(FLAKY_BACKOFF, FLAKY_BACKOFF)
                                .thenDeadLetter())
                        .start()));
  }

  private void handle(Event<JsonNode> event, HandlerContext context) throws InterruptedException {
    String key = event.data().path(Load.KEY).asText();
    long number = event.data().path(Load.NUMBER).asLong();
    DeliveryOracle.Handling attempt =
        oracle.begin(context.queue(), key, number, context.redelivered());
    boolean good = false;
    try {
      if (!handling.isZero()) {
        TimeUnit.NANOSECONDS.sleep(handling.toNanos());
      }
      if (event.data().path(Load.FLAKY).asBoolean()) {
        failFirst(context, key);
      }
      good = true;
    } finally {
      if (good) {
        attempt.succeeded();
      } else {
        attempt.failed();
      }
    }
  }

  /** Fails the first attempt, and measures how long the second one is away. */
  private void failFirst(HandlerContext context, String key) {
    String place = context.queue() + " " + key;
    if (context.attempt() == 1) {
      firstAttempts.put(place, System.nanoTime());
      throw new TransientException("fails at first, as it should");
    }
    Long first = firstAttempts.get(place);
    if (first != null) {
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - first);
      synchronized (figures) {
        figures.merge("longest_retry_delay_ms", millis, Math::max);
        figures.merge("shortest_retry_delay_ms", millis, Math::min);
        figures.merge("retries", 1L, Long::sum);
      }
    }
  }

  // What scenarios say

  /** A fault was injected that may make events come twice. */
  void fault() {
    faults++;
    allowsDuplicates = true;
    lostAt.clear();
  }

  /** A fault was injected that is no reason for anything to come twice. */
  void harmlessFault() {
    faults++;
  }

  /** Lets events flow for a while. */
  void flow(Duration time) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(time.toNanos());
  }

  /** Lets events flow for a random while. */
  void flow(Duration shortest, Duration longest) throws InterruptedException {
    long range = longest.minus(shortest).toNanos();
    flow(shortest.plusNanos((long) (random.nextDouble() * range)));
  }

  /** From now on all has to move again within this time. */
  void recovers(Duration target) throws InterruptedException {
    recovers(target, oracle.recovery(load.keys()));
  }

  /** From when that recovery began, all has to move again within this time. */
  void recovers(Duration target, DeliveryOracle.Recovery watched) throws InterruptedException {
    if (!waitFor(watched::isComplete)) {
      problem("not all moved again within " + PATIENCE.toSeconds() + " s: " + watched);
      return;
    }
    recovery = longer(recovery, watched.handlers());
    publisherRecovery = longer(publisherRecovery, watched.publisher());
    Duration all = longer(watched.publisher(), watched.handlers());
    if (all.compareTo(target) > 0) {
      late(
          "recovery took "
              + all.toMillis()
              + " ms, but should take at most "
              + target.toMillis()
              + " ms");
    }
    await("all connections are there again", artel::isHealthy);
  }

  private static Duration longer(@Nullable Duration one, Duration other) {
    return one != null && one.compareTo(other) > 0 ? one : other;
  }

  /** Something is wrong. */
  void problem(String sentence) {
    problems.add(sentence);
  }

  /** Something took longer than it should. */
  void late(String sentence) {
    delays.add(sentence);
  }

  /** Something has to be so now. */
  void check(boolean holds, String otherwise) {
    if (!holds) {
      problem(otherwise);
    }
  }

  /** Something has to become so; returns whether it did. */
  boolean await(String what, BooleanSupplier condition) throws InterruptedException {
    boolean held = waitFor(condition);
    check(held, "it did not come to pass within " + PATIENCE.toSeconds() + " s that " + what);
    return held;
  }

  private static boolean waitFor(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
      TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
    }
    return true;
  }

  /** A figure for the report. */
  void figure(String figure, long value) {
    synchronized (figures) {
      figures.put(figure, value);
    }
  }

  /** Whether a connection was seen blocked. */
  boolean blockedSeen() {
    return blockedSeen;
  }

  /** Handlers take so long from now on. */
  void handlersTake(Duration time) {
    handling = time;
  }

  /**
   * Waits until all connections have noticed the fault, and makes sure that none took longer than
   * this, a second more for a busy machine.
   */
  void noticed(long since, Duration longest) throws InterruptedException {
    int connections = artel.connections().size();
    await("all connections notice", () -> lostAt.size() >= connections);
    long last = lostAt.values().stream().mapToLong(Long::longValue).max().orElse(since);
    long millis = TimeUnit.NANOSECONDS.toMillis(last - since);
    synchronized (figures) {
      figures.merge("longest_detection_ms", millis, Math::max);
    }
    if (millis > longest.plusSeconds(1).toMillis()) {
      late("a fault was noticed after " + millis + " ms instead of " + longest.toMillis() + " ms");
    }
  }

  /** Stops publishing and waits until all that was published is handled. */
  void quieten() throws InterruptedException {
    load.pause();
    await("all is handled", () -> oracle.withoutOutcome() == 0 && oracle.missing().isEmpty());
  }

  /** Something that is done to the broker over AMQP, past the proxy. */
  interface Administration {
    void on(Channel channel) throws Exception;
  }

  /** Does something to the broker over AMQP, past the proxy. */
  void administer(Administration work) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(broker.amqpUri());
    factory.setAutomaticRecoveryEnabled(false);
    try (Connection connection = factory.newConnection("artel-faults");
        Channel channel = connection.createChannel()) {
      work.on(channel);
    }
  }

  /** Declares what was deleted. */
  void declareAgain() {
    ArtelEvents.declare(artelSettings(broker.amqpUri(), name + " declare").build());
  }

  // The end

  int faults() {
    return faults;
  }

  /** How many duplicates its faults explain. */
  long bound() {
    return allowsDuplicates ? settings.duplicatesOf(faults) : 0;
  }

  List<String> problems() {
    return problems;
  }

  List<String> delays() {
    return delays;
  }

  Map<String, Long> figures() {
    synchronized (figures) {
      return Map.copyOf(figures);
    }
  }

  @Nullable Duration recovery() {
    return recovery;
  }

  @Nullable Duration publisherRecovery() {
    return publisherRecovery;
  }

  @Override
  public void close() {
    load.end();
    artel.close();
    proxy.close();
    node.deleteVhost(name);
  }
}
