package io.artel.events.testkit.it;

import static io.artel.events.FailurePolicy.retry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.artel.events.EventType;
import io.artel.events.QueueSpec.Overflow;
import io.artel.events.Topology;
import io.artel.events.TopologyException;
import io.artel.events.TopologyLayout.Binding;
import io.artel.events.TopologyLayout.Queue;
import io.artel.events.TopologyPlan;
import io.artel.events.TopologyPlan.Finding;
import io.artel.events.TopologyPlan.Kind;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.ArtelSettings;
import io.artel.events.testkit.OnRealBrokers;
import io.artel.events.testkit.RabbitMq;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Declares all or nothing, and says in one text what is in the way. */
@OnRealBrokers
class TopologyDeclareIT {

  private static final Topology TOPOLOGY =
      Topology.on("artel.events")
          .queue("game.service.queue", q -> q.bind("game.*", "session.*").partitions(2))
          .queue("stats.service.queue", q -> q.bind("stats.*").messageTtl(Duration.ofMinutes(5)));

  /** Has every option in it. */
  private static final Topology ALL_OPTIONS =
      TOPOLOGY
          .queue("drop.queue", q -> q.bind("drop.*").maxLength(10_000))
          .queue("reject.queue", q -> q.bind("reject.*").maxLength(10, Overflow.REJECT_PUBLISH))
          .queue("single.queue", q -> q.bind("single.*").singleActiveConsumer())
          .queue("priority.queue", q -> q.bind("priority.*").maxPriority(10))
          .queue(
              "urgent.queue", q -> q.maxPriority(255).maxLength(5).messageTtl(Duration.ofMillis(1)))
          .queue("passing.queue", q -> q.bind("passing.*").autoDelete())
          .queue("plain.queue", q -> q.bind("plain.*").withoutArguments())
          .queue(
              "audit.log.queue",
              q ->
                  q.bind("#")
                      .observer()
                      .deadLetterTtl(Duration.ofHours(24))
                      .deadLetterMaxLength(1000));

  private final String virtualHost = "declare-" + UUID.randomUUID();
  private final String uri;
  private final Management management;
  private Raw raw;

