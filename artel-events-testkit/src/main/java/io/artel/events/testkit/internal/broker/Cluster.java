package io.artel.events.testkit.internal.broker;

import io.artel.events.testkit.Broker;
import io.artel.events.testkit.BrokerUnavailableException;
import io.artel.events.testkit.RabbitMq;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/**
 * Three nodes of RabbitMQ on a {@link PrivateNetwork}, which clients reach from this machine. Its
 * quorum queues have a member on each. It ends with this JVM at the latest.
 */
public final class Cluster implements AutoCloseable {
  /** How many nodes it has. */
  public static final int SIZE = 3;

  /** How long nodes may take until they find each other. */
  private static final Duration BY_THEMSELVES = Duration.ofSeconds(60);

  private final PrivateNetwork network;
  private final List<LocalBroker> members = new ArrayList<>();

  /**
   * A quorum queue as it is now.
   *
   * @param leader the number of the node that leads it, or -1 if none does
   * @param online how many of its members run
   */
  public record QuorumQueue(int leader, int online) {}

  private Cluster(Installation installation) {
    network = new PrivateNetwork(SIZE);
    String cookie = UUID.randomUUID().toString();
    for (int i = 0; i < SIZE; i++) {
      Seat seat = Seat.member(network, i, installation.version(), cookie);
      members.add(LocalBroker.member(installation, seat));
    }
  }

  static Cluster started(Installation installation) {
    Cluster cluster = new Cluster(installation);
    try {
      cluster.start();
      return cluster;
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  /** The version that its nodes report. */
  public String version() {
    return members.get(0).version();
  }

  /** Its nodes, which can be killed and started one by one. */
  public List<RabbitMq> members() {
    return List.copyOf(members);
  }

  /** The name of a node among the others. */
  public String nodeName(int member) {
    return Seat.nodeName(network, member);
  }

  /** The network interface of this machine that leads to its nodes. */
  String networkInterface() {
    return network.cable();
  }

  /** Where a virtual host of its first node is for clients, at each node. */
  public List<String> amqpUris(Broker vhost) {
    String path = vhost.amqpUri().substring(members.get(0).amqpUri().length());
    return members.stream().map(each -> each.amqpUri() + path).toList();
  }

  /**
   * Starts the nodes that do not run, all at once, and waits until each takes all for running.
   *
   * <p>RabbitMQ 3.10 pauses a node that is in the minority, and now and then such a node hangs as
   * it starts again by itself, with the others back. It is killed and started then, as an operator
   * would do it.
   *
   * @return how many had to be killed for that
   * @throws BrokerUnavailableException if they do not find each other
   */
  public int start() {
    startMissing();
    if (Waiting.until(this::isWhole, BY_THEMSELVES)) {
      return 0;
    }
    List<LocalBroker> hanging =
        Versions.isBefore(version(), "4.0")
            ? members.stream().filter(each -> each.runningNodes() == 0).toList()
            : List.of();
    hanging.forEach(LocalBroker::kill);
    startMissing();
    if (!Waiting.until(this::isWhole)) {
      throw new BrokerUnavailableException(notAll(), false, null);
    }
    return hanging.size();
  }

  private void startMissing() {
    ExecutorService threads = Executors.newFixedThreadPool(SIZE);
    try {
      // One alone may wait for the others.
      members.stream()
          .map(each -> CompletableFuture.runAsync(each::start, threads))
          .toList()
          .forEach(CompletableFuture::join);
    } catch (CompletionException e) {
      throw e.getCause() instanceof BrokerUnavailableException unavailable ? unavailable : e;
    } finally {
      threads.shutdownNow();
    }
  }

  private boolean isWhole() {
    return members.stream().allMatch(each -> each.runningNodes() == SIZE);
  }

  private String notAll() {
    StringBuilder text = new StringBuilder("The nodes of " + this + " do not find each other:");
    for (LocalBroker each : members) {
      int running = each.runningNodes();
      text.append("\n").append(each).append(" takes ").append(running).append(" for running");
      if (running < SIZE) {
        text.append("; the end of its log:\n").append(each.logTail());
      }
    }
    return text.toString();
  }

  /** How many of its nodes accept connections for AMQP. */
  public long listening() {
    return IntStream.range(0, SIZE)
        .filter(i -> Ports.listening(network.address(i), members.get(i).port()))
        .count();
  }

  /** From now on nothing that one node sends arrives at the other, in silence. */
  public void cut(int from, int to) {
    network.cut(from, to);
  }

  /** From now on a node and the others hear nothing of each other; clients reach all of them. */
  public void isolate(int member) {
    others(member)
        .forEach(
            other -> {
              network.cut(member, other);
              network.cut(other, member);
            });
  }

  /** From now on a node hears the others, and they do not hear it. */
  public void mute(int member) {
    others(member).forEach(other -> network.cut(member, other));
  }

  /** Nodes hear each other again. */
  public void heal() {
    network.heal();
  }

  /** The quorum queues of a virtual host, as a node knows them. */
  public Map<String, QuorumQueue> quorumQueues(int asked, String vhost) {
    Map<String, QuorumQueue> queues = new TreeMap<>();
    members
        .get(asked)
        .ctl("-q", "list_queues", "-p", vhost, "--no-table-headers", "name", "leader", "online")
        .lines()
        .map(line -> line.split("\t", -1))
        .filter(columns -> columns.length == 3 && !columns[2].isEmpty())
        .forEach(columns -> queues.put(columns[0], queue(columns[1], columns[2])));
    return queues;
  }

  /** How many messages of a queue are unacknowledged, as its leader tells every five seconds. */
  public long unacknowledged(int asked, String vhost, String queue) {
    return members
        .get(asked)
        .ctl(
            "-q",
            "list_queues",
            "-p",
            vhost,
            "--no-table-headers",
            "name",
            "messages_unacknowledged")
        .lines()
        .map(line -> line.split("\t", -1))
        .filter(columns -> columns[0].equals(queue))
        .mapToLong(columns -> Long.parseLong(columns[1]))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no node of " + this + " tells of queue " + queue));
  }

  /** Runs {@code rabbitmq-queues} beside a node, and returns what it printed. */
  public String queues(int member, String... arguments) {
    return members.get(member).run("rabbitmq-queues", arguments);
  }

  @Override
  public void close() {
    members.forEach(LocalBroker::close);
    network.close();
  }

  @Override
  public String toString() {
    return "the cluster of " + members;
  }

  private QuorumQueue queue(String leader, String online) {
    int number =
        IntStream.range(0, SIZE).filter(i -> nodeName(i).equals(leader)).findFirst().orElse(-1);
    return new QuorumQueue(number, online.split("@", -1).length - 1);
  }

  private static IntStream others(int member) {
    return IntStream.range(0, SIZE).filter(i -> i != member);
  }
}
