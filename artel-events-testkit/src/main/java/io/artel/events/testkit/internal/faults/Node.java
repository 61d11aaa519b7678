package io.artel.events.testkit.internal.faults;

import io.artel.events.testkit.Broker;
import io.artel.events.testkit.RabbitMq;
import io.artel.events.testkit.internal.broker.Cluster;
import io.artel.events.testkit.internal.broker.SmallDisk;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;

/** A broker that faults are done to. */
interface Node extends AutoCloseable {

  /** The version it reports. */
  String version();

  /** The port for AMQP. */
  int port();

  /** A virtual host of a run's own. */
  Broker createVhost(String name);

  void deleteVhost(String name);

  /** Where clients find a virtual host: at each of its nodes, if it has several. */
  default List<String> amqpUris(Broker vhost) {
    return List.of(vhost.amqpUri());
  }

  /**
   * Waits until a queue of a virtual host is empty, with nothing unacknowledged.
   *
   * @throws AssertionError if that does not come to pass within this time
   */
  default void awaitDrained(Broker vhost, String vhostName, String queue, Duration within) {
    vhost.queue(queue).within(within).awaitDrained();
  }

  /** Ends it as {@code kill -9} does. */
  void kill();

  /** Starts it again. */
  void start();

  /** Makes it write to disk what a kill would otherwise lose; see {@link RabbitMq#flush()}. */
  void flush();

  /** Blocks publishers for lack of memory or of disk. */
  void alarm(Alarm alarm);

  void endAlarm(Alarm alarm);

  /** Ends all connections as an operator does. */
  void closeConnections();

  /**
   * What only RabbitMQ has.
   *
   * @throws UnsupportedOperationException if it is an embedded one
   */
  RabbitMq rabbitMq();

  /**
   * The disk that its data is on.
   *
   * @throws UnsupportedOperationException unless it is one that can be filled
   */
  default SmallDisk disk() {
    throw new UnsupportedOperationException("the disk of this broker is not ours to fill");
  }

  /**
   * Its nodes.
   *
   * @throws UnsupportedOperationException unless it has several
   */
  default Cluster cluster() {
    throw new UnsupportedOperationException("this broker has one node");
  }

  @Override
  void close();

  /** What a broker may be short of. */
  enum Alarm {
    MEMORY,
    DISK
  }

  /** Whether its port is open. */
  default boolean listens() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }
}
