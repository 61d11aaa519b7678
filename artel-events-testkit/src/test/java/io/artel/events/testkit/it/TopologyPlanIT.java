package io.artel.events.testkit.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.artel.events.Topology;
import io.artel.events.TopologyLayout;
import io.artel.events.TopologyPlan;
import io.artel.events.TopologyPlan.Finding;
import io.artel.events.TopologyPlan.Kind;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.ArtelSettings;
import io.artel.events.testkit.OnRealBrokers;
import io.artel.events.testkit.RabbitMq;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a plan sees with and without the management API. */
@OnRealBrokers
class TopologyPlanIT {

  private static final Topology TOPOLOGY =
      Topology.on("artel.events")
          .queue("game.service.queue", q -> q.bind("game.*", "session.*").partitions(2))
          .queue("stats.service.queue", q -> q.bind("stats.*").messageTtl(Duration.ofMinutes(5)))
          .queue("plain.queue", q -> q.withoutArguments());

  private static final String HASH = "game.service.queue.hash.session_id.2.g1";

  private static final String STATS = "queue 'stats.service.queue'";

  private final RabbitMq broker;
  private final String virtualHost = "plan-" + UUID.randomUUID();
  private final String uri;
  private final Management management;
  private Raw raw;

  TopologyPlanIT(RabbitMq broker) {
    this.broker = broker;
    this.uri = broker.createVhost(virtualHost);
    this.management = new Management(broker, virtualHost);
  }

  @BeforeEach
  void open() throws Exception {
    raw = new Raw(uri);
  }

  @AfterEach
  void close() throws Exception {
    raw.close();
  }

  @Test
  void planOfAnEmptyBrokerShouldMissEverythingAndChangeNothing() throws Exception {
    JsonNode exchanges = management.list("exchanges");
    int steps = TOPOLOGY.layout().steps().size();

    TopologyPlan plan = plan(TOPOLOGY);
    TopologyPlan withManagement = planWithManagement(TOPOLOGY);

    assertThat(plan.findings(Kind.MISSING)).hasSize(steps);
    assertThat(withManagement.findings(Kind.MISSING)).hasSize(steps);
    assertThat(withManagement.findings()).hasSize(steps);
    assertThat(plan.nothingToDo()).isFalse();
    assertThat(plan.toString())
        .contains(steps + " missing, 1 not checked")
        .contains("queue 'retry.stats.service.queue.5000ms'")
        .contains("exchange '" + HASH + "'")
        .contains("binding 'artel.events' → 'stats.service.queue' by 'stats.*'");
    assertThat(management.list("queues")).isEmpty();
    assertThat(management.list("bindings")).isEmpty();
    assertThat(management.list("exchanges")).isEqualTo(exchanges);
  }

