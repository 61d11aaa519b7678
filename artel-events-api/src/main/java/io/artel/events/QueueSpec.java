package io.artel.events;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One queue of a {@link Topology}, as its users see it. Durable, and a quorum queue unless it must
 * be a classic one. Immutable: each method returns another spec.
 */
public final class QueueSpec {

  /** The most partitions of one queue; a hash exchange with more gains nothing. */
  public static final int MAX_PARTITIONS = 256;

  /** The longest time to live that RabbitMQ takes: 2³² - 1 ms, which is 49 days. */
  static final Duration MAX_TIME_TO_LIVE = Duration.ofMillis((1L << 32) - 1);

  /** What a full queue does with one message too many. */
  public enum Overflow {
    /**
     * The oldest goes to the dead-letter queue, at most once: if the broker fails in that moment it
     * is lost. Publishers never wait. The default.
     */
    DEAD_LETTER_OLDEST,
    /**
     * The new one is refused, and its publish fails or is tried again. Behind a topic exchange one
     * full queue then refuses for every other queue that the event was meant for as well.
     */
    REJECT_PUBLISH
  }

  /** Who declares the queue, and how. */
  public enum Ownership {
    /** This library, with all arguments. */
    OWNED,
    /** This library, without any argument, so that another client may declare it plainly. */
    WITHOUT_ARGUMENTS,
    /** Somebody else; it must exist. */
    PASSIVE
  }

  /** Who decides which partition of an ordered set an event goes to. */
  public enum Partitioner {
    /**
     * The broker, by a consistent hash of the {@code session_id} header, whoever published it.
     * Needs the plugin {@code rabbitmq_consistent_hash_exchange}. A restart of RabbitMQ 3.x, or of
     * 4.x without Khepri, may move sessions to other partitions. The default.
     */
    CONSISTENT_HASH,
    /**
     * The publisher, by a {@linkplain PartitionHeader header} that this library writes for each
     * such set in its topology. Needs no plugin, and sessions keep their partitions in restarts on
     * every version. An event without the header, for example of a service that does not have the
     * set in its topology, waits in the exchange's unrouted queue until it is redriven.
     */
    PUBLISHER
  }

  private final Settings settings;

  private QueueSpec(Settings settings) {
    this.settings = settings;
  }

  /** All fields, so that each method of the spec names only what it changes. */
  private static final class Settings implements Cloneable {
    String name = "";
    List<String> bindings = List.of();
    int partitions;
    Partitioner partitioner = Partitioner.CONSISTENT_HASH;
    List<Integer> formerPartitions = List.of();
    boolean observer;
    @Nullable Integer maxPriority;
    @Nullable Duration messageTtl;
    @Nullable Long maxLength;
    Overflow overflow = Overflow.DEAD_LETTER_OLDEST;
    boolean singleActiveConsumer;
    boolean autoDelete;
    boolean classic;
    Ownership ownership = Ownership.OWNED;
    @Nullable Duration deadLetterTtl;
    @Nullable Long deadLetterMaxLength;

    Settings copy() {
      try {
        return (Settings) clone();
      } catch (CloneNotSupportedException e) {
        throw new AssertionError(e);
      }
    }
  }

  /**
   * A queue with this name, bound to nothing.
   *
   * @throws TopologyException if the name is not of 1 to 200 printable bytes, or begins with {@code
   *     amq.}
   */
  public static QueueSpec of(String name) {
    Settings settings = new Settings();
    settings.name = requireName("queue", name);
    return new QueueSpec(settings);
  }

  /**
   * Bound for these routing keys; {@code *} is one word and {@code #} any number of them.
   *
   * @throws TopologyException if a pattern is empty or longer than 255 bytes, or has more than two
   *     {@code #}, which RabbitMQ 4.3 refuses
   */
  public QueueSpec bind(String... patterns) {
    Settings changed = settings.copy();
    List<String> all = new ArrayList<>(settings.bindings);
    for (String pattern : patterns) {
      requirePattern(pattern);
      if (!all.contains(pattern)) {
        all.add(pattern);
      }
    }
    changed.bindings = List.copyOf(all);
    return new QueueSpec(changed);
  }

