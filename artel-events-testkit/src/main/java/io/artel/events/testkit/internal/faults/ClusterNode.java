package io.artel.events.testkit.internal.faults;

import io.artel.events.testkit.Broker;
import io.artel.events.testkit.RabbitMq;
import io.artel.events.testkit.internal.broker.Cluster;
import java.time.Duration;
import java.util.List;

/** A broker of three nodes. What is asked of the broker as a whole, its first node answers. */
final class ClusterNode implements Node {
  private final Cluster cluster;

  ClusterNode(Cluster cluster) {
    this.cluster = cluster;
  }

  @Override
  public String version() {
    return cluster.version();
  }

  @Override
  public int port() {
    return rabbitMq().port();
  }

  @Override
  public Broker createVhost(String name) {
    return rabbitMq().onVhost(name);
  }

  /** Mends first whatever a scenario that ended early has left broken. */
  @Override
  public void deleteVhost(String name) {
    cluster.heal();
    cluster.start();
    rabbitMq().deleteVhost(name);
  }

  @Override
  public List<String> amqpUris(Broker vhost) {
    return cluster.amqpUris(vhost);
  }

  /**
   * Asks the leader of the queue: a node that led it and was cut off tells the management API of
   * what was unacknowledged then, for as long as it runs.
   */
  @Override
  public void awaitDrained(Broker vhost, String vhostName, String queue, Duration within) {
    long deadline = System.nanoTime() + within.toNanos();
    int ready = vhost.queue(queue).ready();
    long unacknowledged = cluster.unacknowledged(0, vhostName, queue);
    while (ready > 0 || unacknowledged > 0) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError(
            "it has "
                + ready
                + " ready and "
                + unacknowledged
                + " unacknowledged after "
                + within.toSeconds()
                + " s");
      }
      ready = vhost.queue(queue).ready();
      unacknowledged = cluster.unacknowledged(0, vhostName, queue);
    }
  }

  @Override
  public void kill() {
    throw oneByOne();
  }

  @Override
  public void start() {
    cluster.start();
  }

  @Override
  public void flush() {
    cluster.members().forEach(RabbitMq::flush);
  }

  @Override
  public void alarm(Alarm alarm) {
    throw oneByOne();
  }

  @Override
  public void endAlarm(Alarm alarm) {
    throw oneByOne();
  }

  @Override
  public void closeConnections() {
    throw oneByOne();
  }

  @Override
  public RabbitMq rabbitMq() {
    return cluster.members().get(0);
  }

  @Override
  public Cluster cluster() {
    return cluster;
  }

  @Override
  public void close() {
    cluster.close();
  }

  private static UnsupportedOperationException oneByOne() {
    return new UnsupportedOperationException("choose a node of the cluster");
  }
}
