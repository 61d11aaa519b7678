package io.artel.events;

import io.artel.events.QueueSpec.Overflow;
import io.artel.events.QueueSpec.Ownership;
import io.artel.events.QueueSpec.Partitioner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Topology} comes to on a broker: every exchange, queue and binding with its
 * arguments, in the order in which they are declared. Arguments are the same on every version of
 * RabbitMQ. Immutable.
 */
public final class TopologyLayout {

  /**
   * How often the broker returns a message of a source queue before it dead-letters it. A guard
   * against consumers that die on a message; failures that a handler reports are counted apart.
   */
  public static final int DELIVERY_LIMIT = 20;

  /** The delivery limit where messages wait for people: looking at one must not use it up. */
  public static final int BROWSING_DELIVERY_LIMIT = 1_000_000;

  /** After so long without an acknowledgement the broker gives up on a consumer: 30 minutes. */
  public static final Duration CONSUMER_TIMEOUT = Duration.ofMinutes(30);

  /** After so long without its node, the active consumer of a partition is replaced (4.3): 5 s. */
  public static final Duration DISCONNECTED_TIMEOUT = Duration.ofSeconds(5);

  /** The header whose value decides the partition. */
  public static final String HASH_HEADER = "session_id";

  /** One object on the broker. */
  public sealed interface Step permits Exchange, Queue, Binding {}

  /** What a queue is there for. */
  public enum Role {
    /** Consumers read it. */
    SOURCE,
    /** One queue of an ordered set; consumers read it. */
    PARTITION,
    /** Events wait here for their next attempt. */
    RETRY,
    /** Dead letters wait here for people. */
    DEAD_LETTER,
    /** What no binding took. */
    UNROUTED
  }

  /** An exchange; durable. */
  public record Exchange(String name, String type, Map<String, Object> arguments) implements Step {}

  /**
   * A queue; durable and not exclusive.
   *
   * @param logical the {@link QueueSpec#name()} it belongs to, or null for what nothing took
   */
  public record Queue(
      String name,
      Role role,
      @Nullable String logical,
      boolean passive,
      boolean autoDelete,
      Map<String, Object> arguments)
      implements Step {}

  /** A binding of a queue, or of an exchange, to an exchange. */
  public record Binding(
      String exchange,
      String destination,
      boolean toExchange,
      String routingKey,
      Map<String, Object> arguments)
      implements Step {

    /** One without arguments. */
    public Binding(String exchange, String destination, boolean toExchange, String routingKey) {
      this(exchange, destination, toExchange, routingKey, Map.of());
    }
  }

  private final Topology topology;
  private final List<Step> steps;
  private final Map<String, String> queueOwners = new LinkedHashMap<>();
  private final Set<String> exchangeNames = new HashSet<>();

  private TopologyLayout(Topology topology) {
    this.topology = topology;
    this.steps = new ArrayList<>();
    exchange(topology.exchange(), "topic", Map.of());
    exchange(
        topology.deadLetterExchange(),
        "topic",
        Map.of("alternate-exchange", unrouted(topology.deadLetterExchange())));
    unroutedQueue(topology.deadLetterExchange());
    for (QueueSpec queue : topology.queues()) {
      layOut(queue);
    }
    topology.queues().forEach(this::bindToTopic);
  }

  private TopologyLayout(Topology topology, List<Step> steps) {
    this.topology = topology;
    this.steps = steps;
  }

  static TopologyLayout of(Topology topology) {
    return new TopologyLayout(topology);
  }

  /**
   * Everything, in the order of declaration. The bindings to the topic exchange come last: no event
   * is routed while some of the queues it is meant for are still missing.
   */
  public List<Step> steps() {
    return Collections.unmodifiableList(steps);
  }

  /** All exchanges. */
  public List<Exchange> exchanges() {
    return only(Exchange.class);
  }

  /** All queues. */
  public List<Queue> queues() {
    return only(Queue.class);
  }

  /** All bindings. */
  public List<Binding> bindings() {
    return only(Binding.class);
  }

  /**
   * The same as RabbitMQ definitions, for {@code rabbitmqctl import_definitions} or the management
   * page: exchanges, queues and bindings of this virtual host, which must exist. What somebody else
   * declares ({@link QueueSpec#passive()}) is left out, with its bindings. The same layout always
   * gives the same text.
   *
   * <p>An import leaves alone what exists under the same name, also when it is different.
   */
  public String definitionsJson(String virtualHost) {
    return DefinitionsJson.of(this, virtualHost);
  }

  /**
   * The same as a picture: a Mermaid flowchart of who gets which events, and where they go when
   * they fail. A ladder is drawn as one node, and so is a set of partitions.
   */
  public String mermaid() {
    return MermaidChart.of(topology);
  }

