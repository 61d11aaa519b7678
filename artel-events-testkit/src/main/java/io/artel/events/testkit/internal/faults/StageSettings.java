package io.artel.events.testkit.internal.faults;

import io.artel.events.Topology;
import io.artel.events.amqp.ArtelSettings;
import io.artel.events.testkit.internal.broker.Versions;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** How a stage is set up. Each method that changes something gives settings of their own. */
final class StageSettings implements Cloneable {

  static final Duration HEARTBEAT = Duration.ofSeconds(2);

  /** A client that hears nothing notices after two and a quarter heartbeats at most. */
  static final Duration CLIENT_NOTICES = HEARTBEAT.multipliedBy(9).dividedBy(4);

  /** A broker that hears nothing looks once a heartbeat, and is sure at the second look. */
  static final Duration BROKER_NOTICES = HEARTBEAT.multipliedBy(3);

  static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);
  static final Duration FIRST_RECONNECT = Duration.ofMillis(200);
  static final Duration LONGEST_RECONNECT = Duration.ofSeconds(2);
  static final Duration PUBLISH_TIMEOUT = Duration.ofMinutes(2);

  /** When an event expires that may. */
  static final Duration EXPIRY = Duration.ofSeconds(2);

  static final int WINDOW = 200;
  static final int KEYS = 12;
  static final int RATE = 400;

  /** Of the ordered queue; 0 for none. */
  private int partitions = 4;

  /** How many partitions the ordered queue had before, the first number first. */
  private List<Integer> formerly = List.of();

  /** Whether there is a queue without partitions as well. */
  private boolean plain = true;

  /** On RabbitMQ 3.x sessions may change partitions when it restarts, so there is one then. */
  private boolean brokerRestarts;

  /**
   * RabbitMQ 3.x refuses events while a queue changes its leader. Only in strict order does what is
   * sent again stay before later events of its key.
   */
  private boolean leadersChange;

  /** Whether one event of a key is in flight. */
  private boolean strictOrder;

  private Duration handling = Duration.ZERO;
  private Duration confirmTimeout = Duration.ofSeconds(10);

  /** How many events the broker sends ahead to each consumer. */
  private int prefetch = 50;

  /** Processes of their own, each of which reads all queues; 0 if services run in this one. */
  private int processes;

  /** How long a soak lasts. */
  private Duration soak = Duration.ofSeconds(90);

  private StageSettings() {}

  static StageSettings defaults() {
    return new StageSettings();
  }

  private StageSettings with(Consumer<StageSettings> change) {
    try {
      StageSettings copy = (StageSettings) clone();
      change.accept(copy);
      return copy;
    } catch (CloneNotSupportedException e) {
      throw new AssertionError(e);
    }
  }

  StageSettings onlyOrdered() {
    return with(s -> s.plain = false);
  }

  StageSettings onlyPlain() {
    return with(s -> s.partitions = 0);
  }

  StageSettings brokerRestarts() {
    return with(s -> s.brokerRestarts = true);
  }

  StageSettings inStrictOrder() {
    return with(s -> s.strictOrder = true);
  }

  StageSettings handlersTake(Duration time) {
    return with(s -> s.handling = time);
  }

  StageSettings confirmsWithin(Duration timeout) {
    return with(s -> s.confirmTimeout = timeout);
  }

  StageSettings fetching(int count) {
    return with(s -> s.prefetch = count);
  }

  /** With a soak that lasts so long. */
  StageSettings lasting(Duration time) {
    return with(s -> s.soak = time);
  }

  /** With a plain queue alone, whose service runs in a process of its own. */
  StageSettings apart() {
    return onlyPlain().with(s -> s.processes = 1);
  }

  /** With an ordered queue alone, which two processes read. */
  StageSettings twoInstances() {
    return onlyOrdered().partitioned(8).with(s -> s.processes = 2);
  }

  /** With two processes and handlers that take a moment, on a broker of three nodes. */
  StageSettings onCluster() {
    return twoInstances().handlersTake(Duration.ofMillis(5)).with(s -> s.leadersChange = true);
  }

  /** With another number of partitions. */
  StageSettings partitioned(int count) {
    return with(s -> s.partitions = count);
  }

  /** The same later, when the ordered queue is to have another number of partitions. */
  StageSettings changedTo(int count) {
    List<Integer> numbers = new ArrayList<>(formerly);
    numbers.add(partitions);
    return partitioned(count).with(s -> s.formerly = List.copyOf(numbers));
  }

  /** The settings on a broker of this version. */
  StageSettings on(String version) {
    if (!Versions.isBefore(version, "4.0")) {
      return this;
    }
    StageSettings settings = brokerRestarts && partitions > 1 ? partitioned(1) : this;
    return leadersChange ? settings.inStrictOrder() : settings;
  }

  /** What services have to know, as one word. */
  String services() {
    return partitions
        + ":"
        + plain
        + ":"
        + handling.toMillis()
        + ":"
        + prefetch
        + ":"
        + processes
        + ":"
        + String.join(",", formerly.stream().map(String::valueOf).toList());
  }

  /** The settings of services, from their word. */
  static StageSettings ofServices(String word) {
    String[] parts = word.split(":", -1);
    return defaults()
        .with(
            s -> {
              s.partitions = Integer.parseInt(parts[0]);
              s.plain = Boolean.parseBoolean(parts[1]);
              s.handling = Duration.ofMillis(Long.parseLong(parts[2]));
              s.prefetch = Integer.parseInt(parts[3]);
              s.processes = Integer.parseInt(parts[4]);
              s.formerly =
                  Pattern.compile(",")
                      .splitAsStream(parts[5])
                      .filter(each -> !each.isEmpty())
                      .map(Integer::valueOf)
                      .toList();
            });
  }

  Duration handling() {
    return handling;
  }

  Duration confirmTimeout() {
    return confirmTimeout;
  }

  int prefetch() {
    return prefetch;
  }

  int processes() {
    return processes;
  }

  Duration soak() {
    return soak;
  }

  /** What is declared. */
  Topology topology() {
    Topology topology = Topology.on(Stage.EXCHANGE);
    if (partitions > 0) {
      topology =
          topology.queue(
              Stage.ORDERED,
              q ->
                  q.bind("fault.*")
                      .partitions(partitions)
                      .formerly(formerly.stream().mapToInt(Integer::intValue).toArray()));
    }
    // Without a single active consumer, what a broker still holds for a lost consumer comes late.
    return plain
        ? topology.queue(Stage.PLAIN, q -> q.bind("fault.*").singleActiveConsumer())
        : topology;
  }

  /**
   * The settings of a client.
   *
   * @param uris of all nodes of the broker, with commas between them, in the order in which they
   *     are tried
   */
  ArtelSettings.Builder artel(String uris, String clientName) {
    String[] each = uris.split(",", -1);
    ArtelSettings.Builder builder =
        ArtelSettings.builder()
            .uri(each[0])
            .name(clientName)
            .topology(topology())
            .meterRegistry(new SimpleMeterRegistry())
            .heartbeat(HEARTBEAT)
            .connectTimeout(CONNECT_TIMEOUT)
            .reconnectBackoff(FIRST_RECONNECT, LONGEST_RECONNECT)
            .maxInFlight(WINDOW)
            .enqueueTimeout(PUBLISH_TIMEOUT)
            .publishTimeout(PUBLISH_TIMEOUT)
            .confirmTimeout(confirmTimeout)
            .lowPriorityTtl(EXPIRY)
            .closeTimeout(Duration.ofSeconds(5));
    if (each.length > 1) {
      Stream.of(each)
          .map(URI::create)
          .forEach(uri -> builder.address(uri.getHost(), uri.getPort()));
    }
    return strictOrder ? builder.strictOrder() : builder;
  }

  /** How many consumers read the queues. */
  int consumers() {
    return partitions + (plain ? 1 : 0);
  }

  /** How many queues get each event. */
  int queues() {
    return (partitions > 0 ? 1 : 0) + (plain ? 1 : 0);
  }

  /** How many duplicates a fault explains: what is in flight both at the publisher and handlers. */
  long duplicatesOfFault() {
    return (long) WINDOW * queues() + (long) prefetch * consumers();
  }

  /** As a person reads it. */
  @Override
  public String toString() {
    return "heartbeat "
        + HEARTBEAT.toSeconds()
        + " s, confirmTimeout "
        + confirmTimeout.toMillis()
        + " ms, connectTimeout "
        + CONNECT_TIMEOUT.toSeconds()
        + " s, reconnectBackoff "
        + FIRST_RECONNECT.toMillis()
        + " ms to "
        + LONGEST_RECONNECT.toSeconds()
        + " s, publishTimeout "
        + PUBLISH_TIMEOUT.toSeconds()
        + " s, maxInFlight "
        + WINDOW
        + ", prefetch "
        + prefetch
        + ", "
        + KEYS
        + " keys, "
        + RATE
        + " events/s, "
        + (partitions > 0 ? "an ordered queue of " + partitions + " partitions" : "")
        + (partitions > 0 && plain ? " and " : "")
        + (plain ? "a plain quorum queue" : "")
        + (processes == 0 ? "" : ", services in processes of their own: " + processes)
        + (strictOrder ? ", strictOrder" : "")
        + (handling.isZero() ? "" : ", handlers take " + handling.toMillis() + " ms");
  }
}