  @Test
  void planAfterDeclaringShouldHaveNothingToDo() {
    ArtelEvents.declare(settings(TOPOLOGY));

    TopologyPlan plan = plan(TOPOLOGY);
    assertThat(plan.nothingToDo()).isTrue();
    assertThat(plan.toString()).contains("nothing to do").contains("managementUri(…)");
    assertThat(plan.findings()).extracting(Finding::kind).containsExactly(Kind.NOT_CHECKED);
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              TopologyPlan all = planWithManagement(TOPOLOGY);
              assertThat(all.findings()).isEmpty();
              assertThat(all.toString()).endsWith(": nothing to do");
            });
  }

  @Test
  void everyArgumentShouldBeComparedWithBothValues() throws Exception {
    ArtelEvents.declare(settings(TOPOLOGY));
    Map<String, Object> arguments = new LinkedHashMap<>();
    arguments.put("x-queue-type", "quorum");
    arguments.put("x-dead-letter-exchange", "elsewhere");
    arguments.put("x-dead-letter-routing-key", "somehow");
    arguments.put("x-overflow", "drop-head");
    arguments.put("x-message-ttl", 60_000);
    arguments.put("x-delivery-limit", 3);
    arguments.put("x-max-length", 10);
    arguments.put("x-single-active-consumer", true);
    remake("stats.service.queue", arguments);

    List<Finding> overAmqp = differences(plan(TOPOLOGY));
    List<Finding> all = differences(planWithManagement(TOPOLOGY));

    for (String sentence :
        List.of(
            "x-dead-letter-exchange is 'elsewhere' on the broker, 'artel.dlq' in the topology",
            "x-dead-letter-routing-key is 'somehow' on the broker, 'dlq.stats.service.queue'"
                + " in the topology",
            "x-overflow is 'drop-head' on the broker, 'reject-publish' in the topology",
            "x-message-ttl is 60000 on the broker, 300000 in the topology",
            "x-delivery-limit is 3 on the broker, 20 in the topology",
            "x-max-length is 10 on the broker, not set in the topology",
            "x-single-active-consumer is true on the broker, not set in the topology",
            "x-dead-letter-strategy is not set on the broker, 'at-least-once' in the topology")) {
      assertThat(overAmqp).contains(different(STATS, sentence));
      assertThat(all).contains(different(STATS, sentence));
    }
    // RabbitMQ before 4.3 does not compare this one.
    assertThat(all)
        .hasSize(9)
        .contains(
            different(
                STATS, "x-consumer-timeout is not set on the broker, 1800000 in the topology"));
  }

  @Test
  void queueOfAnotherTypeShouldBeDifferent() throws Exception {
    ArtelEvents.declare(settings(TOPOLOGY));
    remake("stats.service.queue", Map.of("x-queue-type", "classic"));

    assertThat(differences(plan(TOPOLOGY)))
        .anySatisfy(
            finding ->
                assertThat(finding.detail())
                    .startsWith("x-queue-type is 'classic' on the broker, 'quorum'"));
    assertThat(differences(planWithManagement(TOPOLOGY)))
        .contains(
            different(STATS, "x-queue-type is 'classic' on the broker, 'quorum' in the topology"));
  }

  @Test
  void exchangeShouldBeComparedToo() throws Exception {
    ArtelEvents.declare(settings(TOPOLOGY));
    raw.channel().exchangeDelete("artel.dlq.unrouted");
    raw.channel().exchangeDeclare("artel.dlq.unrouted", "direct", true);
    raw.channel().exchangeDelete(HASH);
    raw.channel()
        .exchangeDeclare(
            HASH,
            "x-consistent-hash",
            true,
            false,
            Map.of("hash-header", "user_id", "alternate-exchange", HASH + ".unrouted"));

    Finding type =
        different(
            "exchange 'artel.dlq.unrouted'",
            "type is 'direct' on the broker, 'fanout' in the topology");
    assertThat(differences(plan(TOPOLOGY))).containsExactly(type);
    assertThat(differences(planWithManagement(TOPOLOGY)))
        .containsExactlyInAnyOrder(
            type,
            different(
                "exchange '" + HASH + "'",
                "hash-header is 'user_id' on the broker, 'session_id' in the topology"));
  }

  @Test
  void missingAndExtraBindingsShouldBeSeenWithManagement() throws Exception {
    ArtelEvents.declare(settings(TOPOLOGY));
    raw.channel().queueUnbind("stats.service.queue", "artel.events", "stats.*");
    raw.channel().queueBind("stats.service.queue", "artel.events", "game.ended");
    raw.channel().queueDeclare("foreign.queue", true, false, false, Map.of());
    raw.channel().queueBind("foreign.queue", "artel.events", "#");
    raw.channel().queueBind("foreign.queue", HASH, "1");

    TopologyPlan plan = planWithManagement(TOPOLOGY);

    assertThat(plan(TOPOLOGY).nothingToDo()).isTrue();
    assertThat(plan.findings(Kind.MISSING))
        .extracting(Finding::subject)
        .containsExactly("binding 'artel.events' → 'stats.service.queue' by 'stats.*'");
    assertThat(plan.findings(Kind.EXTRA))
        .extracting(Finding::subject)
        .containsExactly("binding 'artel.events' → 'stats.service.queue' by 'game.ended'");
    assertThat(plan.findings(Kind.DIFFERENT))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.subject()).isEqualTo("exchange '" + HASH + "'");
              assertThat(finding.detail()).contains("its ring on the broker has 'foreign.queue'");
            });
  }

  @Test
  void retiredStepsAndPartitionsShouldBeListedWithWhatTheyHold() throws Exception {
    Topology earlier =
        Topology.on("artel.events")
            .queue("game.service.queue", q -> q.bind("game.*", "session.*").partitions(4))
            .queue("stats.service.queue", q -> q.bind("stats.*").messageTtl(Duration.ofMinutes(5)))
            .queue("plain.queue", q -> q.withoutArguments())
            .ladder("stats.service.queue", List.of(Duration.ofMinutes(20)));
    ArtelEvents.declare(settings(earlier));
    ArtelEvents.declare(settings(TOPOLOGY));
    raw.channel().queueDeclare("stats.service.queue.copy", true, false, false, Map.of());
    raw.publish("", "retry.stats.service.queue.1200000ms", null, new byte[1]);
    raw.publish("", "retry.stats.service.queue.1200000ms", null, new byte[1]);

    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(planWithManagement(TOPOLOGY).findings(Kind.RETIRED))
                    .anySatisfy(
                        finding -> {
                          assertThat(finding.subject())
                              .isEqualTo("queue 'retry.stats.service.queue.1200000ms'");
                          assertThat(finding.detail()).contains("holds 2 ready");
                        }));
    TopologyPlan plan = planWithManagement(TOPOLOGY);
    String old = "game.service.queue.hash.session_id.4.g1";
    assertThat(plan.findings(Kind.RETIRED))
        .extracting(Finding::subject)
        .containsExactlyInAnyOrder(
            "queue 'retry.stats.service.queue.1200000ms'",
            "queue 'game.service.queue.02'",
            "queue 'game.service.queue.03'",
            "queue '" + old + ".unrouted'",
            "exchange '" + old + "'",
            "exchange '" + old + ".unrouted'");
    assertThat(plan.findings(Kind.EXTRA))
        .extracting(Finding::subject)
        .containsExactlyInAnyOrder(
            "queue 'stats.service.queue.copy'",
            "binding 'artel.events' → '" + old + "' by 'game.*'",
            "binding 'artel.events' → '" + old + "' by 'session.*'",
            "binding '" + old + "' → 'game.service.queue.00' by '1'",
            "binding '" + old + "' → 'game.service.queue.01' by '1'");
    assertThat(plan.nothingToDo()).isTrue();
  }

  @Test
  void policyThatLosesMessagesShouldBeDifferent() throws Exception {
    ArtelEvents.declare(settings(TOPOLOGY));
    management.policy(
        "short",
        "^stats\\.service\\.queue$",
        "{\"max-length\": 5, \"message-ttl\": 400000, \"overflow\": \"drop-head\"}");

    Finding length =
        different(
            STATS,
            "max-length by policy is 5 (policy 'short') on the broker, not set in the topology");
    Finding overflow =
        different(
            STATS,
            "overflow by policy is 'drop-head' (policy 'short') on the broker, 'reject-publish' in"
                + " the topology");
    await()
        .atMost(Duration.ofSeconds(40))
        .untilAsserted(
            () ->
                assertThat(differences(planWithManagement(TOPOLOGY)))
                    .containsExactly(length, overflow));
    assertThat(plan(TOPOLOGY).nothingToDo()).isTrue();
  }

  @Test
  void refusedPermissionShouldBeInThePlan() throws Exception {
    String user = "planner-" + UUID.randomUUID();
    management.user(user, "limited-password", "^artel\\..*", ".*", ".*");
    try {
      TopologyPlan plan =
          ArtelEvents.plan(
              ArtelSettings.builder()
                  .uri(uri)
                  .credentials(user, "limited-password")
                  .topology(TOPOLOGY)
                  .build());

      assertThat(plan.nothingToDo()).isFalse();
      assertThat(plan.findings(Kind.REFUSED))
          .anySatisfy(
              finding -> {
                assertThat(finding.subject()).isEqualTo(STATS);
                assertThat(finding.detail()).contains("rabbitmqctl set_permissions");
              });
      assertThat(plan.toString()).doesNotContain("limited-password");
      assertThat(management.list("queues")).isEmpty();
    } finally {
      management.removeUser(user);
    }
  }

  @Test
  void managementThatDoesNotAnswerShouldBeSaidAndTheRestBeChecked() {
    ArtelEvents.declare(settings(TOPOLOGY));

    TopologyPlan plan =
        ArtelEvents.plan(
            ArtelSettings.builder()
                .uri(uri)
                .managementUri(broker.managementUri().replace(":guest@", ":wrong-password@"))
                .topology(TOPOLOGY)
                .build());

    assertThat(plan.nothingToDo()).isTrue();
    assertThat(plan.findings())
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.kind()).isEqualTo(Kind.NOT_CHECKED);
              assertThat(finding.detail())
                  .contains("refused user 'guest'")
                  .doesNotContain("wrong-password");
            });
  }

  @Test
  void importedDefinitionsShouldLeaveNothingToDo() throws Exception {
    TopologyLayout layout = TOPOLOGY.layout();
    management.importDefinitions(layout.definitionsJson(virtualHost));

    assertThat(planWithManagement(TOPOLOGY).nothingToDo()).isTrue();
    assertThat(management.list("queues")).hasSameSizeAs(layout.queues());
    ArtelEvents.declare(settings(TOPOLOGY));
  }

  private void remake(String queue, Map<String, Object> arguments) throws Exception {
    raw.channel().queueDelete(queue);
    raw.channel().queueDeclare(queue, true, false, false, arguments);
    raw.channel().queueBind(queue, "artel.events", "stats.*");
  }

  private static List<Finding> differences(TopologyPlan plan) {
    return plan.findings(Kind.DIFFERENT);
  }

  private static Finding different(String subject, String detail) {
    return new Finding(Kind.DIFFERENT, subject, detail);
  }

  private TopologyPlan plan(Topology topology) {
    return ArtelEvents.plan(settings(topology));
  }

  private TopologyPlan planWithManagement(Topology topology) {
    return ArtelEvents.plan(
        ArtelSettings.builder()
            .uri(uri)
            .managementUri(broker.managementUri())
            .topology(topology)
            .build());
  }

  private ArtelSettings settings(Topology topology) {
    return ArtelSettings.builder().uri(uri).topology(topology).build();
  }
}
