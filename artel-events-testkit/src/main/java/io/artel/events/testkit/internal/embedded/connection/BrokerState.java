package io.artel.events.testkit.internal.embedded.connection;

import io.artel.events.testkit.internal.embedded.clock.Timers;
import io.artel.events.testkit.internal.embedded.fault.FaultPlan;
import io.artel.events.testkit.internal.embedded.vhost.Permissions;
import io.artel.events.testkit.internal.embedded.vhost.User;
import io.artel.events.testkit.internal.embedded.vhost.VirtualHost;
import io.artel.events.testkit.internal.embedded.wire.Dialect;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the broker knows: virtual hosts, users, connections. Only its own thread uses it. */
public final class BrokerState {
  private static final int NAME_BYTES = 16;

  private final Dialect dialect;
  private final EventLoop loop;
  private final FaultPlan faults;
  private final Trace trace;
  private final Random names;
  private final Map<String, VirtualHost> vhosts = new LinkedHashMap<>();
  private final Map<String, User> users = new LinkedHashMap<>();
  private final Set<ClientConnection> connections = new LinkedHashSet<>();
  private long connectionNumber;

  /** A broker with the virtual host {@code /}. */
  public BrokerState(Dialect dialect, EventLoop loop, long seed, Trace trace) {
    this.dialect = dialect;
    this.loop = loop;
    this.trace = trace;
    faults = new FaultPlan(loop.brokerTime(), seed);
    names = new Random(seed);
    addVhost("/");
  }

  /** {@return which RabbitMQ this behaves like} */
  public Dialect dialect() {
    return dialect;
  }

  /** {@return the broker's time} */
  public Timers time() {
    return loop.brokerTime();
  }

  /** {@return what is to go wrong} */
  public FaultPlan faults() {
    return faults;
  }

  /** {@return what passes between clients and the broker} */
  public Trace trace() {
    return trace;
  }

  /** Adds a virtual host, unless it is there. */
  public void addVhost(String name) {
    vhosts.computeIfAbsent(name, key -> new VirtualHost(key, dialect, loop.brokerTime()));
    users.values().forEach(user -> user.permit(name, Permissions.ALL));
  }

  /** Removes a virtual host with all that is in it; its connections end. */
  public void removeVhost(String name) {
    VirtualHost removed = vhosts.remove(name);
    if (removed != null) {
      Set.copyOf(connections).stream()
          .filter(connection -> connection.isUsing(removed))
          .forEach(connection -> connection.force("vhost '" + name + "' is deleted"));
    }
  }

  /** {@return the virtual host of that name, or null} */
  public @Nullable VirtualHost vhost(String name) {
    return vhosts.get(name);
  }

  /** {@return all virtual hosts} */
  public Collection<VirtualHost> vhosts() {
    return vhosts.values();
  }

  /** Adds a user, or sets the password of one that is there. */
  public User addUser(String name, String password) {
    User user = new User(name, password);
    users.put(name, user);
    return user;
  }

  @Nullable User user(String name) {
    return users.get(name);
  }

  /**
   * {@return the user of that name}
   *
   * @throws IllegalArgumentException if there is none
   */
  public User requireUser(String name) {
    User user = users.get(name);
    if (user == null) {
      throw new IllegalArgumentException("There is no user '" + name + "'; add it first.");
    }
    return user;
  }

  /** {@return the connections that are open} */
  public Set<ClientConnection> connections() {
    return connections;
  }

  String nextConnectionId() {
    return "connection-" + ++connectionNumber;
  }

  /** {@return text that nobody has been given before, as RabbitMQ puts it into names} */
  public String uniqueName() {
    byte[] bytes = new byte[NAME_BYTES];
    names.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Sets or ends the alarm that blocks publishers. */
  public void alarm(@Nullable String reason) {
    faults.alarm(reason);
    if (reason == null) {
      Set.copyOf(connections).forEach(ClientConnection::unblock);
    }
  }

  /** Forgets what a restart of the broker would forget. */
  public void restart() {
    vhosts.values().forEach(VirtualHost::restart);
  }

  /** Forgets everything but users and the names of the virtual hosts. */
  public void wipe() {
    vhosts.replaceAll((name, old) -> new VirtualHost(name, dialect, loop.brokerTime()));
  }
}
