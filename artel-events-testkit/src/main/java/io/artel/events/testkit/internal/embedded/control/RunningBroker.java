package io.artel.events.testkit.internal.embedded.control;

import io.artel.events.testkit.BrokerBinding;
import io.artel.events.testkit.BrokerClock;
import io.artel.events.testkit.BrokerConnection;
import io.artel.events.testkit.BrokerExchange;
import io.artel.events.testkit.BrokerFaults;
import io.artel.events.testkit.BrokerProfile;
import io.artel.events.testkit.BrokerQueue;
import io.artel.events.testkit.BrokerUnavailableException;
import io.artel.events.testkit.internal.embedded.connection.BrokerState;
import io.artel.events.testkit.internal.embedded.connection.ClientConnection;
import io.artel.events.testkit.internal.embedded.connection.EventLoop;
import io.artel.events.testkit.internal.embedded.connection.Listener;
import io.artel.events.testkit.internal.embedded.connection.Scheduler;
import io.artel.events.testkit.internal.embedded.connection.Trace;
import io.artel.events.testkit.internal.embedded.exchange.Destination;
import io.artel.events.testkit.internal.embedded.queue.MessageQueue;
import io.artel.events.testkit.internal.embedded.vhost.Permissions;
import io.artel.events.testkit.internal.embedded.vhost.User;
import io.artel.events.testkit.internal.embedded.vhost.VirtualHost;
import io.artel.events.testkit.internal.embedded.wire.Dialect;
import io.artel.events.testkit.internal.look.QueueLook;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** An embedded broker from its start to its end: its thread, what it knows, and its door. */
public final class RunningBroker implements AutoCloseable {
  private static final String DEFAULT_VHOST = "/";

  private final EventLoop loop;
  private final BrokerState state;
  private final BrokerClock clock;
  private final BrokerFaults faults;
  private InetSocketAddress address;
  private @Nullable Listener listener;

  /**
   * Starts a broker.
   *
   * @param seed decides about what has no order; empty for the order of arrival
   * @param traced how many methods are kept for {@link #trace()}
   * @throws BrokerUnavailableException if the address cannot be had
   */
  public RunningBroker(
      BrokerProfile profile, InetSocketAddress address, OptionalLong seed, int traced) {
    Scheduler scheduler =
        seed.isPresent() ? Scheduler.seeded(seed.getAsLong()) : Scheduler.inOrder();
    loop = new EventLoop("artel-embedded-broker", scheduler);
    state =
        new BrokerState(
            dialect(profile),
            loop,
            seed.orElseGet(() -> new Random().nextLong()),
            new Trace(traced));
    clock = new EmbeddedClock(loop);
    faults = new PlannedFaults(loop, state);
    this.address = address;
    try {
      start();
    } catch (RuntimeException e) {
      loop.close();
      throw e;
    }
  }

  private static Dialect dialect(BrokerProfile profile) {
    return switch (profile) {
      case RABBITMQ_3_10 -> Dialect.V3_10;
      case RABBITMQ_4_0 -> Dialect.V4_0;
      case RABBITMQ_4_3 -> Dialect.V4_3;
    };
  }

  /** Opens the door, on the port it had before if it was open before. */
  public void start() {
    loop.run(
        () -> {
          if (listener != null) {
            return;
          }
          try {
            listener = new Listener(loop, state, address);
            address = listener.address();
          } catch (IOException e) {
            throw new BrokerUnavailableException(
                "The embedded broker cannot listen on "
                    + address
                    + ": "
                    + e.getMessage()
                    + ". Choose another port, or 0 for a free one.",
                false,
                e);
          }
        });
  }

  /** Closes the door, ends all connections, and forgets what a restart forgets. */
  public void stop(boolean graceful) {
    loop.run(
        () -> {
          Listener open = listener;
          if (open == null) {
            return;
          }
          listener = null;
          for (ClientConnection connection : List.copyOf(state.connections())) {
            if (graceful) {
              connection.force("broker forced connection closure with reason 'shutdown'");
              connection.flush();
            }
            connection.cut();
          }
          try {
            open.close();
          } catch (IOException e) {
            throw new IllegalStateException("The embedded broker's port does not close.", e);
          }
          state.restart();
        });
  }