  private void requirePattern(String pattern) {
    if (pattern.isEmpty() || pattern.getBytes(StandardCharsets.UTF_8).length > 255) {
      throw new TopologyException(
          "queue '" + name() + "': a binding must be 1 to 255 bytes, but is '" + pattern + "'");
    }
    long hashes = Pattern.compile("\\.").splitAsStream(pattern).filter("#"::equals).count();
    if (hashes > 2) {
      throw new TopologyException(
          "queue '"
              + name()
              + "': binding '"
              + pattern
              + "' has "
              + hashes
              + " '#', but RabbitMQ 4.3 takes at most 2");
    }
  }

  /**
   * An ordered set of so many queues: events of one session all go to the same one, and are handled
   * in order. To change the number later, say what it was before with {@link #formerly}.
   */
  public QueueSpec partitions(int partitions) {
    return partitions(partitions, Partitioner.CONSISTENT_HASH);
  }

  /**
   * An ordered set of so many queues, over which this spreads sessions; to change it is to migrate.
   */
  public QueueSpec partitions(int partitions, Partitioner partitioner) {
    requirePartitions("partitions", partitions);
    Settings changed = settings.copy();
    changed.partitions = partitions;
    changed.partitioner = Objects.requireNonNull(partitioner, "partitioner");
    return checked(changed);
  }

  /**
   * How many partitions the set had before, with the same {@link Partitioner}, the first number
   * first: {@code partitions(12).formerly(8)} was begun with 8. Each number that it ever had makes
   * a generation with queues of its own, so each stays in this list; two numbers that follow each
   * other may be the same. Where the broker still has a former generation, this one is neither
   * declared nor read until a command has changed over. None unless given.
   *
   * @throws TopologyException if a number is out of range, or the queue has no partitions yet
   */
  public QueueSpec formerly(int... partitions) {
    if (!isPartitioned()) {
      throw new TopologyException(
          "queue '"
              + name()
              + "' has no partitions, but was formerly "
              + Arrays.toString(partitions)
              + ": say partitions(…) before formerly(…)");
    }
    List<Integer> former = new ArrayList<>();
    for (int each : partitions) {
      requirePartitions("formerly", each);
      former.add(each);
    }
    Settings changed = settings.copy();
    changed.formerPartitions = List.copyOf(former);
    return checked(changed);
  }

  private void requirePartitions(String option, int partitions) {
    if (partitions < 1 || partitions > MAX_PARTITIONS) {
      throw new TopologyException(
          "queue '"
              + name()
              + "': "
              + option
              + " is "
              + partitions
              + ", but must be 1 to "
              + MAX_PARTITIONS);
    }
  }

  /** Sees events but is nobody's audience: an audit log. */
  public QueueSpec observer() {
    Settings changed = settings.copy();
    changed.observer = true;
    return checked(changed);
  }

  /**
   * A classic queue that delivers more urgent messages first, with priorities up to this number.
   *
   * <p>It reorders the events of a session.
   */
  public QueueSpec maxPriority(int maxPriority) {
    if (maxPriority < 1 || maxPriority > 255) {
      throw new TopologyException(
          "queue '" + name() + "': maxPriority is " + maxPriority + ", but must be 1 to 255");
    }
    Settings changed = settings.copy();
    changed.maxPriority = maxPriority;
    return checked(changed);
  }

  /** Messages that wait longer than this go to the dead-letter queue. Whole milliseconds. */
  public QueueSpec messageTtl(Duration messageTtl) {
    Settings changed = settings.copy();
    changed.messageTtl = requireTimeToLive("messageTtl", messageTtl);
    return checked(changed);
  }

  /**
   * Holds at most so many ready messages, each partition of an ordered set by itself; beyond, see
   * {@link Overflow#DEAD_LETTER_OLDEST}.
   */
  public QueueSpec maxLength(long maxLength) {
    return maxLength(maxLength, Overflow.DEAD_LETTER_OLDEST);
  }

  /** Holds at most so many ready messages, each partition by itself, and then does this. */
  public QueueSpec maxLength(long maxLength, Overflow overflow) {
    Settings changed = settings.copy();
    changed.maxLength = requirePositive("maxLength", maxLength);
    changed.overflow = Objects.requireNonNull(overflow, "overflow");
    return checked(changed);
  }

  /** Delivers to one consumer at a time, the others waiting to take over. */
  public QueueSpec singleActiveConsumer() {
    Settings changed = settings.copy();
    changed.singleActiveConsumer = true;
    return checked(changed);
  }