  TopologyDeclareIT(RabbitMq broker) {
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
  void everyOptionShouldArriveWithTheSameArgumentsOnEveryVersion() throws Exception {
    ArtelEvents.declare(settings(ALL_OPTIONS));

    Map<String, JsonNode> queues = new HashMap<>();
    management.list("queues").forEach(queue -> queues.put(queue.path("name").asText(), queue));
    List<Queue> expected = ALL_OPTIONS.layout().queues();
    assertThat(queues).hasSameSizeAs(expected);
    for (Queue queue : expected) {
      JsonNode actual = queues.get(queue.name());
      assertThat(actual).as(queue.name()).isNotNull();
      JsonNode arguments = actual.path("arguments");
      queue
          .arguments()
          .forEach(
              (name, value) ->
                  assertThat(arguments.path(name).asText())
                      .as(queue.name() + " " + name)
                      .isEqualTo(value.toString()));
      if (!queue.arguments().isEmpty()) {
        assertThat(arguments).as(queue.name()).hasSameSizeAs(queue.arguments().keySet());
      }
      assertThat(actual.path("durable").asBoolean()).isTrue();
      assertThat(actual.path("auto_delete").asBoolean()).isEqualTo(queue.autoDelete());
    }
  }

  @Test
  void declaringAgainShouldChangeNothingAndBeQuick() throws Exception {
    ArtelEvents.declare(settings(TOPOLOGY));
    JsonNode bindings = management.list("bindings");
    try (ArtelEvents artel = ArtelEvents.connect(settings(TOPOLOGY))) {
      long start = System.nanoTime();
      ArtelEvents.declare(settings(TOPOLOGY));

      // Some tens of milliseconds; the bound is for machines that do other things as well.
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
      assertThat(management.list("bindings")).isEqualTo(bindings);
      assertThat(artel.settings().topology()).isSameAs(TOPOLOGY);
    }
  }

  @Test
  void whatIsOtherwiseThanTheRestShouldBeSeenAsWell() throws Exception {
    ArtelEvents.declare(settings(TOPOLOGY));
    for (String gone :
        List.of("artel.dlq.unrouted", "game.service.queue.00", "stats.service.dlq")) {
      raw.channel().queueDelete(gone);
      assertThat(missing()).containsExactly("queue '" + gone + "'");
      ArtelEvents.declare(settings(TOPOLOGY));
    }

    assertThat(missing()).isEmpty();
    assertThat(names("queues")).hasSameSizeAs(TOPOLOGY.layout().queues());
  }

  @Test
  void limitThatIsReachedHalfWayShouldNameTheQueueAndWhatWasDeclaredBefore() throws Exception {
    management.queueLimit(11);
    List<String> declared =
        TOPOLOGY.layout().steps().stream()
            .filter(step -> !(step instanceof Binding))
            .map(step -> step instanceof Queue queue ? queue.name() : "")
            .toList();
    int before = 0;
    for (int queues = 0; queues < 11 || declared.get(before).isEmpty(); before++) {
      queues += declared.get(before).isEmpty() ? 0 : 1;
    }

    String sentence =
        "queue '"
            + declared.get(before)
            + "' was not declared, after "
            + before
            + " other exchanges and queues were";
    assertThatExceptionOfType(TopologyException.class)
        .isThrownBy(() -> ArtelEvents.declare(settings(TOPOLOGY)))
        .withMessageContaining(sentence)
        .withMessageContaining("Declaring again goes on from here");
    assertThat(names("queues")).hasSize(11);

    management.queueLimit(-1);
    ArtelEvents.declare(settings(TOPOLOGY));
    assertThat(missing()).isEmpty();
  }

  @Test
  void subscriptionShouldDeclareItsLadderAndWhatHasGoneMeanwhile() throws Exception {
    try (ArtelEvents artel = ArtelEvents.connect(settings(TOPOLOGY))) {
      JsonNode bindings = management.list("bindings");
      raw.channel().queueDelete("stats.service.queue");
      assertThat(management.list("bindings")).isNotEqualTo(bindings);

      artel
          .subscribe("stats.service.queue")
          .on(EventType.of("stats.counted", String.class), (event, context) -> {})
          .onFailure(
              retry(IllegalStateException.class)
                  .upTo(1)
                  .backoff(Duration.ofMillis(700), Duration.ofMillis(700))
                  .thenDeadLetter())
          .start();

      assertThat(names("queues"))
          .contains("stats.service.queue", "retry.stats.service.queue.700ms")
          .hasSize(TOPOLOGY.layout().queues().size() + 1);
      assertThat(management.list("bindings")).containsAll(bindings);
    }
  }

  @Test
  void mismatchShouldNameEveryDifferenceAndDeclareNothing() throws Exception {
    raw.channel()
        .queueDeclare(
            "stats.service.queue",
            true,
            false,
            false,
            Map.of("x-queue-type", "quorum", "x-message-ttl", 60_000, "x-delivery-limit", 3));
    raw.channel().exchangeDeclare("artel.dlq", "topic", true);

    assertThatExceptionOfType(TopologyException.class)
        .isThrownBy(() -> ArtelEvents.declare(settings(TOPOLOGY)))
        .satisfies(
            e ->
                assertThat(e.getMessage())
                    .contains("nothing was changed on the broker")
                    .contains("queue 'stats.service.queue': ")
                    .contains("x-message-ttl is 60000 on the broker, 300000 in the topology")
                    .contains("x-delivery-limit is 3 on the broker, 20 in the topology")
                    .contains("x-overflow is not set on the broker, 'reject-publish'")
                    .contains("exchange 'artel.dlq': alternate-exchange is not set on the broker")
                    .contains("three ways out: change the topology back")
                    .contains("delete it by hand")
                    .contains("give it a new name"));
    assertThat(names("queues")).containsExactly("stats.service.queue");
    assertThat(names("exchanges")).contains("artel.dlq").doesNotContain("artel.events");
  }

  @Test
  void mismatchShouldLeaveArgumentsAndBindingsAsTheyWere() throws Exception {
    raw.channel()
        .queueDeclare("stats.service.queue", false, false, true, Map.of("x-expires", 900_000));
    JsonNode before = management.list("queues").path(0).path("arguments");

    assertThatExceptionOfType(TopologyException.class)
        .isThrownBy(() -> ArtelEvents.declare(settings(TOPOLOGY)))
        .satisfies(
            e ->
                assertThat(e.getMessage())
                    .contains("durable is false on the broker, true in the topology")
                    .contains("auto_delete is true on the broker, false in the topology")
                    .contains("x-expires is 900000 on the broker, not set in the topology"));
    assertThat(management.list("queues").path(0).path("arguments")).isEqualTo(before);
    assertThat(names("queues")).containsExactly("stats.service.queue");
  }

  @Test
  void longNamesShouldStillNameTheArgument() throws Exception {
    String name = "n".repeat(200);
    raw.channel().queueDeclare(name, true, false, false, Map.of("x-queue-type", "quorum"));

    assertThatExceptionOfType(TopologyException.class)
        .isThrownBy(
            () -> ArtelEvents.declare(settings(Topology.on("artel.events").queue(name, q -> q))))
        .withMessageContaining("queue '" + name + "': x-dead-letter-exchange is another")
        .withMessageContaining("'artel.dlq' in the topology");
  }

  @Test
  void exclusiveQueueShouldBeExplained() throws Exception {
    raw.channel().queueDeclare("stats.service.queue", false, true, true, Map.of());

    assertThatExceptionOfType(TopologyException.class)
        .isThrownBy(() -> ArtelEvents.declare(settings(TOPOLOGY)))
        .withMessageContaining(
            "queue 'stats.service.queue': it is exclusive to another connection");
    assertThat(names("queues")).containsExactly("stats.service.queue");
  }

  @Test
  void passiveQueueShouldBeThere() throws Exception {
    Topology topology =
        Topology.on("artel.events").queue("python.queue", q -> q.bind("python.#").passive());

    assertThatExceptionOfType(TopologyException.class)
        .isThrownBy(() -> ArtelEvents.declare(settings(topology)))
        .withMessageContaining("queue 'python.queue': somebody else declares it")
        .withMessageContaining("passive()");
    assertThat(names("queues")).isEmpty();

    raw.channel().queueDeclare("python.queue", true, false, false, Map.of("x-max-length", 7));
    ArtelEvents.declare(settings(topology));
    assertThat(names("queues")).contains("python.queue", "python.dlq", "retry.python.queue.5000ms");
  }

  @Test
  void queueWithoutArgumentsShouldBeWhatAPlainClientDeclares() throws Exception {
    Topology topology =
        Topology.on("artel.events").queue("python.queue", q -> q.withoutArguments());
    ArtelEvents.declare(settings(topology));

    raw.channel().queueDeclare("python.queue", true, false, false, Map.of());
    ArtelEvents.declare(settings(topology));
    assertThat(names("queues")).contains("python.queue");
  }

  @Test
  void refusedPermissionShouldNameTheCommandAndDeclareNothing() throws Exception {
    String user = "limited-" + UUID.randomUUID();
    management.user(user, "limited-password", "^(artel|stats)\\..*", ".*", ".*");
    try {
      assertThatExceptionOfType(TopologyException.class)
          .isThrownBy(() -> ArtelEvents.declare(limited(user)))
          .satisfies(
              e ->
                  assertThat(e.getMessage())
                      .contains("user '" + user + "' lacks the ")
                      .contains("for queue 'retry.stats.service.queue.5000ms'")
                      .contains("for queue 'game.service.dlq'")
                      .contains(
                          "rabbitmqctl set_permissions -p '"
                              + virtualHost
                              + "' '"
                              + user
                              + "' '.*' '.*' '.*'")
                      .doesNotContain("limited-password"));
      assertThat(names("queues")).isEmpty();

      management.user(user, "limited-password", ".*", ".*", ".*");
      ArtelEvents.declare(limited(user));
      assertThat(names("queues")).hasSameSizeAs(TOPOLOGY.layout().queues());
    } finally {
      management.removeUser(user);
    }
  }

  @Test
  void permissionToBindAndToDeadLetterShouldBeMissedBeforeAnythingIsDeclared() throws Exception {
    String user = "reader-" + UUID.randomUUID();
    management.user(user, "limited-password", ".*", "^(?!artel\\.dlq$).*", "^(?!artel\\.).*");
    try {
      assertThatExceptionOfType(TopologyException.class)
          .isThrownBy(() -> ArtelEvents.declare(limited(user)))
          .satisfies(
              e ->
                  assertThat(e.getMessage())
                      .contains("binding 'artel.events' → 'stats.service.queue' by 'stats.*'")
                      .contains("permission for exchange 'artel.events'")
                      .contains("queue 'stats.service.queue'")
                      .contains("permission for exchange 'artel.dlq'"));
      assertThat(names("queues")).isEmpty();
      assertThat(names("exchanges")).doesNotContain("artel.events");
    } finally {
      management.removeUser(user);
    }
  }

  /** Queues and exchanges that are missing; nothing may be different or refused. */
  private List<String> missing() {
    TopologyPlan plan = ArtelEvents.plan(settings(TOPOLOGY));
    assertThat(plan.findings(Kind.DIFFERENT)).isEmpty();
    assertThat(plan.findings(Kind.REFUSED)).isEmpty();
    return plan.findings(Kind.MISSING).stream()
        .map(Finding::subject)
        .filter(subject -> !subject.startsWith("binding"))
        .toList();
  }

  private ArtelSettings settings(Topology topology) {
    return ArtelSettings.builder().uri(uri).topology(topology).build();
  }

  private ArtelSettings limited(String user) {
    return ArtelSettings.builder()
        .uri(uri)
        .credentials(user, "limited-password")
        .topology(TOPOLOGY)
        .build();
  }

  private List<String> names(String kind) throws IOException {
    return management.list(kind).findValuesAsText("name");
  }
}
