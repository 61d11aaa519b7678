package io.artel.events.testkit;

import io.artel.events.testkit.internal.embedded.control.RunningBroker;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * A broker in this JVM that speaks AMQP 0-9-1 as RabbitMQ does, over TCP, for any client.
 *
 * <pre>{@code
 * try (var broker = EmbeddedBroker.start();
 *     var artel = ArtelEvents.connect(broker.amqpUri(), topology)) {
 *   …
 *   broker.clock().advance(ofSeconds(5));
 *   broker.queue("stats.service.queue").awaitDrained();
 * }
 * }</pre>
 *
 * <p>It is for tests and demonstrations. It keeps all in memory, has no cluster, no management API,
 * no streams and no TLS. What it does as RabbitMQ does is what one suite of tests shows, which runs
 * on it and on real brokers; {@code docs/testing.md} lists the differences that are known.
 *
 * <p>Users are {@code guest} with the password {@code guest}, and those that are added. Safe for
 * use by several threads. It has one thread, which ends with {@link #close()}.
 */
public final class EmbeddedBroker implements Broker, AutoCloseable {
  private static final String USER = "guest";
  private static final String DEFAULT_VHOST = "/";

  private final BrokerProfile profile;
  private final RunningBroker running;

  private EmbeddedBroker(Builder builder) {
    profile = builder.profile;
    running =
        new RunningBroker(
            builder.profile,
            new InetSocketAddress(builder.host, builder.port),
            builder.seed,
            builder.traced);
    running.addUser(USER, USER);
  }

  /** Starts a broker of the newest profile on a free port of the loopback interface. */
  public static EmbeddedBroker start() {
    return builder().start();
  }

  /** {@return settings for a broker} */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public String amqpUri() {
    return uri("");
  }

  private String uri(String path) {
    InetSocketAddress address = running.address();
    String host = address.getAddress().getHostAddress();
    String shown = host.contains(":") ? "[" + host + "]" : host;
    return "amqp://" + USER + ":" + USER + "@" + shown + ":" + address.getPort() + path;
  }

  /** {@return the port; it stays the same when the broker is stopped and started} */
  public int port() {
    return running.address().getPort();
  }

  /** {@return the full version that clients are told, for example {@code 4.3.6}} */
  @Override
  public String version() {
    return running.version();
  }

  /** {@return which RabbitMQ it behaves like} */
  public BrokerProfile profile() {
    return profile;
  }

  /** {@return its time, which decides when messages and queues expire} */
  public BrokerClock clock() {
    return running.clock();
  }

  /** {@return what goes wrong in it} */
  public BrokerFaults faults() {
    return running.faults();
  }

  @Override
  public BrokerQueue queue(String name) {
    return running.queue(DEFAULT_VHOST, name);
  }

  /** {@return a look at a queue of some virtual host} */
  public BrokerQueue queue(String virtualHost, String name) {
    return running.queue(virtualHost, name);
  }

  /** {@return the names of all queues of the default virtual host} */
  public List<String> queues() {
    return running.queues(DEFAULT_VHOST);
  }

  /** {@return the exchanges of the default virtual host} */
  public List<BrokerExchange> exchanges() {
    return running.exchanges();
  }

  /**
   * {@return the bindings of the default virtual host, except that of each queue to the default
   * exchange}
   */
  public List<BrokerBinding> bindings() {
    return running.bindings();
  }

  /** {@return the connections that are open} */
  public List<BrokerConnection> connections() {
    return running.connections();
  }

  /**
   * {@return the last methods that passed between clients and the broker, oldest first, as a person
   * reads them} Bodies and passwords are not among it. Empty unless {@link Builder#trace(int)}
   * asked for it.
   */
  public List<String> trace() {
    return running.trace();
  }

  /**
   * Creates a virtual host, unless it exists, with all rights for all users.
   *
   * @param name any text; it is escaped in the URI
   * @return the URI for AMQP on this virtual host
   */
  public String createVhost(String name) {
    running.addVhost(name);
    return uri("/" + URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20"));
  }

  /** Deletes a virtual host with all that is in it; its connections end. No effect on none. */
  public void deleteVhost(String name) {
    running.removeVhost(name);
  }

  /** Adds a user, or sets the password of one, with all rights in all virtual hosts there are. */
  public void addUser(String name, String password) {
    running.addUser(name, password);
  }

  /**
   * Sets what a user may do in a virtual host. The patterns are regular expressions that a name
   * must contain a match of; an empty one allows nothing.
   *
   * @param configure what may be declared and deleted
   * @param write what may be published to and bound into
   * @param read what may be consumed from and bound from
   * @throws IllegalArgumentException if there is no such user
   */
  public void permit(String user, String virtualHost, String configure, String write, String read) {
    running.permit(user, virtualHost, configure, write, read);
  }

  /** Whether clients can connect: after the start, and until it is stopped. */
  public boolean isRunning() {
    return running.isRunning();
  }

  /** Starts the broker on the port it had. No effect if it runs. */
  public void startAgain() {
    running.start();
  }

  /**
   * Stops the broker as an operator does: clients are told. Durable queues stay, with their
   * persistent messages; the rest goes. No effect if it does not run.
   */
  public void stop() {
    running.stop(true);
  }

  /**
   * Stops the broker at once: connections end without a word. What stays is as for {@link #stop}.
   */
  public void kill() {
    running.stop(false);
  }

  /** Stops the broker and starts it on the same port. */
  public void restart() {
    stop();
    startAgain();
  }

  /**
   * Kills the broker and starts it on the same port with nothing in it, as if its disk was lost.
   */
  public void restartEmpty() {
    kill();
    running.wipe();
    startAgain();
  }

  /** Ends the broker and its thread; what it knew is gone. */
  @Override
  public void close() {
    running.close();
  }

  @Override
  public String toString() {
    return "embedded " + profile;
  }

  /** Settings for an embedded broker. Not safe for use by several threads. */
  public static final class Builder {
    private static final int HIGHEST_PORT = 65_535;

    private BrokerProfile profile = BrokerProfile.RABBITMQ_4_3;
    private InetAddress host = InetAddress.getLoopbackAddress();
    private int port;
    private OptionalLong seed = OptionalLong.empty();
    private int traced;
    private boolean clockStopped;

    private Builder() {}

    /** Which RabbitMQ it behaves like; the newest unless given. */
    public Builder profile(BrokerProfile which) {
      profile = Objects.requireNonNull(which, "which");
      return this;
    }

    /**
     * The port; 0, which takes a free one, unless given.
     *
     * @throws IllegalArgumentException if it is no port
     */
    public Builder port(int number) {
      if (number < 0 || number > HIGHEST_PORT) {
        throw new IllegalArgumentException(
            "The port is " + number + ", but must be from 0 to " + HIGHEST_PORT + ".");
      }
      port = number;
      return this;
    }

    /**
     * Listens on another address than the loopback interface, where everybody who knows it can
     * connect as {@code guest}.
     *
     * @param address a name or an address of this machine, for example {@code 0.0.0.0}
     * @throws IllegalArgumentException if it cannot be resolved
     */
    public Builder listenBeyondThisMachine(String address) {
      Objects.requireNonNull(address, "address");
      try {
        host = InetAddress.getByName(address);
      } catch (UnknownHostException e) {
        throw new IllegalArgumentException("The address '" + address + "' cannot be resolved.", e);
      }
      return this;
    }

    /**
     * Varies what RabbitMQ leaves open: which channel comes first, and how confirms are gathered.
     * Without a seed all goes in the order of its arrival.
     *
     * @param number the same number makes the same choices for the same input
     */
    public Builder seed(long number) {
      seed = OptionalLong.of(number);
      return this;
    }

    /** Starts with a clock that stands still until it is advanced. */
    public Builder clockStopped() {
      clockStopped = true;
      return this;
    }

    /** Keeps so many of the last methods for {@link EmbeddedBroker#trace()}; none unless given. */
    public Builder trace(int methods) {
      if (methods < 0) {
        throw new IllegalArgumentException("trace is " + methods + ", but must be 0 or more.");
      }
      traced = methods;
      return this;
    }

    /**
     * Starts the broker.
     *
     * @throws BrokerUnavailableException if it cannot listen where it should
     */
    public EmbeddedBroker start() {
      EmbeddedBroker broker = new EmbeddedBroker(this);
      if (clockStopped) {
        broker.clock().stop();
      }
      return broker;
    }
  }
}
