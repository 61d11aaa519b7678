package io.artel.events.testkit.internal.faults;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import io.artel.events.testkit.DeliveryOracle;
import io.artel.events.testkit.internal.broker.Cluster;
import io.artel.events.testkit.internal.broker.Versions;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** What happens to the network between nodes of a cluster, which clients reach all of. */
final class ClusterNetworkScenarios {
  private static final Duration CONFIRM_TIMEOUT = ofSeconds(5);
  private static final Duration MOVES = CONFIRM_TIMEOUT.plusSeconds(5);

  /**
   * A channel of the new node that was opened before queues had a new leader waits for the old one,
   * and so a second one may be needed.
   */
  private static final Duration CONFIRMS = CONFIRM_TIMEOUT.multipliedBy(2).plusSeconds(5);

  /**
   * With Mnesia, channels learn of a new leader once the nodes take the old one's for down: after
   * the net tick time of 15 s and up to a quarter of it more, and then the next attempt comes.
   */
  private static final Duration CONFIRMS_WITH_MNESIA = ofSeconds(20).plus(CONFIRM_TIMEOUT);

  /** The publisher's node leads all partitions, since the publisher declared them. */
  private static final int LEADER = 0;

  /** The node of the service that reads. */
  private static final int READER = 1;

  /** One node on one side, two on the other. */
  private enum Cut {
    /** The node that leads, and that the publisher is connected to, is alone. */
    LEADER_ALONE,
    /** The node that the publisher and who reads are connected to is alone, and leads nothing. */
    CLIENTS_ALONE,
    /** The node that leads hears the others, and they do not hear it. */
    LEADER_MUTE
  }

  /** One cut, for some time. */
  private record Plan(Cut cut, Duration length) {}

  /** What the first seeds do; others begin anew. */
  private static final List<Plan> PLANS =
      List.of(
          new Plan(Cut.LEADER_ALONE, ofSeconds(10)),
          new Plan(Cut.CLIENTS_ALONE, ofSeconds(30)),
          new Plan(Cut.LEADER_MUTE, ofSeconds(30)),
          new Plan(Cut.LEADER_ALONE, ofSeconds(90)),
          new Plan(Cut.CLIENTS_ALONE, ofSeconds(10)),
          new Plan(Cut.LEADER_MUTE, ofSeconds(10)),
          new Plan(Cut.LEADER_ALONE, ofSeconds(30)),
          new Plan(Cut.CLIENTS_ALONE, ofSeconds(90)),
          new Plan(Cut.LEADER_MUTE, ofSeconds(90)));

  private ClusterNetworkScenarios() {}

  static List<Scenario> all() {
    return List.of(
        Scenario.of("F5", "one node of three cut off from the others", ClusterNetworkScenarios::cut)
            .onCluster()
            .with(
                settings -> settings.onCluster().brokerRestarts().confirmsWithin(CONFIRM_TIMEOUT)));
  }

  private static void cut(Stage stage) throws InterruptedException {
    Plan plan = PLANS.get(Math.floorMod(stage.seed - 1, PLANS.size()));
    Cluster cluster = stage.node.cluster();
    if (plan.cut == Cut.CLIENTS_ALONE) {
      publishesTo(stage, READER);
    }
    stage.flow(ofMillis(300), ofMillis(1_000));
    stage.calls.forgetPauses();
    stage.calls.oldMayComeAsNew();
    int alone = plan.cut == Cut.CLIENTS_ALONE ? READER : LEADER;
    if (plan.cut == Cut.LEADER_MUTE) {
      cluster.mute(alone);
    } else {
      cluster.isolate(alone);
    }
    stage.fault();
    long began = System.nanoTime();
    DeliveryOracle.Recovery since = stage.oracle.recovery(stage.load.keys());
    stage.await("the publisher moves to another node", MOVES, () -> isElsewhere(stage, alone));
    Duration moved = Duration.ofNanos(System.nanoTime() - began);
    stage.figure("publisher_moved_ms", moved.toMillis());
    stage.flow(plan.length.minus(moved));
    cluster.heal();
    stage.fault();
    stage.recovers(ofSeconds(30));
    ClusterScenarios.startAll(stage);
    stage.recovers(ofSeconds(10));
    stage.figure("longest_pause_ms", stage.calls.longestPause().toMillis());
    stage.figure("publisher_confirmed_ms", since.publisher().toMillis());
    Duration confirms =
        Versions.isBefore(stage.node.version(), "4.3") ? CONFIRMS_WITH_MNESIA : CONFIRMS;
    if (since.publisher().compareTo(confirms) > 0) {
      stage.late(
          "events were confirmed after "
              + since.publisher().toMillis()
              + " ms instead of "
              + confirms.toMillis()
              + " ms");
    }
  }

  private static boolean isElsewhere(Stage stage, int alone) {
    return IntStream.range(0, Cluster.SIZE)
        .anyMatch(i -> i != alone && stage.networks.to(i).openConnections() > 0);
  }

  /** Makes the publisher connect to another node than the one it prefers. */
  private static void publishesTo(Stage stage, int node) throws InterruptedException {
    for (int i = 0; i < Cluster.SIZE; i++) {
      if (i != node) {
        stage.networks.to(i).refuse();
        stage.networks.to(i).reset();
      }
    }
    stage.fault();
    stage.await("the publisher has moved", () -> stage.networks.to(node).openConnections() > 0);
    stage.recovers(ofSeconds(5));
    for (int i = 0; i < Cluster.SIZE; i++) {
      stage.networks.to(i).heal();
    }
  }
}