  /** The topology it came from. */
  public Topology topology() {
    return topology;
  }

  /** The name of the exchange that spreads an ordered set: mechanism, header, size, generation. */
  public static String hashExchange(QueueSpec queue) {
    String mechanism = queue.partitioner() == Partitioner.PUBLISHER ? "crc32" : "hash";
    return String.join(
        ".",
        queue.name(),
        mechanism,
        HASH_HEADER,
        String.valueOf(queue.partitions()),
        "g" + queue.generation());
  }

  /**
   * The name of the exchange whose existence says that the partitions of this queue were changed
   * once. It routes nothing, and neither do the other flags: whether an exchange exists is what
   * AMQP can be asked at little cost.
   */
  public static String movedFlag(QueueSpec queue) {
    return queue.name() + ".partitions.moved";
  }

  /** The name of the flag that says that events are routed to this generation of the partitions. */
  public static String fedFlag(QueueSpec queue) {
    return queue.name() + ".partitions.g" + queue.generation() + ".fed";
  }

  /** The name of the flag that says that this generation of the partitions may be read. */
  public static String readFlag(QueueSpec queue) {
    return queue.name() + ".partitions.g" + queue.generation() + ".read";
  }

  /** The name of the exchange by which events are switched from one generation to another. */
  public static String switchExchange(QueueSpec queue) {
    return queue.name() + ".partitions.switch";
  }

  /** The same with these steps alone. */
  public TopologyLayout only(Predicate<Step> wanted) {
    return new TopologyLayout(topology, steps.stream().filter(wanted).toList());
  }

  /** What there is for the partitions of one generation: queues, hash exchange, flags, bindings. */
  public List<Step> partitionSteps(QueueSpec queue) {
    String hash = hashExchange(queue);
    Set<String> names = new HashSet<>(queue.sources());
    names.addAll(List.of(hash, unrouted(hash), movedFlag(queue), fedFlag(queue), readFlag(queue)));
    return steps.stream()
        .filter(
            step ->
                step instanceof Exchange exchange
                    ? names.contains(exchange.name())
                    : step instanceof Queue each
                        ? names.contains(each.name())
                        : names.contains(((Binding) step).destination()))
        .toList();
  }

  /** The name of an exchange's alternate exchange, and of the queue behind it. */
  public static String unrouted(String exchange) {
    return exchange + ".unrouted";
  }

  private void layOut(QueueSpec queue) {
    queue(queue.deadLetterQueue(), Role.DEAD_LETTER, queue, deadLetterArguments(queue));
    binding(topology.deadLetterExchange(), queue.deadLetterQueue(), queue.deadLetterRoutingKey());
    for (Duration delay : topology.ladder(queue)) {
      queue(queue.retryQueue(delay), Role.RETRY, queue, retryArguments(queue, delay));
    }
    if (queue.generation() > 1) {
      // First, and so before instances of the first generation could take it for theirs.
      exchange(readFlag(queue), "fanout", Map.of());
      exchange(fedFlag(queue), "fanout", Map.of());
      exchange(movedFlag(queue), "fanout", Map.of());
    }
    for (String source : queue.sources()) {
      queue(
          source,
          queue.isPartitioned() ? Role.PARTITION : Role.SOURCE,
          queue,
          sourceArguments(queue));
    }
    if (queue.isPartitioned()) {
      spread(queue, hashExchange(queue));
    }
  }

  private void spread(QueueSpec queue, String hash) {
    unroutedQueue(hash);
    if (queue.partitioner() == Partitioner.PUBLISHER) {
      exchange(hash, "headers", Map.of("alternate-exchange", unrouted(hash)));
      String header = PartitionHeader.name(queue.partitions());
      long partition = 0; // as RabbitMQ reads numbers in definitions: they give the same binding
      for (String source : queue.sources()) {
        Map<String, Object> match = Map.of("x-match", "all", header, partition++);
        steps.add(new Binding(hash, source, false, "", match));
      }
    } else {
      Map<String, Object> arguments = new LinkedHashMap<>();
      arguments.put("hash-header", HASH_HEADER);
      arguments.put("alternate-exchange", unrouted(hash));
      exchange(hash, "x-consistent-hash", arguments);
      // Ascending, and "1" is the weight: the ring then is the same after a restart.
      queue.sources().forEach(source -> binding(hash, source, "1"));
    }
  }

  private void bindToTopic(QueueSpec queue) {
    String destination = queue.isPartitioned() ? hashExchange(queue) : queue.name();
    for (String pattern : queue.bindings()) {
      steps.add(new Binding(topology.exchange(), destination, queue.isPartitioned(), pattern));
    }
  }

