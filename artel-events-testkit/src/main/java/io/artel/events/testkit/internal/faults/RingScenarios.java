package io.artel.events.testkit.internal.faults;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import com.rabbitmq.client.AMQP;
import io.artel.events.QueueSpec;
import io.artel.events.Topology;
import io.artel.events.TopologyException;
import io.artel.events.TopologyLayout;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.testkit.RabbitMq;
import io.artel.events.testkit.internal.broker.Versions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** What happens to what spreads sessions over partitions, and to a backlog in them. */
final class RingScenarios {
  private static final String PLUGIN = "rabbitmq_consistent_hash_exchange";
  private static final int RESTARTS = 3;
  private static final int PROBES = 60;
  private static final int BACKLOG = 50_000;
  private static final Duration SLOW = ofMillis(100);

  /** A broker reads a long queue before it serves it, and on 3.x all sessions share one. */
  private static final Duration WITH_BACKLOG = ofSeconds(20);

  /** As many as ordered queues have unless told otherwise. */
  private static final int PREFETCH = 1_000;

  /** So many that names without zeros in front would be in another order. */
  private static final Topology PROBED =
      Topology.on("faults.probed").queue("faults.probed.queue", q -> q.bind("#").partitions(12));

  private RingScenarios() {}

  static List<Scenario> all() {
    return List.of(
        Scenario.of("F12", "sessions keep their partitions in restarts", RingScenarios::restarted)
            .alone()
            .realOnly()
            .with(settings -> settings.twoInstances().handlersTake(ofMillis(1))),
        Scenario.of("F15", "plugin of the hash exchange disabled", RingScenarios::disabled)
            .alone()
            .realOnly()
            .with(StageSettings::onlyOrdered),
        Scenario.of("F30", "backlog before slow handlers, all restarted", RingScenarios::backlogged)
            .alone()
            .with(
                settings ->
                    settings
                        .twoInstances()
                        .brokerRestarts()
                        .fetching(PREFETCH)
                        .handlersTake(SLOW)));
  }

  /**
   * On RabbitMQ 3.x restarts move sessions, and so their partitions have to be empty; elsewhere
   * they must not.
   */
  private static void restarted(Stage stage) throws Exception {
    boolean moves = Versions.isBefore(stage.node.version(), "4.0");
    ArtelEvents.declare(
        stage
            .settings
            .artel(stage.broker.amqpUri(), stage.name + " probes")
            .topology(PROBED)
            .build());
    stage.node.flush();
    Map<String, String> before = map(stage);
    long moved = 0;
    for (int i = 0; i < RESTARTS; i++) {
      stage.flow(ofMillis(300), ofMillis(1_000));
      if (moves) {
        stage.quieten();
      }
      if (i % 2 == 0) {
        stage.node.kill();
      } else {
        stage.node.rabbitMq().stop();
      }
      stage.fault();
      stage.node.start();
      stage.load.goOn();
      stage.recovers(ofSeconds(10));
      Map<String, String> now = map(stage);
      moved +=
          before.entrySet().stream()
              .filter(each -> !each.getValue().equals(now.get(each.getKey())))
              .count();
      before = now;
    }
    stage.figure("moved_sessions", moved);
    stage.check(moves || moved == 0, moved + " sessions went to another partition after a restart");
  }

  /** Where each of some keys goes. */
  private static Map<String, String> map(Stage stage) throws Exception {
    Map<String, String> map = new ConcurrentHashMap<>();
    QueueSpec queue = PROBED.queues().get(0);
    stage.administer(
        channel -> {
          for (String source : queue.sources()) {
            channel.basicConsume(
                source,
                true,
                (tag, message) ->
                    map.put(new String(message.getBody(), StandardCharsets.UTF_8), source),
                tag -> {});
          }
          for (int i = 0; i < PROBES; i++) {
            AMQP.BasicProperties properties =
                new AMQP.BasicProperties.Builder()
                    .headers(Map.of(TopologyLayout.HASH_HEADER, "probe " + i))
                    .build();
            channel.basicPublish(
                TopologyLayout.hashExchange(queue), "", properties, text("probe " + i));
          }
          stage.await("all probes arrive", () -> map.size() == PROBES);
        });
    return map;
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Who connects is told which plugin is missing; who is connected waits, and goes on. */
  private static void disabled(Stage stage) throws Exception {
    RabbitMq broker = stage.node.rabbitMq();
    stage.flow(ofMillis(300), ofMillis(1_000));
    stage.quieten();
    long connections = stage.proxy.madeConnections();
    broker.disablePlugin(PLUGIN);
    try {
      stage.fault();
      stage.load.goOn();
      long since = System.nanoTime();
      stage.flow(ofSeconds(5));
      namesThePlugin(stage);
      long attempts = stage.proxy.madeConnections() - connections;
      long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - since);
      stage.figure("connections_while_disabled", attempts);
      stage.check(
          attempts <= seconds, attempts + " connections in " + seconds + " s without the plugin");
    } finally {
      broker.enablePlugin(PLUGIN);
    }
    stage.load.pause();
    stage.declareAgain();
    stage.load.goOn();
    stage.recovers(ofSeconds(10));
  }

  private static void namesThePlugin(Stage stage) {
    String another = stage.name + "-another";
    try {
      ArtelEvents.declare(
          stage.settings.artel(stage.node.createVhost(another).amqpUri(), another).build());
      stage.problem("an ordered queue could be declared without the plugin");
    } catch (TopologyException e) {
      stage.check(
          String.valueOf(e.getMessage()).contains(PLUGIN),
          "what is said does not name the plugin: " + e.getMessage());
    } finally {
      stage.node.deleteVhost(another);
    }
  }

  /** A service that held more than it may would run out of its 64 MB, and be gone. */
  private static void backlogged(Stage stage) throws InterruptedException {
    for (int i = 0; i < BACKLOG; i++) {
      stage.load.one();
    }
    stage.node.kill();
    stage.fault();
    stage.node.start();
    stage.recovers(WITH_BACKLOG);
    for (ServiceProcess service : stage.services()) {
      service.restart(stage.settings);
      stage.fault();
      stage.recovers(WITH_BACKLOG);
    }
    long waiting = stage.oracle.missing().size();
    stage.figure("backlog_after_restarts", waiting);
    stage.check(waiting > BACKLOG / 2, "only " + waiting + " events were left in the backlog");
    stage.services().forEach(service -> service.handlersTake(Duration.ZERO));
    stage.quieten();
    stage.check(stage.services().stream().allMatch(ServiceProcess::isAlive), "a service is gone");
    stage.check(
        stage.deadLetters(Stage.ORDERED) == 0,
        stage.deadLetters(Stage.ORDERED) + " events are dead, though none failed");
    stage.load.goOn();
  }
}
