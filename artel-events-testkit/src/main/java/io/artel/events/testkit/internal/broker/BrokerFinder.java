package io.artel.events.testkit.internal.broker;

import io.artel.events.testkit.BrokerUnavailableException;
import io.artel.events.testkit.RabbitMq;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds brokers: the one that the environment names, then a Docker engine, then this machine.
 * Thread-safe; {@code shared} is guarded by this object.
 */
public final class BrokerFinder {
  /** What {@link #findAny()} asks a Docker engine for. */
  private static final String NEWEST = "4.3";

  private static final BrokerFinder OF_THIS_MACHINE = new BrokerFinder(System.getenv());

  private final Map<String, String> environment;
  private final List<RabbitMq> shared = new ArrayList<>();

  BrokerFinder(Map<String, String> environment) {
    this.environment = environment;
  }

  /** The finder that looks at the environment of this process. */
  public static BrokerFinder ofThisMachine() {
    return OF_THIS_MACHINE;
  }

  /** See {@link RabbitMq#find(String)}. */
  public Optional<RabbitMq> find(String version) {
    return named()
        .filter(broker -> Versions.belongs(broker.version(), version))
        .or(() -> inContainer(version))
        .or(() -> Installation.find(version, environment).map(LocalBroker::started));
  }

  /** See {@link RabbitMq#findAny()}. */
  public Optional<RabbitMq> findAny() {
    return named()
        .or(() -> inContainer(NEWEST))
        .or(() -> Installation.newest(environment).map(LocalBroker::started));
  }

  /**
   * Starts an installed broker with its data on a disk of this size, such as {@code 100m}.
   *
   * @throws BrokerUnavailableException if none of this version is installed
   * @throws IllegalStateException unless this is root on Linux
   */
  public BrokerOnSmallDisk onSmallDisk(String version, String size) {
    LocalBroker broker =
        Installation.find(version, environment)
            .map(installation -> LocalBroker.onSmallDisk(installation, size))
            .orElseThrow(() -> missing(version));
    return new BrokerOnSmallDisk(broker, broker.disk());
  }

  /**
   * Starts a cluster of three installed brokers, with a network of its own.
   *
   * @throws BrokerUnavailableException if none of this version is installed, or this machine cannot
   *     have the network
   */
  public Cluster cluster(String version) {
    return Installation.find(version, environment)
        .map(Cluster::started)
        .orElseThrow(() -> missing(version));
  }

  /** See {@link RabbitMq#shared(String)}. */
  public synchronized RabbitMq shared(String version) {
    for (RabbitMq broker : shared) {
      if (Versions.belongs(broker.version(), version)) {
        if (!(broker instanceof NamedBroker)) {
          broker.start();
        }
        return broker;
      }
    }
    RabbitMq broker = find(version).orElseThrow(() -> missing(version));
    shared.add(broker);
    return broker;
  }

  private Optional<RabbitMq> named() {
    String amqpUri = environment.get("ARTEL_AMQP_URI");
    @Nullable String managementUri = environment.get("ARTEL_MANAGEMENT_URI");
    return amqpUri == null
        ? Optional.empty()
        : Optional.of(NamedBroker.connect(amqpUri, managementUri));
  }

  private Optional<RabbitMq> inContainer(String version) {
    return DockerEngine.mayBeThere(environment)
        ? ContainerBroker.started(version)
        : Optional.empty();
  }

  private static BrokerUnavailableException missing(String version) {
    return new BrokerUnavailableException(
        "RabbitMQ "
            + version
            + " is not on this machine: run ./artel test --install as root on Debian or Ubuntu,"
            + " start a Docker engine, or set ARTEL_AMQP_URI to a broker of this version.",
        true,
        null);
  }
}
