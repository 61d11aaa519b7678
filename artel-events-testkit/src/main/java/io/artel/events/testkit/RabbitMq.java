package io.artel.events.testkit;

import io.artel.events.testkit.internal.broker.BrokerFinder;
import java.util.Optional;

/**
 * One real RabbitMQ broker.
 *
 * <pre>{@code
 * try (RabbitMq broker = RabbitMq.find("4.3").orElseThrow()) {
 *   connect(broker.amqpUri());
 *   broker.kill();
 *   broker.start();
 * }
 * }</pre>
 *
 * <p>It comes from the first of these that has the version asked for:
 *
 * <ol>
 *   <li>the broker that the environment names: {@code ARTEL_AMQP_URI}, and {@code
 *       ARTEL_MANAGEMENT_URI} where it has the management plugin;
 *   <li>a Docker engine, if {@code org.testcontainers:testcontainers-rabbitmq} is on the class
 *       path;
 *   <li>an installed {@code rabbitmq-server}, or a root folder made by {@code ./artel test
 *       --install}.
 * </ol>
 *
 * <p>Except for the first, the broker belongs to whoever asked: it has its own ports on the
 * loopback interface, its own data, the user {@code guest} with the password {@code guest}, and the
 * plugins for the consistent-hash exchange, management and Prometheus. It ends with the JVM, also
 * when that is killed, and leaves nothing behind. The methods that start, stop or change a broker
 * throw {@link UnsupportedOperationException} on one that the environment names.
 *
 * <p>Methods return when what they say has happened, and throw {@link BrokerUnavailableException}
 * when that takes more than two minutes. Instances are safe for use by several threads.
 */
public interface RabbitMq extends Broker, AutoCloseable {

  /**
   * Finds and starts a broker of a version, for this caller alone.
   *
   * @param version the version, or its first numbers: {@code 4.3} is content with 4.3.6
   * @return empty where this machine has no such broker
   * @throws BrokerUnavailableException if there is one, and it does not start or does not answer
   */
  static Optional<RabbitMq> find(String version) {
    return BrokerFinder.ofThisMachine().find(version);
  }

  /**
   * Finds and starts a broker of the newest version there is, for this caller alone.
   *
   * @return empty where this machine has no broker
   * @throws BrokerUnavailableException if there is one, and it does not start or does not answer
   */
  static Optional<RabbitMq> findAny() {
    return BrokerFinder.ofThisMachine().findAny();
  }

  /**
   * The one running broker of a version that all callers in this JVM share. It is started when
   * first asked for, and started again if someone left it stopped. Do not close it: it ends with
   * the JVM.
   *
   * @param version as for {@link #find(String)}
   * @return the running broker
   * @throws BrokerUnavailableException if this machine has no such broker ({@link
   *     BrokerUnavailableException#missing()}), or it does not start or does not answer
   */
  static RabbitMq shared(String version) {
    return BrokerFinder.ofThisMachine().shared(version);
  }

  /** {@return the port for AMQP; it stays the same when the broker is stopped and started} */
  int port();

  /**
   * {@return the URI of the management API with user and password, without a path}
   *
   * @throws UnsupportedOperationException if the environment names the broker but not this URI
   */
  String managementUri();

  /**
   * Creates a virtual host, unless it exists, with all rights for the user of {@link #amqpUri()}.
   *
   * @param name any text; it is escaped in the URI
   * @return the URI for AMQP on this virtual host
   * @throws UnsupportedOperationException if the environment names the broker but not {@link
   *     #managementUri()}
   */
  String createVhost(String name);

  /**
   * Creates a virtual host as {@link #createVhost(String)} does, for a test of its own.
   *
   * @return the broker as it is on this virtual host: the URI leads there, and the queues are those
   *     there
   */
  Broker onVhost(String name);

  /**
   * Deletes a virtual host with all that is in it, and closes the connections to it. No effect if
   * there is none.
   *
   * @throws UnsupportedOperationException if the environment names the broker but not {@link
   *     #managementUri()}
   */
  void deleteVhost(String name);

  /** Starts the broker on its port and data, and waits until it answers. No effect if it runs. */
  void start();

  /** Shuts the broker down in good order; its port and data stay. No effect if it does not run. */
  void stop();

  /**
   * Ends the broker at once, as {@code kill -9} does. No effect if it does not run.
   *
   * <p>A single RabbitMQ writes down half a second late that a quorum queue exists. One that was
   * declared just before comes back empty, or not at all, with all its confirmed messages lost;
   * call {@link #flush()} first unless this is what a test is about.
   */
  void kill();

  /**
   * Makes the broker write to disk what it would write half a second later; see {@link #kill()}.
   */
  default void flush() {
    ctl("eval", "[dets:sync(Table) || Table <- dets:all()].");
  }

  /** Stops and starts the broker. */
  default void restart() {
    stop();
    start();
  }

  /**
   * Freezes the broker: its sockets stay open and nothing answers, until {@link #resume()}.
   *
   * @throws IllegalStateException if the broker does not run
   */
  void pause();

  /**
   * Lets a paused broker go on.
   *
   * @throws IllegalStateException if the broker does not run
   */
  void resume();

  /**
   * Runs {@code rabbitmqctl}, which takes about a second.
   *
   * @param arguments the command and its arguments, for example {@code "list_queues", "name"}
   * @return what it printed
   * @throws BrokerUnavailableException if it failed; the text has what it printed as errors
   */
  String ctl(String... arguments);

  /**
   * Enables a plugin on the running broker.
   *
   * @param name the plugin, for example {@code rabbitmq_shovel}
   */
  void enablePlugin(String name);

  /**
   * Disables a plugin on the running broker.
   *
   * @param name the plugin
   */
  void disablePlugin(String name);

  /**
   * Ends the broker and removes its data; one that the environment names stays as it is. A closed
   * broker cannot be started again.
   */
  @Override
  void close();
}
