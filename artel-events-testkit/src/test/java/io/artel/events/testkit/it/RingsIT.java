package io.artel.events.testkit.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.artel.events.QueueSpec.Partitioner;
import io.artel.events.Topology;
import io.artel.events.TopologyException;
import io.artel.events.TopologyLayout;
import io.artel.events.TopologyPlan;
import io.artel.events.TopologyPlan.Kind;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.ArtelSettings;
import io.artel.events.testkit.OnRealBrokers;
import io.artel.events.testkit.RabbitMq;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With the management API one sees at start whether sessions go where they should. */
@OnRealBrokers
class RingsIT {

  private static final Topology TOPOLOGY =
      Topology.on("artel.events")
          .queue("game.queue", q -> q.bind("game.*").partitions(2))
          .queue("stats.queue", q -> q.bind("stats.*").partitions(2, Partitioner.PUBLISHER));

  private static final String HASH = exchange("game.queue");
  private static final String HEADERS = exchange("stats.queue");
  private static final String WANTED =
      " on the broker, to 'game.queue.00' by '1', 'game.queue.01' by '1' in the topology";

  private final RabbitMq broker;
  private final String virtualHost = "rings-" + UUID.randomUUID();
  private final String uri;
  private Raw raw;

  RingsIT(RabbitMq broker) {
    this.broker = broker;
    this.uri = broker.createVhost(virtualHost);
  }

  private static String exchange(String queue) {
    return TopologyLayout.hashExchange(TOPOLOGY.find(queue).orElseThrow());
  }

  @BeforeEach
  void open() throws Exception {
    ArtelEvents.declare(settings().build());
    raw = new Raw(uri);
  }

  @AfterEach
  void close() throws Exception {
    raw.close();
  }

  @Test
  void whatIsAsItShouldBeShouldRun() {
    runs(checked());
  }

  @Test
  void queueTooMuchShouldBeRefused() throws Exception {
    raw.channel().queueDeclare("foreign.queue", true, false, false, Map.of());
    raw.channel().queueBind("foreign.queue", HASH, "1");

    refuses(
        checked(),
        "queue 'game.queue' is not read, since its sessions would not keep to its partitions:"
            + " exchange '"
            + HASH
            + "' leads to 'foreign.queue' by '1', 'game.queue.00' by '1', 'game.queue.01' by '1'"
            + WANTED
            + "; unbind by hand 'foreign.queue' by '1'");
    runs(settings());
    raw.channel().queueUnbind("foreign.queue", HASH, "1");
    runs(checked());
  }

  @Test
  void foreignWeightShouldBeRefused() throws Exception {
    raw.channel().queueUnbind("game.queue.01", HASH, "1");
    raw.channel().queueBind("game.queue.01", HASH, "2");

    refuses(checked(), WANTED + "; unbind by hand 'game.queue.01' by '2'");
    refuses(
        checked().withoutDeclaring(),
        "queue 'game.queue'",
        "leads to 'game.queue.00' by '1', 'game.queue.01' by '1', 'game.queue.01' by '2' on");
  }

  @Test
  void missingQueueShouldBeBoundAgainOrBeRefused() throws Exception {
    raw.channel().queueUnbind("game.queue.01", HASH, "1");

    refuses(
        checked().withoutDeclaring(),
        "leads to 'game.queue.00' by '1'" + WANTED + "; declare 'game.queue.01' by '1'");
    runs(checked());
    runs(checked().withoutDeclaring());
  }

  @Test
  void headerOfAnotherPartitionShouldBeRefused() throws Exception {
    raw.channel()
        .queueBind("stats.queue.00", HEADERS, "", Map.of("x-match", "all", "partition_of_2", 1));

    refuses(
        checked(),
        "queue 'stats.queue' is not read",
        "; unbind by hand 'stats.queue.00' by 'partition_of_2=1'");
  }

  @Test
  void importedDefinitionsShouldBeTheSameBindings() throws Exception {
    Management management = new Management(broker, virtualHost);
    int bindings = management.list("bindings").size();

    management.importDefinitions(TOPOLOGY.layout().definitionsJson(virtualHost));

    assertThat(management.list("bindings")).hasSize(bindings);
    runs(checked());
    TopologyPlan plan = ArtelEvents.plan(checked().build());
    assertThat(plan.nothingToDo()).isTrue();
    assertThat(plan.findings(Kind.EXTRA)).isEmpty();
  }

  @Test
  void withoutAnAnswerItShouldRun() throws Exception {
    raw.channel().queueUnbind("game.queue.01", HASH, "1");

    runs(
        settings()
            .managementUri(broker.managementUri().replace(":guest@", ":wrong-password@"))
            .withoutDeclaring());
  }

  private static void runs(ArtelSettings.Builder settings) {
    try (ArtelEvents artel = ArtelEvents.connect(settings.build())) {
      assertThat(artel.isHealthy()).isTrue();
    }
  }

  private static void refuses(ArtelSettings.Builder settings, String... texts) {
    ArtelSettings built = settings.build();
    assertThatExceptionOfType(TopologyException.class)
        .isThrownBy(() -> ArtelEvents.connect(built).close())
        .satisfies(e -> assertThat(e.getMessage()).contains(texts));
  }

  private ArtelSettings.Builder checked() {
    return settings().managementUri(broker.managementUri());
  }

  private ArtelSettings.Builder settings() {
    return ArtelSettings.builder().uri(uri).topology(TOPOLOGY);
  }
}