  private Map<String, Object> sourceArguments(QueueSpec queue) {
    if (queue.ownership() != Ownership.OWNED) {
      return Map.of();
    }
    Map<String, Object> arguments = new LinkedHashMap<>();
    arguments.put("x-queue-type", queue.isClassic() ? "classic" : "quorum");
    arguments.put("x-dead-letter-exchange", topology.deadLetterExchange());
    arguments.put("x-dead-letter-routing-key", queue.deadLetterRoutingKey());
    Long lengthLimit = queue.lengthLimit();
    boolean dropsOldest = lengthLimit != null && queue.overflow() == Overflow.DEAD_LETTER_OLDEST;
    if (lengthLimit != null) {
      arguments.put("x-max-length", lengthLimit);
    }
    if (lengthLimit != null || !queue.isClassic()) {
      arguments.put("x-overflow", dropsOldest ? "drop-head" : "reject-publish");
    }
    Duration timeToLive = queue.timeToLive();
    if (timeToLive != null) {
      arguments.put("x-message-ttl", timeToLive.toMillis());
    }
    Integer highestPriority = queue.highestPriority();
    if (highestPriority != null) {
      arguments.put("x-max-priority", highestPriority);
    }
    if (queue.isSingleActiveConsumer()) {
      arguments.put("x-single-active-consumer", true);
    }
    if (!queue.isClassic()) {
      arguments.put("x-delivery-limit", DELIVERY_LIMIT);
      arguments.put("x-consumer-timeout", CONSUMER_TIMEOUT.toMillis());
      if (!dropsOldest) {
        arguments.put("x-dead-letter-strategy", "at-least-once");
      }
      if (queue.isSingleActiveConsumer()) {
        arguments.put("x-consumer-disconnected-timeout", DISCONNECTED_TIMEOUT.toMillis());
      }
    }
    return arguments;
  }

  private static Map<String, Object> retryArguments(QueueSpec queue, Duration delay) {
    Map<String, Object> arguments = new LinkedHashMap<>();
    arguments.put("x-queue-type", "quorum");
    arguments.put("x-message-ttl", delay.toMillis());
    // Through the default exchange: through the topic exchange every service would get the retry.
    arguments.put("x-dead-letter-exchange", "");
    arguments.put("x-dead-letter-routing-key", queue.name());
    arguments.put("x-overflow", "reject-publish");
    arguments.put("x-dead-letter-strategy", "at-least-once");
    arguments.put("x-delivery-limit", BROWSING_DELIVERY_LIMIT);
    return arguments;
  }

  private static Map<String, Object> deadLetterArguments(QueueSpec queue) {
    Map<String, Object> arguments = new LinkedHashMap<>(waitingArguments());
    Duration timeToLive = queue.deadLetterTimeToLive();
    if (timeToLive != null) {
      arguments.put("x-message-ttl", timeToLive.toMillis());
    }
    Long lengthLimit = queue.deadLetterLengthLimit();
    if (lengthLimit != null) {
      arguments.put("x-max-length", lengthLimit);
    }
    return arguments;
  }

  private static Map<String, Object> waitingArguments() {
    Map<String, Object> arguments = new LinkedHashMap<>();
    arguments.put("x-queue-type", "quorum");
    arguments.put("x-delivery-limit", BROWSING_DELIVERY_LIMIT);
    return arguments;
  }

  private void unroutedQueue(String exchange) {
    String name = unrouted(exchange);
    addQueue(new Queue(name, Role.UNROUTED, null, false, false, waitingArguments()));
    exchange(name, "fanout", Map.of());
    binding(name, name, "");
  }

  private void exchange(String name, String type, Map<String, Object> arguments) {
    if (!exchangeNames.add(name)) {
      throw new TopologyException("exchange '" + name + "' would be declared twice");
    }
    steps.add(new Exchange(name, type, Collections.unmodifiableMap(arguments)));
  }

  private void queue(String name, Role role, QueueSpec owner, Map<String, Object> arguments) {
    boolean source = role == Role.SOURCE;
    addQueue(
        new Queue(
            name,
            role,
            owner.name(),
            source && owner.ownership() == Ownership.PASSIVE,
            source && owner.isAutoDelete(),
            Collections.unmodifiableMap(arguments)));
  }

  private void addQueue(Queue queue) {
    String owner = queue.logical() == null ? "what no binding took" : "'" + queue.logical() + "'";
    String other = queueOwners.putIfAbsent(queue.name(), owner);
    if (other != null) {
      throw new TopologyException(
          "queue name '"
              + queue.name()
              + "' is needed twice, for "
              + other
              + " and for "
              + owner
              + ": rename one of them");
    }
    steps.add(queue);
  }

  private void binding(String exchange, String queue, String routingKey) {
    steps.add(new Binding(exchange, queue, false, routingKey));
  }

  private <S extends Step> List<S> only(Class<S> type) {
    return steps.stream().filter(type::isInstance).map(type::cast).toList();
  }
}
