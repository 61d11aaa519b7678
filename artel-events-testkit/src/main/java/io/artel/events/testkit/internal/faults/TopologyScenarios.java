package io.artel.events.testkit.internal.faults;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import io.artel.events.QueueSpec;
import io.artel.events.TopologyLayout;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.testkit.RabbitMq;
import java.time.Duration;
import java.util.List;

/** What happens to queues, bindings and policies. */
final class TopologyScenarios {

  private static final String POLICY = "squeeze";

  /** So long that events pile up before one handler. */
  private static final Duration SLOW = ofMillis(8);

  private TopologyScenarios() {}

  static List<Scenario> all() {
    return List.of(
        Scenario.of(
                "F14", "partitions deleted, unbound, exchange deleted", TopologyScenarios::deleted)
            .with(settings -> settings.onlyOrdered().inStrictOrder()),
        Scenario.of("F16", "policies that refuse and that expire", TopologyScenarios::policies)
            .realOnly()
            .with(settings -> settings.onlyPlain().inStrictOrder()));
  }

  /**
   * Partitions are empty when keys move away from them: what was in one that is deleted is gone.
   */
  private static void deleted(Stage stage) throws Exception {
    QueueSpec queue = stage.topology.find(Stage.ORDERED).orElseThrow();
    String hash = TopologyLayout.hashExchange(queue);
    int all = queue.sources().size();
    stage.quieten();
    stage.administer(channel -> channel.queueDelete(queue.sources().get(1)));
    stage.fault();
    stage.await("a missing consumer is seen", () -> alive(stage) < all);
    stage.load.goOn();
    stage.flow(ofMillis(500), ofMillis(1_000));

    stage.quieten();
    stage.administer(channel -> channel.queueUnbind(queue.sources().get(2), hash, "1"));
    stage.fault();
    stage.load.goOn();
    stage.flow(ofMillis(500), ofMillis(1_000));

    stage.quieten();
    stage.administer(
        channel -> {
          for (String source : List.of(queue.sources().get(0), queue.sources().get(3))) {
            channel.queueUnbind(source, hash, "1");
          }
        });
    stage.fault();
    stage.load.goOn();
    stage.flow(ofMillis(300), ofMillis(600));
    // Bound one by one under load, a partition would take sessions over from another's backlog.
    stage.load.pause();
    stage.declareAgain();
    stage.await("all consumers are back", () -> alive(stage) == all);
    stage.load.goOn();
    stage.recovers(ofSeconds(5));

    stage.administer(channel -> channel.exchangeDelete(hash));
    stage.fault();
    stage.flow(ofSeconds(2));
    stage.declareAgain();
    stage.recovers(ofSeconds(5));
    long returned = stage.oracle.verdict(0).returned();
    stage.check(returned > 0, "nothing was returned though no queue was bound");
  }

  private static int alive(Stage stage) {
    return stage.subscriptions.get(0).aliveConsumers();
  }

  private static void policies(Stage stage) throws Exception {
    RabbitMq broker = stage.node.rabbitMq();
    stage.handlersTake(SLOW);
    setPolicy(broker, stage, "{\"max-length\":10}");
    stage.fault();
    stage.await("the plan names the policy", () -> plan(stage, broker).contains(POLICY));
    stage.await("the broker refuses events", () -> stage.oracle.verdict(0).nacked() > 0);
    recovers(stage, broker);

    // The queue declares that it refuses, and drops nevertheless: what it drops is dead-lettered.
    stage.handlersTake(SLOW);
    setPolicy(broker, stage, "{\"max-length\":10,\"overflow\":\"drop-head\"}");
    stage.fault();
    stage.await("the plan tells of drop-head", () -> plan(stage, broker).contains("drop-head"));
    recovers(stage, broker);

    stage.handlersTake(SLOW);
    setPolicy(broker, stage, "{\"message-ttl\":200}");
    stage.fault();
    stage.flow(ofSeconds(2));
    recovers(stage, broker);
  }

  private static void recovers(Stage stage, RabbitMq broker) throws InterruptedException {
    broker.ctl("clear_policy", "-p", stage.name, POLICY);
    stage.handlersTake(ofMillis(0));
    stage.recovers(ofSeconds(10));
  }

  private static String plan(Stage stage, RabbitMq broker) {
    return ArtelEvents.plan(
            stage
                .settings
                .artel(stage.broker.amqpUri(), stage.name + " plan")
                .managementUri(broker.managementUri())
                .build())
        .toString();
  }

  private static void setPolicy(RabbitMq broker, Stage stage, String definition) {
    broker.ctl(
        "set_policy",
        "-p",
        stage.name,
        POLICY,
        Stage.PLAIN.replace(".", "\\."),
        definition,
        "--apply-to",
        "queues");
  }
}
