package io.artel.events.amqp.internal.connection;

import com.rabbitmq.client.Connection;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One open connection, and its socket: what the client writes may wait for ever in a socket whose
 * other end reads nothing, and only closing the socket ends that.
 */
final class Link {

  private static final Logger log = LoggerFactory.getLogger(Link.class);

  private final Connection connection;
  private final @Nullable Socket socket;
  private final String broker;
  private final int address;

  /**
   * A connection with its socket.
   *
   * @param member what the broker is called as one of several, or null if it is the only one
   * @param address the number of its address among those of its endpoint
   */
  Link(Connection connection, @Nullable Socket socket, @Nullable String member, int address) {
    this.connection = connection;
    this.socket = socket;
    this.address = address;
    this.broker =
        member != null
            ? member
            : connection.getAddress().getHostAddress() + ":" + connection.getPort();
  }

  Connection connection() {
    return connection;
  }

  /** {@return the number of its address among those of its endpoint} */
  int address() {
    return address;
  }

  /** {@return host and port of the broker, or its name among several} */
  String broker() {
    return broker;
  }

  /** Closes it in good order, or at the end of the time in any case. */
  void close(Duration timeout) {
    int millis = Math.max(1, Math.toIntExact(timeout.toMillis()));
    Thread closing = new Thread(() -> connection.abort(millis), "closing " + connection);
    closing.setDaemon(true);
    closing.start();
    try {
      closing.join(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (closing.isAlive()) {
      kill();
    }
  }

  /** Ends it at once, without a word to the broker. Threads that write to it fail. */
  void kill() {
    if (socket == null) {
      connection.abort(1);
      return;
    }
    try {
      // Without this a TLS socket would wait for whoever writes to it.
      socket.setSoLinger(true, 0);
    } catch (SocketException e) {
      log.debug("the socket is closed already", e);
    }
    try {
      socket.close();
    } catch (IOException e) {
      log.debug("closing the socket failed", e);
    }
  }
}
