package io.artel.events;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * Where events go: one topic exchange, and the queues that are bound to it. A plain value that
 * knows no broker; {@link #layout()} says what it comes to on one.
 *
 * <pre>{@code
 * Topology.on("artel.events")
 *     .queue("game.service.queue", q -> q.bind("game.*", "session.*").partitions(8))
 *     .queue("audit.log.queue", q -> q.bind("#").maxLength(100_000).observer());
 * }</pre>
 *
 * <p>Every durable queue gets a dead-letter queue and, unless it is partitioned, a retry ladder
 * without being asked. Immutable: each method returns another topology.
 */
public final class Topology {

  /** The exchange of events unless another is named. */
  public static final String DEFAULT_EXCHANGE = "artel.events";

  private final String exchange;
  private final Map<String, QueueSpec> queues;
  private final Map<String, SortedSet<Duration>> ladders;

  private Topology(
      String exchange, Map<String, QueueSpec> queues, Map<String, SortedSet<Duration>> ladders) {
    this.exchange = exchange;
    this.queues = queues;
    this.ladders = ladders;
  }

  /**
   * A topology without queues around this topic exchange. Dead letters go through a second one,
   * {@link #deadLetterExchange()}.
   *
   * @throws TopologyException if the name is not of 1 to 200 printable bytes, or begins with {@code
   *     amq.}
   */
  public static Topology on(String exchange) {
    return new Topology(QueueSpec.requireName("exchange", exchange), Map.of(), Map.of());
  }

  /**
   * The same topology with one more queue.
   *
   * @param name the queue's name; of an ordered set, the name its partitions' names begin with
   * @param settings what the queue is like, from {@link QueueSpec#of(String)}
   * @throws TopologyException if the queue contradicts itself, or if the name of anything it comes
   *     to on the broker is taken
   */
  public Topology queue(String name, UnaryOperator<QueueSpec> settings) {
    QueueSpec spec = settings.apply(QueueSpec.of(name));
    Map<String, QueueSpec> more = new LinkedHashMap<>(queues);
    if (more.putIfAbsent(spec.name(), spec) != null) {
      throw new TopologyException("queue '" + name + "' is in the topology twice");
    }
    Topology topology = new Topology(exchange, Collections.unmodifiableMap(more), ladders);
    topology.layout();
    return topology;
  }

  /**
   * The same topology with this queue instead of the one of the same name.
   *
   * @throws TopologyException if there is no such queue, or the name of anything this one comes to
   *     on the broker is taken
   */
  public Topology with(QueueSpec queue) {
    var unused = requireQueue(queue.name());
    Map<String, QueueSpec> changed = new LinkedHashMap<>(queues);
    changed.put(queue.name(), queue);
    Topology topology = new Topology(exchange, Collections.unmodifiableMap(changed), ladders);
    topology.layout();
    return topology;
  }

  /**
   * The same topology, whose queue has these steps in its retry ladder beside those it has: what a
   * subscription's {@link FailurePolicy#delays()} ask for.
   *
   * @throws TopologyException if there is no such queue, or RabbitMQ cannot hold an event back for
   *     so long or so short a time
   */
  public Topology ladder(String queue, Collection<Duration> steps) {
    QueueSpec spec = requireQueue(queue);
    TreeSet<Duration> all = new TreeSet<>(ladder(spec));
    steps.forEach(step -> all.add(spec.requireTimeToLive("a retry delay", step)));
    Map<String, SortedSet<Duration>> more = new LinkedHashMap<>(ladders);
    more.put(queue, Collections.unmodifiableSortedSet(all));
    return new Topology(exchange, queues, Collections.unmodifiableMap(more));
  }

  /** The topic exchange that every event is published to. */
  public String exchange() {
    return exchange;
  }

  /**
   * The topic exchange of dead letters: the exchange's name with {@code .events} at its end
   * replaced by {@code .dlq}, else with {@code .dlq} appended.
   */
  public String deadLetterExchange() {
    return replaceSuffix(exchange, ".events", ".dlq");
  }

  /** All queues, in the order they were added. */
  public List<QueueSpec> queues() {
    return List.copyOf(queues.values());
  }

  /** The queue with this name. */
  public Optional<QueueSpec> find(String queue) {
    return Optional.ofNullable(queues.get(queue));
  }

  /** The delays of this queue's retry ladder, shortest first; none for a partitioned queue. */
  public SortedSet<Duration> ladder(QueueSpec queue) {
    if (queue.isPartitioned()) {
      return Collections.emptySortedSet();
    }
    SortedSet<Duration> own = ladders.get(queue.name());
    return own != null ? own : Collections.unmodifiableSortedSet(FailurePolicy.defaults().delays());
  }

  /** What this topology comes to on a broker: exchanges, queues with arguments, bindings. */
  public TopologyLayout layout() {
    return TopologyLayout.of(this);
  }

  /**
   * The types of a catalog that require an audience and have none here: no queue other than an
   * observer is bound for them. One sentence each; empty if all is well.
   */
  public List<String> missingAudiences(EventCatalog catalog) {
    List<String> missing = new ArrayList<>();
    for (EventType<?> type : catalog.types()) {
      if (type.requiresAudience()
          && queues.values().stream()
              .noneMatch(queue -> !queue.isObserver() && queue.takes(type.routingKey()))) {
        missing.add(
            "event type "
                + type.name()
                + " requires an audience, but no queue other than observers is bound for "
                + type.routingKey()
                + ": bind one, or mark the type optionalAudience()");
      }
    }
    return missing;
  }

  /**
   * The bindings that no type of a catalog matches, one sentence each; empty if all is well, or if
   * the catalog is empty.
   */
  public List<String> idleBindings(EventCatalog catalog) {
    List<String> idle = new ArrayList<>();
    if (catalog.types().isEmpty()) {
      return idle;
    }
    for (QueueSpec queue : queues.values()) {
      for (String pattern : queue.bindings()) {
        if (catalog.types().stream()
            .noneMatch(type -> TopicPattern.matches(pattern, type.routingKey()))) {
          idle.add(
              "queue '"
                  + queue.name()
                  + "' binds '"
                  + pattern
                  + "', which no event type of the catalog matches");
        }
      }
    }
    return idle;
  }

  private QueueSpec requireQueue(String queue) {
    QueueSpec spec = queues.get(queue);
    if (spec == null) {
      throw new TopologyException(
          "the topology has no queue '" + queue + "'; it has " + queues.keySet());
    }
    return spec;
  }

  static String replaceSuffix(String name, String suffix, String replacement) {
    return name.endsWith(suffix) && name.length() > suffix.length()
        ? name.substring(0, name.length() - suffix.length()) + replacement
        : name + replacement;
  }

  @Override
  public String toString() {
    return exchange + " → " + queues.keySet();
  }
}
