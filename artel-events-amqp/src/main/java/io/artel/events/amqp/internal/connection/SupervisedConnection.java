package io.artel.events.amqp.internal.connection;

import com.rabbitmq.client.BlockedCallback;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import io.artel.events.ConnectionException;
import io.artel.events.amqp.internal.background.Background;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection that comes back when it is lost: after a random time between half and all of a
 * {@link Backoff}. Who uses it is told of each new connection and opens channels anew.
 *
 * <p>Invariants: at most one reconnect is scheduled or running; users hear of connections one at a
 * time, in order, on the supervisor's thread; after {@link #close} no connection is opened.
 */
public final class SupervisedConnection {

  private static final Logger log = LoggerFactory.getLogger(SupervisedConnection.class);

  /** A delay that doubles from the first to the longest. */
  public record Backoff(Duration first, Duration longest) {}

  /** Who opens channels on the connection. */
  public interface User {
    /**
     * There is a new connection; called on the supervisor's thread, may block. What fails is the
     * user's to try again.
     */
    void connected(Connection connection);

    /** The broker reads from the connection again after an alarm; called like the other. */
    default void unblocked() {}
  }

  private final Connector connector;
  private final String name;
  private final Background supervisor;
  private final @Nullable ExecutorService callbacks;
  private final long firstBackoffMillis;
  private final long longestBackoffMillis;
  private final List<User> users = new CopyOnWriteArrayList<>();

  /** Guards the two fields below; held for assignments only. */
  private final Object lock = new Object();

  private @Nullable Connection current;
  private boolean closed;

  /** Changed with the lock held, so that a connection given up cannot block the next one. */
  private volatile boolean blocked;

  /** A connection that is not open yet; {@link #open} opens it. */
  public SupervisedConnection(
      Connector connector,
      String name,
      Background supervisor,
      @Nullable ExecutorService callbacks,
      Backoff backoff) {
    this.connector = connector;
    this.name = name;
    this.supervisor = supervisor;
    this.callbacks = callbacks;
    this.firstBackoffMillis = backoff.first().toMillis();
    this.longestBackoffMillis = backoff.longest().toMillis();
  }

  /**
   * Opens it for the first time; a failure is the caller's to handle.
   *
   * @throws ConnectionException if the broker is not there or refuses
   */
  public Connection open() {
    Connection connection = connector.open(name, callbacks);
    adopt(connection);
    return connection;
  }

  /** Adds a user, who hears of every connection from the next one on. */
  public void use(User user) {
    users.add(user);
  }

  /** Leaves the connection alone from now on. */
  public void leave(User user) {
    users.remove(user);
  }

  /** The open connection, or null while there is none. */
  public @Nullable Connection current() {
    synchronized (lock) {
      return current != null && current.isOpen() ? current : null;
    }
  }

  /** Whether the broker has stopped reading from this connection because of an alarm. */
  public boolean isBlocked() {
    return blocked;
  }

  /** Closes it for good. */
  public void close(Duration timeout) {
    Connection connection;
    synchronized (lock) {
      closed = true;
      connection = current;
      current = null;
    }
    if (connection != null) {
      connection.abort(Math.max(1, Math.toIntExact(timeout.toMillis())));
    }
  }

  private void adopt(Connection connection) {
    synchronized (lock) {
      if (closed) {
        connection.abort(1);
        return;
      }
      current = connection;
      blocked = false;
    }
    connection.addBlockedListener(
        (BlockedCallback)
            reason -> {
              log.warn("{}: the broker blocks publishing: {}", name, reason);
              blocked(connection, true);
            },
        () -> {
          log.info("{}: the broker accepts publishing again", name);
          blocked(connection, false);
          supervisor.run(() -> users.forEach(User::unblocked));
        });
    connection.addShutdownListener(signal -> lost(connection, signal));
  }

  private void blocked(Connection connection, boolean isBlocked) {
    synchronized (lock) {
      if (current == connection) {
        blocked = isBlocked;
      }
    }
  }

  private void lost(Connection connection, ShutdownSignalException signal) {
    synchronized (lock) {
      if (closed || current != connection) {
        return;
      }
      current = null;
    }
    log.warn("{}: connection lost ({}), reconnecting", name, signal.getMessage());
    schedule(firstBackoffMillis);
  }

  private void schedule(long backoffMillis) {
    long wait = backoffMillis / 2 + ThreadLocalRandom.current().nextLong(backoffMillis / 2 + 1);
    supervisor.later(() -> reconnect(backoffMillis), Duration.ofMillis(wait));
  }

  private void reconnect(long backoffMillis) {
    synchronized (lock) {
      if (closed) {
        return;
      }
    }
    Connection connection;
    try {
      connection = connector.open(name, callbacks);
    } catch (ConnectionException e) {
      boolean stillNews = backoffMillis < longestBackoffMillis;
      if (stillNews && backoffMillis * 2 >= longestBackoffMillis) {
        log.warn("{}: still not connected, and trying on: {}", name, e.getMessage());
      } else {
        log.debug("{}: still not connected: {}", name, e.getMessage());
      }
      schedule(Math.min(longestBackoffMillis, backoffMillis * 2));
      return;
    } catch (RuntimeException | Error e) { // no thread to be had, for example: later perhaps
      log.error("{}: connecting failed", name, e);
      schedule(longestBackoffMillis);
      return;
    }
    log.info("{}: connected again", name);
    adopt(connection);
    for (User user : users) {
      try {
        user.connected(connection);
      } catch (RuntimeException e) {
        log.error("{}: a user of the new connection failed", name, e);
      }
    }
  }

  @Override
  public String toString() {
    return name + (current() == null ? " (not connected)" : blocked ? " (blocked)" : "");
  }
}
