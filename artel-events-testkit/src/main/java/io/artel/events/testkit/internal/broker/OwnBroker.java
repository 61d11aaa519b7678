package io.artel.events.testkit.internal.broker;

import io.artel.events.testkit.Broker;
import io.artel.events.testkit.BrokerQueue;
import io.artel.events.testkit.BrokerUnavailableException;
import io.artel.events.testkit.RabbitMq;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** What is the same for all brokers that this fixture starts itself. */
abstract class OwnBroker implements RabbitMq {
  /** The content of the file that names the plugins of a new broker. */
  static final String PLUGINS =
      "[rabbitmq_consistent_hash_exchange,rabbitmq_management,rabbitmq_prometheus].\n";

  private final String host;
  private final int amqpPort;
  private final int managementPort;
  private final ManagementApi management;

  OwnBroker(String host, int amqpPort, int managementPort) {
    this.host = host;
    this.amqpPort = amqpPort;
    this.managementPort = managementPort;
    this.management = new ManagementApi(URI.create(managementUri()), Login.GUEST);
  }

  /** Runs a program of RabbitMQ beside the broker and returns what it printed. */
  abstract String run(String program, String... arguments);

  /** The version if the broker answers over AMQP and HTTP, else empty. */
  final Optional<String> answer() {
    try {
      String version = AmqpProbe.version(amqpUri());
      return management.answers() ? Optional.of(version) : Optional.empty();
    } catch (IOException | TimeoutException e) {
      return Optional.empty();
    }
  }

  final BrokerUnavailableException failed(String what, @Nullable Throwable cause) {
    return new BrokerUnavailableException(this + " " + what, false, cause);
  }

  final BrokerUnavailableException toolFailed(
      String program, String[] arguments, int status, String errors) {
    String command = (program + " " + String.join(" ", arguments)).strip();
    return failed("refused " + command + " with status " + status + ":\n" + errors, null);
  }

  final int managementPort() {
    return managementPort;
  }

  /** How many nodes of its cluster it takes for running; 0 if it cannot tell. */
  final int runningNodes() {
    return management.runningNodes();
  }

  @Override
  public final int port() {
    return amqpPort;
  }

  @Override
  public final String amqpUri() {
    return "amqp://guest:guest@" + host + ":" + amqpPort;
  }

  @Override
  public final String managementUri() {
    return "http://guest:guest@" + host + ":" + managementPort;
  }

  @Override
  public final String createVhost(String name) {
    management.createVhost(name, Login.GUEST.user());
    return amqpUri() + "/" + Login.encoded(name);
  }

  @Override
  public final BrokerQueue queue(String name) {
    return new RealQueue(amqpUri(), () -> management, name);
  }

  @Override
  public final Broker onVhost(String name) {
    return new VirtualHost(this, createVhost(name), () -> management);
  }

  @Override
  public final void deleteVhost(String name) {
    management.deleteVhost(name);
  }

  @Override
  public final String ctl(String... arguments) {
    return run("rabbitmqctl", arguments);
  }

  @Override
  public final void enablePlugin(String name) {
    run("rabbitmq-plugins", "enable", name);
  }

  @Override
  public final void disablePlugin(String name) {
    run("rabbitmq-plugins", "disable", name);
  }

  @Override
  public String toString() {
    return "RabbitMQ " + version() + " at " + host + ":" + amqpPort;
  }
}