  /**
   * A classic queue, or classic partitions, instead of quorum queues. For ordered sets that
   * somebody publishes to with the {@code priority} property: quorum queues of RabbitMQ 4.x deliver
   * by it, and so reorder a session; classic ones without {@link #maxPriority} do not look at it.
   *
   * <p>Classic queues live on one node of a cluster: while it is away nothing is delivered, and if
   * its disk is lost so is what they held. They have no delivery limit, and what they dead-letter
   * by themselves may get lost on the way.
   */
  public QueueSpec classic() {
    Settings changed = settings.copy();
    changed.classic = true;
    return checked(changed);
  }

  /** A classic queue that goes when its last consumer has gone. */
  public QueueSpec autoDelete() {
    Settings changed = settings.copy();
    changed.autoDelete = true;
    return checked(changed);
  }

  /** Somebody else declares it; it must exist. */
  public QueueSpec passive() {
    Settings changed = settings.copy();
    changed.ownership = Ownership.PASSIVE;
    return checked(changed);
  }

  /**
   * Declared without arguments, so that another client may declare it plainly. The broker then
   * dead-letters nothing by itself; this library's consumers still do.
   */
  public QueueSpec withoutArguments() {
    Settings changed = settings.copy();
    changed.ownership = Ownership.WITHOUT_ARGUMENTS;
    return checked(changed);
  }

  /** Dead letters of this queue vanish after this time; by default they never do. */
  public QueueSpec deadLetterTtl(Duration deadLetterTtl) {
    Settings changed = settings.copy();
    changed.deadLetterTtl = requireTimeToLive("deadLetterTtl", deadLetterTtl);
    return checked(changed);
  }

  /** Only the newest so many dead letters of this queue are kept; by default all are. */
  public QueueSpec deadLetterMaxLength(long deadLetterMaxLength) {
    Settings changed = settings.copy();
    changed.deadLetterMaxLength = requirePositive("deadLetterMaxLength", deadLetterMaxLength);
    return checked(changed);
  }

  /** The queue's name; of an ordered set, the name its partitions' names begin with. */
  public String name() {
    return settings.name;
  }

  /** The routing keys it is bound for. */
  public List<String> bindings() {
    return settings.bindings;
  }

  /** The number of partitions; 0 for a plain queue. */
  public int partitions() {
    return settings.partitions;
  }

  /** Who spreads sessions over its partitions; null for a plain queue. */
  public @Nullable Partitioner partitioner() {
    return isPartitioned() ? settings.partitioner : null;
  }

  /** Whether it is an ordered set. */
  public boolean isPartitioned() {
    return settings.partitions > 0;
  }

  /** Which generation of its partitions this is: 1, and one more for each former one. */
  public int generation() {
    return settings.formerPartitions.size() + 1;
  }

  /** The same queue in its former generations, the first one first; none unless it had others. */
  public List<QueueSpec> formerGenerations() {
    List<QueueSpec> former = new ArrayList<>();
    for (int i = 0; i < settings.formerPartitions.size(); i++) {
      Settings before = settings.copy();
      before.partitions = settings.formerPartitions.get(i);
      before.formerPartitions = settings.formerPartitions.subList(0, i);
      former.add(new QueueSpec(before));
    }
    return former;
  }

  /** Whether it is nobody's audience. */
  public boolean isObserver() {
    return settings.observer;
  }

  /** The highest priority, or null for a queue without priorities. */
  public @Nullable Integer highestPriority() {
    return settings.maxPriority;
  }

  /** How long messages may wait, or null for ever. */
  public @Nullable Duration timeToLive() {
    return settings.messageTtl;
  }

  /** How many ready messages it holds, or null without bound. */
  public @Nullable Long lengthLimit() {
    return settings.maxLength;
  }

  /** What it does beyond its length limit. */
  public Overflow overflow() {
    return settings.overflow;
  }

  /** Whether one consumer at a time gets deliveries. */
  public boolean isSingleActiveConsumer() {
    return settings.singleActiveConsumer || isPartitioned();
  }

  /** Whether it goes with its last consumer. */
  public boolean isAutoDelete() {
    return settings.autoDelete;
  }

  /** Who declares it. */
  public Ownership ownership() {
    return settings.ownership;
  }

  /** How long its dead letters are kept, or null for ever. */
  public @Nullable Duration deadLetterTimeToLive() {
    return settings.deadLetterTtl;
  }

  /** How many dead letters are kept, or null for all. */
  public @Nullable Long deadLetterLengthLimit() {
    return settings.deadLetterMaxLength;
  }

  /** Whether it is a classic queue; all others are quorum queues. */
  public boolean isClassic() {
    return settings.classic
        || settings.maxPriority != null
        || settings.autoDelete
        || settings.ownership == Ownership.WITHOUT_ARGUMENTS;
  }

