package io.artel.events.testkit.internal.faults;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import io.artel.events.testkit.DeliveryOracle;
import io.artel.events.testkit.RabbitMq;
import io.artel.events.testkit.internal.broker.Cluster;
import io.artel.events.testkit.internal.broker.Cluster.QuorumQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** What happens to nodes of a cluster. */
final class ClusterScenarios {
  private static final int KILLS = 2;
  private static final Duration OUTAGE = ofSeconds(30);

  /** So long after the majority is gone, what was on its way has arrived. */
  private static final Duration UNDER_WAY = ofSeconds(1);

  /** A leader that changes may take so long. */
  private static final Duration LEADER_CHANGES = ofSeconds(5);

  private ClusterScenarios() {}

  static List<Scenario> all() {
    return List.of(
        onCluster("F3", "node that leads partitions killed", ClusterScenarios::leaderKilled)
            .with(ClusterScenarios::restarting),
        onCluster("F4", "node that services read from killed", ClusterScenarios::nodeOfReaderKilled)
            .with(ClusterScenarios::restarting),
        onCluster("F6", "two nodes of three killed", ClusterScenarios::majorityKilled)
            .with(ClusterScenarios::restarting),
        onCluster("F23", "leaders moved, members deleted and added", ClusterScenarios::moved)
            .with(StageSettings::onCluster));
  }

  private static Scenario onCluster(String id, String title, Scenario.Act act) {
    return Scenario.of(id, title, act).onCluster();
  }

  private static StageSettings restarting(StageSettings settings) {
    return settings.onCluster().brokerRestarts();
  }

  /** Another member of each partition leads it from then on. */
  private static void leaderKilled(Stage stage) throws InterruptedException {
    for (int i = 0; i < KILLS; i++) {
      stage.flow(ofMillis(300), ofMillis(1_000));
      int leading = leadsMost(stage);
      stage.node.cluster().members().get(leading).kill();
      stage.fault();
      stage.recovers(ofSeconds(10));
      startAll(stage);
      stage.recovers(ofSeconds(10));
    }
  }

  /** The service that read there is told at once, and the other one takes over. */
  private static void nodeOfReaderKilled(Stage stage) throws InterruptedException {
    int reader = 1;
    stage.flow(ofMillis(300), ofMillis(1_000));
    stage.check(
        stage.serviceNetworks.to(reader).openConnections() > 0,
        "no service is connected to the node that is to be killed");
    stage.node.cluster().members().get(reader).kill();
    stage.fault();
    stage.recovers(OwnershipScenarios.takesOverWithin(stage));
    stage.flow(ofSeconds(5), ofSeconds(15));
    startAll(stage);
    stage.recovers(ofSeconds(10));
  }

  /** One node alone confirms nothing, and is believed nothing. */
  private static void majorityKilled(Stage stage) throws InterruptedException {
    stage.flow(ofMillis(300), ofMillis(1_000));
    Cluster cluster = stage.node.cluster();
    int left = stage.random.nextInt(Cluster.SIZE);
    List<RabbitMq> killed = new ArrayList<>(cluster.members());
    killed.remove(left);
    killed.forEach(RabbitMq::kill);
    stage.fault();
    stage.flow(UNDER_WAY);
    long confirmed = stage.oracle.confirmed();
    stage.flow(OUTAGE);
    stage.check(
        stage.oracle.confirmed() == confirmed,
        (stage.oracle.confirmed() - confirmed) + " events were confirmed by one node of three");
    long held = stage.oracle.withoutOutcome();
    stage.figure("held_in_outage", held);
    // One more waits for room.
    stage.check(
        held <= StageSettings.WINDOW + 1,
        held + " events were held, more than the publisher may: " + StageSettings.WINDOW);

    CompletableFuture<Void> starting = CompletableFuture.runAsync(cluster::start);
    stage.await("a majority answers", () -> starting.isDone() || cluster.listening() > 1);
    stage.fault(); // what was sent again and again to the one node
    stage.recovers(ofSeconds(30));
    starting.join();
    stage.await("each member of each queue runs", () -> allOnline(stage));
  }

  /** Each change is a pause, and nothing else. */
  private static void moved(Stage stage) throws InterruptedException {
    Cluster cluster = stage.node.cluster();
    stage.flow(ofMillis(300), ofMillis(1_000));
    changes(stage, "rebalance", () -> cluster.queues(0, "rebalance", "quorum"));
    List<String> partitions = stage.topology.find(Stage.ORDERED).orElseThrow().sources();
    for (int i = 0; i < 2; i++) {
      String partition = partitions.get(stage.random.nextInt(partitions.size()));
      QuorumQueue queue = queues(stage).get(partition);
      stage.check(queue != null && queue.leader() >= 0, partition + " has no leader");
      if (queue == null || queue.leader() < 0) {
        return;
      }
      // What is asked of a node must not be about that node itself.
      int asked = (queue.leader() + 1) % Cluster.SIZE;
      String member = cluster.nodeName(queue.leader());
      changes(
          stage,
          "delete",
          () -> cluster.queues(asked, "delete_member", "-p", stage.name, partition, member));
      changes(
          stage,
          "add",
          () -> cluster.queues(asked, "add_member", "-p", stage.name, partition, member));
    }
  }

  private static void changes(Stage stage, String what, Runnable change)
      throws InterruptedException {
    stage.calls.forgetPauses();
    DeliveryOracle.Recovery recovery = stage.oracle.recovery(stage.load.keys());
    change.run();
    stage.fault();
    stage.recovers(ofSeconds(10), recovery);
    stage.flow(ofSeconds(2));
    Duration pause = stage.calls.longestPause();
    stage.longest("pause_ms_" + what, pause.toMillis());
    if (pause.compareTo(LEADER_CHANGES) > 0) {
      stage.late(
          "a session paused for "
              + pause.toMillis()
              + " ms instead of "
              + LEADER_CHANGES.toMillis()
              + " ms at: "
              + what);
    }
  }

  /** Starts what does not run, and waits until it is as useful as before. */
  static void startAll(Stage stage) throws InterruptedException {
    stage.figure("nodes_started_anew", stage.node.cluster().start());
    stage.await("each member of each queue runs", () -> allOnline(stage));
  }

  private static boolean allOnline(Stage stage) {
    Collection<QuorumQueue> queues = queues(stage).values();
    return !queues.isEmpty()
        && queues.stream().allMatch(queue -> queue.leader() >= 0 && queue.online() == Cluster.SIZE);
  }

  /** The number of the node that leads most partitions. */
  private static int leadsMost(Stage stage) {
    List<String> partitions = stage.topology.find(Stage.ORDERED).orElseThrow().sources();
    Map<String, QuorumQueue> queues = queues(stage);
    long[] leading = new long[Cluster.SIZE];
    for (String partition : partitions) {
      QuorumQueue queue = queues.get(partition);
      if (queue != null && queue.leader() >= 0) {
        leading[queue.leader()]++;
      }
    }
    int most =
        IntStream.range(0, Cluster.SIZE)
            .reduce(0, (one, other) -> leading[other] > leading[one] ? other : one);
    stage.longest("leading_partitions", leading[most]);
    stage.check(leading[most] > 0, "no partition has a leader");
    return most;
  }

  private static Map<String, QuorumQueue> queues(Stage stage) {
    return stage.node.cluster().quorumQueues(0, stage.name);
  }
}
