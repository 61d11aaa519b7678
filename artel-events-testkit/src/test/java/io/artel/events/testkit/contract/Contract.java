package io.artel.events.testkit.contract;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;

/**
 * What the contract's tests share: connections without recovery, names that no other test uses, and
 * removal of both. A test may leave its channels and connections in any state.
 */
abstract class Contract {
  static final int SECONDS = 20;

  final ContractBroker broker;

  private final Deque<Connection> connections = new ArrayDeque<>();
  private final List<String> names = new ArrayList<>();

  Contract(ContractBroker broker) {
    this.broker = broker;
  }

  /** A test's own way of calling the broker. */
  interface Call {
    void run() throws Exception;
  }

  /** {@return a name that only this test has; a queue or exchange of that name is removed after} */
  final String name(String stem) {
    String name =
        getClass().getSimpleName()
            + "."
            + stem
            + "."
            + Long.toString(System.nanoTime(), Character.MAX_RADIX);
    names.add(name);
    return name;
  }

  /** {@return settings for a connection to the broker, without recovery} */
  final ConnectionFactory factory() throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(broker.uri());
    factory.setAutomaticRecoveryEnabled(false);
    // RabbitMQ 4.x lets a few of many quick connections wait 5 s for its first frame; the client
    // gives that frame half of this time.
    factory.setHandshakeTimeout(SECONDS * 1000);
    return factory;
  }

  /** Opens a connection, which ends with the test. */
  final Connection connect() throws Exception {
    return connect(factory());
  }

  /** Opens a connection with these settings, which ends with the test. */
  final Connection connect(ConnectionFactory factory) throws Exception {
    Connection connection = factory.newConnection(getClass().getSimpleName());
    connections.push(connection);
    return connection;
  }

  /** Opens a channel on the test's first connection, or on a new one if that is closed. */
  final Channel channel() throws Exception {
    if (connections.isEmpty() || !connections.peekLast().isOpen()) {
      return connect().createChannel();
    }
    return connections.peekLast().createChannel();
  }

  /** Opens a channel with confirms on the test's first connection. */
  final Channel confirming() throws Exception {
    Channel channel = channel();
    channel.confirmSelect();
    return channel;
  }

  /**
   * Makes a call and {@return how the broker ended the channel, or its connection, because of it}
   */
  static Close closeOf(Channel channel, Call call) throws Exception {
    CompletableFuture<ShutdownSignalException> ended = new CompletableFuture<>();
    channel.addShutdownListener(ended::complete);
    try {
      call.run();
    } catch (IOException | ShutdownSignalException e) {
      // What ended is told by the listener.
    }
    try {
      return Close.of(ended.get(SECONDS, TimeUnit.SECONDS));
    } catch (TimeoutException e) {
      throw new AssertionError("the broker left the channel open", e);
    }
  }

  @AfterEach
  final void removeWhatTheTestMade() throws Exception {
    for (Connection connection : connections) {
      connection.abort(SECONDS * 1000);
    }
    connections.clear();
    try (Connection connection = factory().newConnection("clean-up")) {
      for (String name : names) {
        remove(connection, channel -> channel.queueDelete(name));
        remove(connection, channel -> channel.exchangeDelete(name));
      }
    }
  }

  private interface Removal {
    void run(Channel channel) throws IOException;
  }

  private static void remove(Connection connection, Removal removal) throws IOException {
    Channel channel = connection.createChannel();
    try {
      removal.run(channel);
      channel.abort();
    } catch (IOException e) {
      // Some tests leave what cannot be removed, such as the exclusive queue of a live connection.
    }
  }
}
