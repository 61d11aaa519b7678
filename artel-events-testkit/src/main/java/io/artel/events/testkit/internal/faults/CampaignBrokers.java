package io.artel.events.testkit.internal.faults;

import io.artel.events.testkit.BrokerUnavailableException;
import io.artel.events.testkit.FaultRun;
import io.artel.events.testkit.RabbitMq;
import io.artel.events.testkit.internal.broker.BrokerFinder;
import io.artel.events.testkit.internal.faults.Scenario.Place;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The real brokers of a campaign: those that its scenarios need, all of one version. */
final class CampaignBrokers implements AutoCloseable {
  private static final String DISK_SIZE = "200m";

  private final String wanted;
  private final Map<Place, Node> nodes = new ConcurrentHashMap<>();
  private final String version;

  /**
   * Starts them.
   *
   * @throws BrokerUnavailableException if one is not on this machine, or does not start
   */
  CampaignBrokers(String wanted, Set<Place> places) {
    this.wanted = wanted;
    Set<Place> started = new HashSet<>(places);
    if (started.remove(Place.SMALL_DISK) && started.isEmpty()) {
      started.add(Place.SHARED); // to tell the version
    }
    try {
      for (Place place : started) {
        nodes.put(place, place == Place.CLUSTER ? cluster() : single());
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
    version = nodes.values().iterator().next().version();
  }

  /** The version that they report. */
  String version() {
    return version;
  }

  /** Plays a scenario on the broker that it needs. */
  FaultRun play(Scenario scenario, long seed) {
    if (scenario.place() == Place.SMALL_DISK) {
      try (RealNode node =
          new RealNode(BrokerFinder.ofThisMachine().onSmallDisk(wanted, DISK_SIZE))) {
        return Play.once(scenario, node, seed);
      }
    }
    Node node = Objects.requireNonNull(nodes.get(scenario.place()));
    FaultRun run = Play.once(scenario, node, seed);
    if (scenario.place() == Place.CLUSTER && !run.isGreen()) {
      // Whatever it is left with is no matter of the next run.
      node.close();
      nodes.put(Place.CLUSTER, cluster());
    }
    return run;
  }

  private Node cluster() {
    return new ClusterNode(BrokerFinder.ofThisMachine().cluster(wanted));
  }

  private Node single() {
    return new RealNode(
        RabbitMq.find(wanted)
            .orElseThrow(
                () ->
                    new BrokerUnavailableException(
                        "RabbitMQ "
                            + wanted
                            + " is not on this machine: run ./artel test --install as root on"
                            + " Debian or Ubuntu, or start a Docker engine.",
                        true,
                        null)));
  }

  @Override
  public void close() {
    nodes.values().forEach(Node::close);
  }
}
