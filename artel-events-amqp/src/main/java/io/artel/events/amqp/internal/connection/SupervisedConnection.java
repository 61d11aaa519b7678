package io.artel.events.amqp.internal.connection;

import com.rabbitmq.client.BlockedCallback;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import io.artel.events.ConnectionException;
import io.artel.events.ConnectionStatus;
import io.artel.events.ConnectionStatus.State;
import io.artel.events.amqp.internal.background.Background;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
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

  /** Hears of every new state; called with a lock held, so it must only pass it on. */
  public interface Watcher {
    /** It is in another state now. */
    void changed(ConnectionStatus status);
  }

  private final Connector connector;
  private final String name;
  private final Background supervisor;
  private final @Nullable ExecutorService callbacks;
  private final Watcher watcher;
  private final Backoff backoff;
  private final CopyOnWriteArrayList<User> users = new CopyOnWriteArrayList<>();

  /** Guards changes of the fields below; held for assignments only. */
  private final Object lock = new Object();

  private @Nullable Link current;
  private Duration waited = Duration.ZERO;
  private long openedAt;
  private boolean opened;
  private volatile ConnectionStatus status;

  /** A connection that is not open yet; {@link #open} opens it. */
  public SupervisedConnection(
      Connector connector,
      String name,
      Background supervisor,
      @Nullable ExecutorService callbacks,
      Backoff backoff,
      Watcher watcher) {
    this.connector = connector;
    this.name = name;
    this.supervisor = supervisor;
    this.callbacks = callbacks;
    this.watcher = watcher;
    this.backoff = backoff;
    status = new ConnectionStatus(name, State.CONNECTING, Instant.now(), null, 0, null);
  }

  /**
   * Opens it for the first time, unless that was done; a failure is the caller's to handle.
   *
   * @return the open connection
   * @throws ConnectionException if the broker is not there or refuses, or if the connection is lost
   *     and not restored yet
   */
  public Connection open() {
    synchronized (lock) {
      if (opened) {
        Connection open = current();
        if (open == null) {
          throw new ConnectionException(name + ": the connection is lost", true, null);
        }
        return open;
      }
    }
    Link link;
    try {
      link = connector.link(name, callbacks, 0);
    } catch (ConnectionException e) {
      failed(String.valueOf(e.getMessage()));
      throw e;
    }
    adopt(link, Duration.ZERO);
    return link.connection();
  }

  /** Adds a user, who hears of every connection from the next one on. */
  public void use(User user) {
    users.addIfAbsent(user);
  }

  /** Leaves the connection alone from now on. */
  public void leave(User user) {
    users.remove(user);
  }

  /** The open connection, or null while there is none. */
  public @Nullable Connection current() {
    synchronized (lock) {
      return current != null && current.connection().isOpen() ? current.connection() : null;
    }
  }

  /** How it fares. */
  public ConnectionStatus status() {
    return status;
  }

  /** Whether the broker has stopped reading from this connection because of an alarm. */
  public boolean isBlocked() {
    return status.state() == State.BLOCKED;
  }

  /** Host and port of the broker it is connected to, or was last. */
  public String broker() {
    return Objects.requireNonNullElse(status.broker(), "");
  }

  /**
   * Ends a connection that does not do its work, at once; another one follows as if it had been
   * lost, but to the next address: a node that is cut off from the others of its cluster accepts
   * connections, and does nothing for them. No effect if it has been replaced.
   *
   * @param useless the connection, or null for the present one
   */
  public void renew(@Nullable Connection useless, String reason) {
    Link link;
    synchronized (lock) {
      link = current;
      if (link == null || (useless != null && link.connection() != useless)) {
        return;
      }
    }
    lost(link, reason, link.address() + 1);
    link.kill();
  }

  /** Closes it for good. */
  public void close(Duration timeout) {
    Link link;
    synchronized (lock) {
      link = current;
      current = null;
      become(State.CLOSED, status.lastError());
    }
    if (link != null) {
      link.close(timeout);
    }
  }

  private void adopt(Link link, Duration waitedFor) {
    synchronized (lock) {
      if (status.state() == State.CLOSED) {
        link.kill();
        return;
      }
      current = link;
      waited = waitedFor;
      openedAt = System.nanoTime();
      status =
          new ConnectionStatus(
              name,
              State.CONNECTED,
              Instant.now(),
              link.broker(),
              status.reconnects() + (opened ? 1 : 0),
              status.lastError());
      opened = true;
      watcher.changed(status);
    }
    link.connection()
        .addBlockedListener(
            (BlockedCallback)
                reason -> {
                  log.warn("{}: the broker blocks publishing: {}", name, reason);
                  blocked(link, State.BLOCKED);
                },
            () -> {
              log.info("{}: the broker accepts publishing again", name);
              blocked(link, State.CONNECTED);
              supervisor.run(() -> users.forEach(User::unblocked));
            });
    link.connection().addShutdownListener(signal -> lost(link, reason(signal), 0));
  }

  /** What the broker said or, where it said nothing, what was seen of it. */
  private static String reason(ShutdownSignalException signal) {
    Throwable cause = signal.getCause();
    String reason = String.valueOf(signal.getMessage());
    return cause == null ? reason : reason + ": " + cause;
  }

  /** A connection that is given up cannot block the next one. */
  private void blocked(Link link, State state) {
    synchronized (lock) {
      if (current == link && status.state() != state) {
        become(state, status.lastError());
      }
    }
  }

  private void lost(Link link, String reason, int nextAddress) {
    Duration step;
    synchronized (lock) {
      if (current != link) {
        return;
      }
      current = null;
      step = backoff.afterLoss(waited, Duration.ofNanos(System.nanoTime() - openedAt));
      become(State.CONNECTING, reason);
    }
    log.warn("{}: connection lost ({}), reconnecting", name, reason);
    schedule(step, nextAddress);
  }

  /** Called with the lock held. */
  private void become(State state, @Nullable String lastError) {
    status =
        new ConnectionStatus(
            name, state, Instant.now(), status.broker(), status.reconnects(), lastError);
    watcher.changed(status);
  }

  private void schedule(Duration step, int address) {
    supervisor.later(
        () -> reconnect(step, address), Backoff.spread(step, ThreadLocalRandom.current()));
  }

  private void reconnect(Duration step, int address) {
    if (status.state() == State.CLOSED) {
      return;
    }
    Link link;
    try {
      link = connector.link(name, callbacks, address);
    } catch (ConnectionException e) {
      Duration next = backoff.after(step);
      if (!step.equals(next) && next.equals(backoff.longest())) {
        log.warn("{}: still not connected, and trying on: {}", name, e.getMessage());
      } else {
        log.debug("{}: still not connected: {}", name, e.getMessage());
      }
      failed(String.valueOf(e.getMessage()));
      schedule(next, address);
      return;
    } catch (RuntimeException | Error e) { // no thread to be had, for example: later perhaps
      log.error("{}: connecting failed", name, e);
      failed(e.toString());
      schedule(backoff.longest(), address);
      return;
    }
    log.info("{}: connected again", name);
    adopt(link, step);
    for (User user : users) {
      try {
        user.connected(link.connection());
      } catch (RuntimeException e) {
        log.error("{}: a user of the new connection failed", name, e);
      }
    }
  }

  private void failed(String reason) {
    synchronized (lock) {
      status =
          new ConnectionStatus(
              name, status.state(), status.since(), status.broker(), status.reconnects(), reason);
    }
  }

  @Override
  public String toString() {
    return switch (status.state()) {
      case CONNECTED -> name;
      case BLOCKED -> name + " (blocked)";
      case CONNECTING -> name + " (not connected)";
      case CLOSED -> name + " (closed)";
    };
  }
}