  /** Forgets all queues, exchanges and messages. */
  public void wipe() {
    loop.run(state::wipe);
  }

  /** Whether clients can connect. */
  public boolean isRunning() {
    return !loop.isClosed() && loop.call(() -> listener != null);
  }

  /** {@return where it listens} */
  public InetSocketAddress address() {
    return loop.call(() -> address);
  }

  /** {@return the full version that clients are told} */
  public String version() {
    return state.dialect().version();
  }

  /** {@return its time} */
  public BrokerClock clock() {
    return clock;
  }

  /** {@return what goes wrong in it} */
  public BrokerFaults faults() {
    return faults;
  }

  /** Adds a user, or sets the password of one, with all rights in all virtual hosts there are. */
  public void addUser(String name, String password) {
    loop.run(
        () -> {
          User user = state.addUser(name, password);
          state.vhosts().forEach(vhost -> user.permit(vhost.name(), Permissions.ALL));
        });
  }

  /** Sets what a user may do in a virtual host. */
  public void permit(String user, String vhost, String configure, String write, String read) {
    Permissions permissions = Permissions.of(configure, write, read);
    loop.run(() -> state.requireUser(user).permit(vhost, permissions));
  }

  /** Adds a virtual host in which all users may do everything. */
  public void addVhost(String name) {
    loop.run(() -> state.addVhost(name));
  }

  /** Removes a virtual host with all that is in it. */
  public void removeVhost(String name) {
    loop.run(() -> state.removeVhost(name));
  }

  /** {@return a look at a queue} */
  public BrokerQueue queue(String vhost, String name) {
    return new EmbeddedQueue(loop, () -> state.vhost(vhost), name, QueueLook.PATIENCE);
  }

  /** {@return the names of the queues of a virtual host} */
  public List<String> queues(String vhost) {
    return loop.call(
        () -> {
          VirtualHost found = state.vhost(vhost);
          return found == null
              ? List.of()
              : found.queues().all().stream().map(MessageQueue::name).toList();
        });
  }

  /** {@return the exchanges of the default virtual host} */
  public List<BrokerExchange> exchanges() {
    return loop.call(
        () ->
            defaultVhost().exchanges().exchanges().stream()
                .map(
                    each ->
                        new BrokerExchange(
                            each.name(),
                            each.type(),
                            each.durable(),
                            each.autoDelete(),
                            each.internal(),
                            JavaValues.table(each.arguments())))
                .toList());
  }

  /** {@return the bindings of the default virtual host} */
  public List<BrokerBinding> bindings() {
    return loop.call(
        () ->
            defaultVhost().exchanges().bindings().stream()
                .map(
                    each ->
                        new BrokerBinding(
                            each.source(),
                            each.destination().name(),
                            each.destination().kind() == Destination.Kind.EXCHANGE,
                            each.routingKey(),
                            JavaValues.table(each.arguments())))
                .toList());
  }

  private VirtualHost defaultVhost() {
    VirtualHost found = state.vhost(DEFAULT_VHOST);
    if (found == null) {
      throw new IllegalStateException("The virtual host '/' has been removed.");
    }
    return found;
  }

  /** {@return the connections whose handshake is done} */
  public List<BrokerConnection> connections() {
    return loop.call(
        () ->
            state.connections().stream()
                .filter(ClientConnection::isOpen)
                .map(
                    each ->
                        new BrokerConnection(
                            each.name(),
                            each.user().name(),
                            each.vhostName(),
                            each.channelCount(),
                            each.isBlocked()))
                .toList());
  }

  /** {@return the last methods that passed, oldest first} */
  public List<String> trace() {
    return loop.call(() -> state.trace().lines());
  }

  /** Ends everything, and waits until the broker's thread has ended; again it does nothing. */
  @Override
  public void close() {
    if (!loop.isClosed()) {
      stop(true);
      loop.close();
    }
  }
}
