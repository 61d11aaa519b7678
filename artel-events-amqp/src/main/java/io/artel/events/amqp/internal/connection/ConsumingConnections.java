package io.artel.events.amqp.internal.connection;

import io.artel.events.ConnectionException;
import io.artel.events.ConnectionStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntFunction;

/**
 * Connections to consume from, as many as there are consumers for: each has a bounded number, so
 * that one socket and its threads are never what all consumers wait for. Safe for use by several
 * threads.
 */
public final class ConsumingConnections {

  /** So many consumers share a connection at most. */
  public static final int CONSUMERS_PER_CONNECTION = 50;

  private final IntFunction<SupervisedConnection> numbered;
  private final List<SupervisedConnection> connections = new CopyOnWriteArrayList<>();

  /** How many consumers each connection has; guarded by this, as is opening another. */
  private final List<Integer> consumers = new ArrayList<>();

  /**
   * None is open yet, and there is one.
   *
   * @param numbered makes the first connection, the second, …, without opening it
   */
  public ConsumingConnections(IntFunction<SupervisedConnection> numbered) {
    this.numbered = numbered;
    connections.add(numbered.apply(1));
    consumers.add(0);
  }

  /**
   * Opens the first connection, unless it was opened before.
   *
   * @throws ConnectionException if the broker is not there or refuses
   */
  public void open() {
    var unused = connections.get(0).open();
  }

  /**
   * A connection with room for one more consumer; opens another one if there is none.
   *
   * @throws ConnectionException if the broker is not there or refuses
   */
  public synchronized SupervisedConnection join() {
    for (int i = 0; i < connections.size(); i++) {
      if (consumers.get(i) < CONSUMERS_PER_CONNECTION) {
        consumers.set(i, consumers.get(i) + 1);
        return connections.get(i);
      }
    }
    SupervisedConnection added = numbered.apply(connections.size() + 1);
    var unused = added.open();
    connections.add(added);
    consumers.add(1);
    return added;
  }

  /** One consumer of this connection has stopped; its place is free. */
  public synchronized void leave(SupervisedConnection connection) {
    int index = connections.indexOf(connection);
    consumers.set(index, consumers.get(index) - 1);
  }

  /** How they fare. */
  public List<ConnectionStatus> statuses() {
    return connections.stream().map(SupervisedConnection::status).toList();
  }

  /** Closes them for good. */
  public void close(Duration timeout) {
    connections.forEach(connection -> connection.close(timeout));
  }
}