  /** Whether one of its bindings matches this routing key. */
  public boolean takes(String routingKey) {
    return settings.bindings.stream()
        .anyMatch(pattern -> TopicPattern.matches(pattern, routingKey));
  }

  /** The names of the queues that consumers read: the partitions, or the queue itself. */
  public List<String> sources() {
    if (!isPartitioned()) {
      return List.of(name());
    }
    int width = Math.max(2, String.valueOf(partitions() - 1).length());
    String prefix = generation() == 1 ? name() : name() + ".g" + generation();
    List<String> names = new ArrayList<>();
    for (int partition = 0; partition < partitions(); partition++) {
      names.add(String.format(Locale.ROOT, "%s.%0" + width + "d", prefix, partition));
    }
    return names;
  }

  /**
   * The name of its dead-letter queue: {@code .queue} at the end becomes {@code .dlq}, else {@code
   * .dlq} is appended.
   */
  public String deadLetterQueue() {
    return Topology.replaceSuffix(name(), ".queue", ".dlq");
  }

  /** The routing key by which the dead-letter exchange reaches its dead-letter queue. */
  public String deadLetterRoutingKey() {
    return "dlq." + name();
  }

  /** The name of the queue where an event of this queue waits so long for its next attempt. */
  public String retryQueue(Duration delay) {
    return "retry." + name() + "." + delay.toMillis() + "ms";
  }

  /**
   * The name of the queue where its dead letters wait on their way back; each generation of
   * partitions has its own, since the way leads through that generation's hash exchange.
   */
  public String redriveQueue() {
    return "redrive." + deadLetterQueue() + (generation() == 1 ? "" : ".g" + generation());
  }

  private static QueueSpec checked(Settings settings) {
    QueueSpec spec = new QueueSpec(settings);
    if (spec.isPartitioned()) {
      spec.refuse(
          settings.maxPriority != null, "partitions", "maxPriority", "it reorders a session");
      spec.refuse(
          settings.messageTtl != null, "partitions", "messageTtl", "it tears gaps in a session");
      spec.refuse(settings.autoDelete, "partitions", "autoDelete", "sessions would lose events");
      spec.refuse(
          settings.ownership != Ownership.OWNED,
          "partitions",
          "passive or withoutArguments",
          "an ordered set is declared as a whole");
    }
    if (settings.ownership != Ownership.OWNED) {
      spec.refuse(
          settings.maxPriority != null
              || settings.messageTtl != null
              || settings.maxLength != null
              || settings.singleActiveConsumer
              || settings.autoDelete
              || settings.classic,
          "passive or withoutArguments",
          "a setting that is an argument",
          "it would not be declared");
    }
    return spec;
  }

  private void refuse(boolean both, String one, String other, String reason) {
    if (both) {
      throw new TopologyException(
          "queue '" + name() + "' cannot have both " + one + " and " + other + ": " + reason);
    }
  }

  Duration requireTimeToLive(String option, Duration duration) {
    if (duration.compareTo(Duration.ofMillis(1)) < 0 || duration.compareTo(MAX_TIME_TO_LIVE) > 0) {
      throw new TopologyException(
          "queue '"
              + name()
              + "': "
              + option
              + " is "
              + duration
              + ", but must be 1 ms to "
              + MAX_TIME_TO_LIVE.toDays()
              + " days");
    }
    return Duration.ofMillis(duration.toMillis());
  }

  private long requirePositive(String option, long number) {
    if (number < 1) {
      throw new TopologyException(
          "queue '" + name() + "': " + option + " is " + number + ", but must be 1 or more");
    }
    return number;
  }

  static String requireName(String what, String name) {
    int bytes = name.getBytes(StandardCharsets.UTF_8).length;
    // 255 bytes is AMQP's limit; the rest is left for what we append: partitions, ladder, hash.
    if (name.isBlank() || bytes > 200 || name.chars().anyMatch(Character::isISOControl)) {
      throw new TopologyException(
          what
              + " name '"
              + name
              + "' has "
              + bytes
              + " bytes, but must have 1 to 200, all printable");
    }
    if (name.startsWith("amq.")) {
      throw new TopologyException(
          what + " name '" + name + "' begins with 'amq.', which RabbitMQ keeps for itself");
    }
    return name;
  }

  @Override
  public String toString() {
    return name() + " ← " + bindings();
  }
}
