package io.artel.events.benchmarks.contest;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.artel.events.QueueSpec;
import io.artel.events.QueueSpec.Partitioner;
import io.artel.events.Topology;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.ArtelSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * Where contestants meet: the queue that all of them use, as artel-events declares it, and the
 * events that go through it.
 */
public final class Arena {

  /** How many events may be unconfirmed. */
  public static final int WINDOW = 1000;

  /** How many messages the broker delivers ahead, per queue. */
  public static final int PREFETCH = 500;

  /** How many messages are acknowledged at once. */
  public static final int ACK_EVERY = 50;

  static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  /** The kind of queue. */
  public enum QueueType {
    /** A quorum queue with a dead-letter queue. */
    QUORUM,
    /** A durable classic queue without arguments. */
    CLASSIC;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static final String EXCHANGE = "benchmark.events";
  static final String QUEUE = "benchmark.queue";

  private final String uri;
  private final QueueType queueType;
  private final int partitions;
  private final Partitioner partitioner;
  private final BenchmarkEvents events;
  private final ConnectionFactory factory = new ConnectionFactory();

  private Arena(
      String uri,
      QueueType queueType,
      int partitions,
      Partitioner partitioner,
      BenchmarkEvents events) {
    this.uri = uri;
    this.queueType = queueType;
    this.partitions = partitions;
    this.partitioner = partitioner;
    this.events = events;
    factory.setAutomaticRecoveryEnabled(false);
    try {
      factory.setUri(new URI(uri));
    } catch (Exception e) {
      throw new IllegalArgumentException("the broker's URI cannot be used", e);
    }
  }

  /** One queue. */
  public static Arena of(String uri, QueueType queueType, BenchmarkEvents events) {
    return new Arena(uri, queueType, 0, Partitioner.CONSISTENT_HASH, events);
  }

  /** An ordered set of quorum queues, spread by the broker. */
  public static Arena ordered(String uri, int partitions, BenchmarkEvents events) {
    return ordered(uri, partitions, Partitioner.CONSISTENT_HASH, events);
  }

  /** An ordered set of quorum queues. */
  public static Arena ordered(
      String uri, int partitions, Partitioner partitioner, BenchmarkEvents events) {
    return new Arena(uri, QueueType.QUORUM, partitions, partitioner, events);
  }

  BenchmarkEvents events() {
    return events;
  }

  String uri() {
    return uri;
  }

  Connection connect() throws Exception {
    return factory.newConnection();
  }

  /** Settings of an {@link ArtelEvents} here, as a user would have them. */
  ArtelSettings.Builder settings() {
    return ArtelSettings.builder()
        .uri(uri)
        .topology(topology())
        .meterRegistry(new SimpleMeterRegistry())
        .maxInFlight(WINDOW);
  }

  private Topology topology() {
    Topology topology = Topology.on(EXCHANGE).queue(QUEUE, this::queue);
    return partitions == 0 ? topology.ladder(QUEUE, List.of(RETRY_AFTER)) : topology;
  }

  private QueueSpec queue(QueueSpec queue) {
    QueueSpec bound = queue.bind("game.*");
    if (queueType == QueueType.CLASSIC) {
      return bound.withoutArguments();
    }
    return partitions == 0 ? bound : bound.partitions(partitions, partitioner);
  }

  /** The queues to read: the partitions, or the queue itself. */
  List<String> sources() {
    return topology().queues().get(0).sources();
  }

  /** Declares the queue anew, so that it is empty. */
  public void declare() throws Exception {
    try (Connection connection = connect()) {
      Channel channel = connection.createChannel();
      // Whatever was declared here before, of another type or with other partitions.
      channel.exchangeDelete(EXCHANGE);
      channel.queueDelete(QUEUE);
      for (String source : sources()) {
        channel.queueDelete(source);
      }
    }
    ArtelEvents.declare(settings().build());
  }

  /** How many messages are in the queue. */
  public long stored() throws Exception {
    try (Connection connection = connect()) {
      Channel channel = connection.createChannel();
      long stored = 0;
      for (String source : sources()) {
        stored += channel.messageCount(source);
      }
      return stored;
    }
  }

  /** Fails unless all that was delivered has been acknowledged, with nobody reading any more. */
  public void requireEmpty() throws Exception {
    long left = stored();
    if (left != 0) {
      throw new IllegalStateException(left + " messages were handled but not acknowledged");
    }
  }
}
