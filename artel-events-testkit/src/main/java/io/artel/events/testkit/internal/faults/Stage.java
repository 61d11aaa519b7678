package io.artel.events.testkit.internal.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.artel.events.ConnectionStatus;
import io.artel.events.Event;
import io.artel.events.Topology;
import io.artel.events.amqp.ArtelEvents;
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

  /** How long anything may take before it counts as not happening at all. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Duration LOOK = Duration.ofMillis(20);
  private static final int WARM = 100;

  /** What a busy machine may add to how long events take. */
  private static final Duration SLACK = Duration.ofMillis(250);

  final Node node;
  final StageSettings settings;
  final long seed;
  final Random random;
  final String name;
  final Broker broker;

  /** The networks between the publisher and each node of the broker. */
  final Networks networks;

  /** The network to the node that the publisher prefers, and to the broker if it has one. */
  final BrokerProxy proxy;

  final Topology topology;
  final DeliveryOracle oracle;
  final ArtelEvents artel;
  final Load load;
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final CallLog calls;
  final List<Subscription> subscriptions = new ArrayList<>();

  /** The networks between services that run in processes of their own and each node. */
  final Networks serviceNetworks;

  /** The first of those. */
  final BrokerProxy serviceProxy;

  private final Services services;

  private final List<String> problems = new ArrayList<>();
  private final List<String> delays = new ArrayList<>();
  private final List<String> course = new ArrayList<>();
  private String during = "";
  private final Map<String, Long> figures = new TreeMap<>();
  private final Map<String, Long> lostAt = new ConcurrentHashMap<>();
  private volatile boolean blockedSeen;
  private final List<ServiceProcess> processes = new ArrayList<>();
  private int faults;
  private long bound;
  private @Nullable Long overlapsAllowed;
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
    this.seed = seed;
    this.random = new Random(seed);
    topology = settings.topology();
    oracle =
        new DeliveryOracle(
            topology.queues().stream().map(queue -> queue.name()).toArray(String[]::new));
    calls = new CallLog(oracle);
    services = new Services(settings, calls);
    broker = node.createVhost(name);
    networks = new Networks(node.amqpUris(broker));
    proxy = networks.to(0);
    serviceNetworks = new Networks(node.amqpUris(broker));
    serviceProxy = serviceNetworks.to(0);
    artel =
        ArtelEvents.connect(
            settings
                .artel(networks.amqpUris(0), name)
                .meterRegistry(meters)
                .connectionListener(this::connectionChanged)
                .build());
    load = new Load(artel.publisher(), oracle, seed, changes);
    if (settings.processes() > 0) {
      startServices();
    } else {
      subscriptions.addAll(services.start(artel));
    }
    node.flush();
    load.start();
    await("events flow", () -> oracle.confirmed() > WARM && oracle.handled() > WARM);
  }

  private void connectionChanged(ConnectionStatus status) {
    if (status.state() == ConnectionStatus.State.CONNECTING) {
      lostAt.putIfAbsent(status.name(), System.nanoTime());
    }
    blockedSeen |= status.state() == ConnectionStatus.State.BLOCKED;
  }

  // What scenarios say

  /** A fault was injected that may make all come twice that is in flight. */
  void fault() {
    fault(settings.duplicatesOfFault());
  }

  /** A fault was injected that may make so many events come twice. */
  void fault(long duplicates) {
    faults++;
    bound += duplicates;
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
    if (!waitFor(PATIENCE, watched::isComplete)) {
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

  /** Something is done that chance has chosen; until it ends, sentences tell of it. */
  void begins(String what) {
    course.add(what);
    during = what + ": ";
  }

  /** What has begun is over. */
  void ends() {
    during = "";
  }

  /** Something is wrong. */
  void problem(String sentence) {
    problems.add(during + sentence);
  }

  /** Something took longer than it should. */
  void late(String sentence) {
    delays.add(during + sentence);
  }

  /** Something has to be so now. */
  void check(boolean holds, String otherwise) {
    if (!holds) {
      problem(otherwise);
    }
  }

  /** Something has to become so; returns whether it did. */
  boolean await(String what, BooleanSupplier condition) throws InterruptedException {
    return await(what, PATIENCE, condition);
  }

  /** Something has to become so within this time; returns whether it did. */
  boolean await(String what, Duration patience, BooleanSupplier condition)
      throws InterruptedException {
    boolean held = waitFor(patience, condition);
    check(held, "it did not come to pass within " + patience.toSeconds() + " s that " + what);
    return held;
  }

  private static boolean waitFor(Duration patience, BooleanSupplier condition)
      throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
      TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
    }
    return true;
  }

  /** Makes sure that no retry came early, and none so much later than it should. */
  void retriesWereInTime(Duration latest) {
    Map<String, Long> seen = calls.figures();
    check(seen.containsKey("retries"), "there was no retry");
    long early = seen.getOrDefault("earliest_retry_ms", 0L);
    check(early >= 0, "a retry came " + -early + " ms before its time");
    long late = seen.getOrDefault("latest_retry_ms", 0L);
    if (late > latest.toMillis()) {
      late("a retry came " + late + " ms after its time instead of " + latest.toMillis());
    }
  }

  /**
   * Lets events flow for a while, and makes sure that those that mean no harm came to their
   * handlers about as fast as before.
   *
   * @param quiet within what time 99 of 100 came before
   */
  void disturbsNoOthers(Duration quiet) {
    Duration now = calls.longDelay();
    figure("p99_quiet_ms", quiet.toMillis());
    figure("p99_disturbed_ms", now.toMillis());
    if (now.compareTo(quiet.multipliedBy(2).plus(SLACK)) > 0) {
      late(
          "99 of 100 other events took up to "
              + now.toMillis()
              + " ms to their handlers, "
              + quiet.toMillis()
              + " ms without the fault");
    }
  }

  /** Within what time 99 of 100 events came to their handlers while nothing went wrong. */
  Duration quiet() throws InterruptedException {
    flow(Duration.ofSeconds(1));
    calls.forgetDelays();
    flow(Duration.ofSeconds(2));
    Duration quiet = calls.longDelay();
    calls.forgetDelays();
    return quiet;
  }

  /** A figure for the report. */
  void figure(String figure, long value) {
    synchronized (figures) {
      figures.put(figure, value);
    }
  }

  /** A figure for the report, which stays the largest of those that are given. */
  void longest(String figure, long value) {
    synchronized (figures) {
      figures.merge(figure, value, Math::max);
    }
  }

  /** Whether a connection was seen blocked. */
  boolean blockedSeen() {
    return blockedSeen;
  }

  /** What was seen of blocked connections up to now does not count. */
  void forgetBlocked() {
    blockedSeen = false;
  }

  /** Handlers take so long from now on. */
  void handlersTake(Duration time) {
    services.handlersTake(time);
  }

  /** Handlers that hang go on. */
  void release() {
    services.release();
  }

  /** Starts the processes of the services, one after the other. */
  void startServices() throws InterruptedException {
    while (processes.size() < settings.processes()) {
      startService();
    }
  }

  /**
   * Starts one process of the services more. Each prefers another node, if there are several: the
   * publisher the first one, the first process the second one, and so on.
   */
  void startService() throws InterruptedException {
    startService(settings);
  }

  /** Starts one with other settings than the stage began with. */
  void startService(StageSettings settings) throws InterruptedException {
    String called = name + " services " + processes.size();
    String uris = serviceNetworks.amqpUris(processes.size() + 1);
    processes.add(ServiceProcess.start(uris, called, settings, calls));
  }

  /** The running processes of the services, the one that was started first at first. */
  List<ServiceProcess> services() {
    return List.copyOf(processes);
  }

  /** Kills a process of the services. */
  void kill(ServiceProcess process) throws InterruptedException {
    process.kill();
    processes.remove(process);
  }

  /** Kills the processes of the services. */
  void killServices() throws InterruptedException {
    for (ServiceProcess process : services()) {
      kill(process);
    }
  }

  /** From the beginning to the end, so many handlers may begin while another of their key runs. */
  void overlapsUpTo(long count) {
    overlapsAllowed = count;
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
    longest("longest_detection_ms", millis);
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

  /** How many dead letters this queue has. */
  int deadLetters(String queue) {
    return broker.queue(topology.find(queue).orElseThrow().deadLetterQueue()).ready();
  }

  /** Declares what was deleted. */
  void declareAgain() {
    ArtelEvents.declare(settings.artel(broker.amqpUri(), name + " declare").build());
  }

  // The end

  /** Judges what is only known when nothing runs any more. */
  void judge() {
    check(faults > 0, "no fault was injected, so nothing was shown");
    long overlaps = oracle.verdict(bound).overlaps();
    Long allowed = overlapsAllowed;
    if (allowed != null) {
      figure("overlaps", overlaps);
      check(
          overlaps <= allowed,
          overlaps + " handlers ran beside another of their key, but at most " + allowed + " may");
    }
  }

  int faults() {
    return faults;
  }

  /** How many duplicates its faults explain. */
  long bound() {
    return bound;
  }

  List<String> problems() {
    return problems;
  }

  List<String> delays() {
    return delays;
  }

  /** What chance has chosen, in order. */
  List<String> course() {
    return course;
  }

  Map<String, Long> figures() {
    Map<String, Long> all = new TreeMap<>(calls.figures());
    synchronized (figures) {
      all.putAll(figures);
    }
    return all;
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
    release();
    artel.close();
    try {
      killServices();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the process is killed all the same
    }
    networks.close();
    serviceNetworks.close();
    node.deleteVhost(name);
  }
}
