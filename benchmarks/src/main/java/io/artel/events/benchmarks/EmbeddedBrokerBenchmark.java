package io.artel.events.benchmarks;

import static java.util.Objects.requireNonNull;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.artel.events.benchmarks.report.Rounds;
import io.artel.events.testkit.Broker;
import io.artel.events.testkit.EmbeddedBroker;
import io.artel.events.testkit.RabbitMq;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * How fast and how large the embedded broker is, and how fast a real one is on the same machine.
 *
 * <p>It measures, with the plain Java client over the loopback interface:
 *
 * <ul>
 *   <li>how long {@link EmbeddedBroker#start()} takes in a JVM that has done it before;
 *   <li>how many persistent messages a second one connection publishes, with at most 1,000 that are
 *       not confirmed yet, and another consumes, with a prefetch of 500 and an ack for each 50,
 *       through a durable classic queue and through a quorum queue. The brokers take turns, round
 *       by round. A real RabbitMQ 4.3 takes part if {@link RabbitMq#find} has one. The client and
 *       the embedded broker share this JVM;
 *   <li>the heap that 100,000 messages of 1 KiB take in a queue of the embedded broker;
 *   <li>how long 200 connections with 10 channels each take to open, and to declare a queue,
 *       publish to it and get the message on every channel, all one after the other.
 * </ul>
 *
 * <p>Each line of the table has the median, the least and the greatest of all rounds. It runs with
 *
 * <pre>{@code
 * ./mvnw -q -pl benchmarks -am -DskipTests package \
 *     dependency:build-classpath -Dmdep.outputFile=target/classpath
 * java -Drounds=5 -Dmessages=200000 -Dbytes=256 \
 *     -cp "benchmarks/target/classes:$(cat benchmarks/target/classpath)" \
 *     io.artel.events.benchmarks.EmbeddedBrokerBenchmark
 * }</pre>
 *
 * <p>where the properties have their defaults: the rounds that count, the messages of one round and
 * the size of their bodies.
 */
public final class EmbeddedBrokerBenchmark {
  private static final Rounds ROUNDS = new Rounds(1, Integer.getInteger("rounds", 5));
  private static final int MESSAGES = Integer.getInteger("messages", 200_000);
  private static final int BODY_BYTES = Integer.getInteger("bytes", 256);

  private static final int STARTS_PER_ROUND = 10;
  private static final int STORED_MESSAGES = 100_000;
  private static final int STORED_BODY_BYTES = 1024;
  private static final int CONNECTIONS = 200;
  private static final int CHANNELS = 10;
  private static final int CONSUMER_THREADS = 4;
  private static final double NANOS_PER_MILLI = 1e6;
  private static final double BYTES_PER_MEBIBYTE = 1024 * 1024;

  private EmbeddedBrokerBenchmark() {}

  /** Prints the table. */
  public static void main(String[] args) throws Exception {
    Table.printMachine();
    Table.print("%-54s %9s  %s%n", "", "median", "least–greatest");
    measureStart();
    measureFlow();
    measureHeap();
    measureManyConnections();
    Table.printMachine();
  }

  // Start

  private static void measureStart() throws Exception {
    List<Double> millis = new ArrayList<>();
    for (int i = 0; i < ROUNDS.all() * STARTS_PER_ROUND; i++) {
      long start = System.nanoTime();
      try (EmbeddedBroker broker = EmbeddedBroker.start()) {
        requireNonNull(broker.amqpUri());
        millis.add((System.nanoTime() - start) / NANOS_PER_MILLI);
      }
    }
    Table.printRow("first start, ms", millis.subList(0, 1));
    Table.printRow("start in a warm JVM, ms", millis.subList(STARTS_PER_ROUND, millis.size()));
  }

  // Messages per second

  private static void measureFlow() throws Exception {
    try (EmbeddedBroker embedded = EmbeddedBroker.start()) {
      Optional<RabbitMq> found = RabbitMq.find("4.3");
      if (found.isEmpty()) {
        Table.print("%s%n", "There is no RabbitMQ 4.3 here to compare with.");
        compareFlows(Map.of("embedded broker", embedded));
        return;
      }
      try (RabbitMq real = found.get()) {
        Map<String, Broker> brokers = new LinkedHashMap<>();
        brokers.put("embedded broker", embedded);
        brokers.put("RabbitMQ " + real.version(), real);
        compareFlows(brokers);
      }
    }
  }

  private static void compareFlows(Map<String, Broker> brokers) throws Exception {
    for (String queueType : List.of("classic", "quorum")) {
      Map<String, Rounds.Measurement<Double>> measurements = new LinkedHashMap<>();
      for (Map.Entry<String, Broker> broker : brokers.entrySet()) {
        MessageFlow flow = new MessageFlow(broker.getValue().amqpUri(), queueType, BODY_BYTES);
        measurements.put(
            broker.getKey() + ", " + queueType + " queue, messages/s",
            () -> flow.messagesPerSecond(MESSAGES));
      }
      Map<String, List<Double>> results = ROUNDS.takeTurns(measurements);
      results.forEach(Table::printRow);
      List<List<Double>> both = List.copyOf(results.values());
      if (both.size() == 2) {
        Table.printRow("ratio of these, round by round", Table.ratios(both.get(0), both.get(1)));
      }
    }
  }

  // Heap

  private static void measureHeap() throws Exception {
    String name = String.format(Locale.ROOT, "heap of %,d messages of 1 KiB, MiB", STORED_MESSAGES);
    ROUNDS
        .<Double>takeTurns(Map.of(name, EmbeddedBrokerBenchmark::storedMebibytes))
        .forEach(Table::printRow);
  }

  private static double storedMebibytes() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start()) {
      long before = usedHeap();
      new MessageFlow(broker.amqpUri(), "classic", STORED_BODY_BYTES).fill(STORED_MESSAGES);
      long after = usedHeap();
      broker.queue("benchmark").awaitReady(STORED_MESSAGES);
      return (after - before) / BYTES_PER_MEBIBYTE;
    }
  }

  private static long usedHeap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  // Many connections

  private static void measureManyConnections() throws Exception {
    List<Double> openMillis = new ArrayList<>();
    List<Double> useMillis = new ArrayList<>();
    for (int round = 0; round < ROUNDS.all(); round++) {
      ExecutorService consumers = Executors.newFixedThreadPool(CONSUMER_THREADS);
      List<Connection> connections = new ArrayList<>();
      try (EmbeddedBroker broker = EmbeddedBroker.start()) {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setUri(new URI(broker.amqpUri()));
        factory.setSharedExecutor(consumers);
        factory.setAutomaticRecoveryEnabled(false);

        long start = System.nanoTime();
        List<Channel> channels = open(factory, connections);
        long opened = System.nanoTime();
        for (Channel channel : channels) {
          use(channel);
        }
        long used = System.nanoTime();
        openMillis.add((opened - start) / NANOS_PER_MILLI);
        useMillis.add((used - opened) / NANOS_PER_MILLI);
        connections.forEach(Connection::abort);
      } finally {
        consumers.shutdown();
      }
    }
    Table.printRow(
        "open " + CONNECTIONS + " connections with " + CHANNELS + " channels each, ms",
        openMillis.subList(1, openMillis.size()));
    Table.printRow(
        "declare, publish, get on each of these channels, ms",
        useMillis.subList(1, useMillis.size()));
  }

  private static List<Channel> open(ConnectionFactory factory, List<Connection> connections)
      throws Exception {
    List<Channel> channels = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      Connection connection = factory.newConnection();
      connections.add(connection);
      for (int j = 0; j < CHANNELS; j++) {
        channels.add(connection.createChannel());
      }
    }
    return channels;
  }

  private static void use(Channel channel) throws Exception {
    String queue = channel.queueDeclare().getQueue();
    channel.basicPublish("", queue, null, new byte[BODY_BYTES]);
    requireNonNull(channel.basicGet(queue, true), "the message has not arrived");
  }
}
