package io.artel.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.artel.events.QueueSpec.Overflow;
import io.artel.events.QueueSpec.Partitioner;
import io.artel.events.TopologyLayout.Binding;
import io.artel.events.TopologyLayout.Exchange;
import io.artel.events.TopologyLayout.Queue;
import io.artel.events.TopologyLayout.Role;
import io.artel.events.TopologyLayout.Step;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class TopologyLayoutTest {

  private static final Topology TOPOLOGY =
      Topology.on("artel.events")
          .queue("game.service.queue", q -> q.bind("game.*", "session.*").partitions(2))
          .queue("stats.service.queue", q -> q.bind("stats.*").messageTtl(Duration.ofMinutes(5)))
          .queue("audit.log.queue", q -> q.bind("#").maxLength(100_000).observer());

  private static final String HASH = "game.service.queue.hash.session_id.2.g1";

  @Test
  void everythingShouldBeDeclaredBeforeItIsUsed() {
    Set<String> queues = new HashSet<>();
    Set<String> exchanges = new HashSet<>();
    for (Step step : TOPOLOGY.layout().steps()) {
      if (step instanceof Exchange exchange) {
        exchanges.add(exchange.name());
      } else if (step instanceof Queue queue) {
        queues.add(queue.name());
      } else if (step instanceof Binding binding) {
        assertThat(exchanges).contains(binding.exchange());
        assertThat(binding.toExchange() ? exchanges : queues).contains(binding.destination());
      }
    }
  }

  @Test
  void bindingsToTheTopicExchangeShouldComeLast() {
    List<Step> steps = TOPOLOGY.layout().steps();

    assertThat(steps.subList(steps.size() - 4, steps.size()))
        .containsExactly(
            new Binding("artel.events", HASH, true, "game.*"),
            new Binding("artel.events", HASH, true, "session.*"),
            new Binding("artel.events", "stats.service.queue", false, "stats.*"),
            new Binding("artel.events", "audit.log.queue", false, "#"));
  }

  @Test
  void partitionsShouldBeBoundInAscendingOrderWithWeightOne() {
    TopologyLayout layout =
        Topology.on("artel.events").queue("q", q -> q.bind("#").partitions(120)).layout();

    assertThat(layout.bindings().stream().filter(binding -> binding.routingKey().equals("1")))
        .extracting(Binding::destination)
        .hasSize(120)
        .isSorted();
  }

  @Test
  void laterGenerationShouldSetItsFlagsBeforeItsQueues() {
    QueueSpec second = QueueSpec.of("steps.queue").bind("steps.*").partitions(3).formerly(2);
    TopologyLayout layout =
        Topology.on("steps.events").queue("steps.queue", ignored -> second).layout();

    List<TopologyLayout.Step> set = layout.partitionSteps(second);

    assertThat(set.subList(0, 3))
        .extracting(step -> ((TopologyLayout.Exchange) step).name())
        .containsExactly(
            "steps.queue.partitions.g2.read",
            "steps.queue.partitions.g2.fed",
            "steps.queue.partitions.moved");
    TopologyLayout without = layout.only(step -> !set.contains(step));
    assertThat(without.queues())
        .extracting(TopologyLayout.Queue::name)
        .containsExactly("steps.dlq.unrouted", "steps.dlq");
    assertThat(without.bindings()).noneMatch(binding -> binding.exchange().equals("steps.events"));
    assertThat(Topology.on("steps.events").queue("steps.queue", q -> q.partitions(3)).layout())
        .satisfies(
            first ->
                assertThat(first.exchanges())
                    .noneMatch(exchange -> exchange.name().contains(".partitions.")));
  }

  @Test
  void partitionShouldKeepOrderAndLoseNothing() {
    assertThat(queue(TOPOLOGY, "game.service.queue.00").arguments())
        .containsOnly(
            entry("x-queue-type", "quorum"),
            entry("x-dead-letter-exchange", "artel.dlq"),
            entry("x-dead-letter-routing-key", "dlq.game.service.queue"),
            entry("x-overflow", "reject-publish"),
            entry("x-dead-letter-strategy", "at-least-once"),
            entry("x-single-active-consumer", true),
            entry("x-delivery-limit", 20),
            entry("x-consumer-timeout", 1_800_000L),
            entry("x-consumer-disconnected-timeout", 5000L));
    assertThat(TOPOLOGY.layout().exchanges())
        .filteredOn(exchange -> exchange.name().equals(HASH))
        .singleElement()
        .satisfies(
            hash -> {
              assertThat(hash.type()).isEqualTo("x-consistent-hash");
              assertThat(hash.arguments())
                  .containsOnly(
                      entry("hash-header", "session_id"),
                      entry("alternate-exchange", HASH + ".unrouted"));
            });
    assertThat(queue(TOPOLOGY, HASH + ".unrouted").role()).isEqualTo(Role.UNROUTED);
  }

  @Test
  void classicPartitionShouldHaveNothingThatOnlyQuorumQueuesKnow() {
    TopologyLayout layout =
        Topology.on("artel.events").queue("q", q -> q.partitions(2).classic()).layout();

    assertThat(layout.queues())
        .filteredOn(queue -> queue.role() == Role.PARTITION)
        .hasSize(2)
        .allSatisfy(
            queue ->
                assertThat(queue.arguments())
                    .containsOnly(
                        entry("x-queue-type", "classic"),
                        entry("x-dead-letter-exchange", "artel.dlq"),
                        entry("x-dead-letter-routing-key", "dlq.q"),
                        entry("x-single-active-consumer", true)));
  }

  @Test
  void setThatPublishersSpreadShouldCompareTheirHeader() {
    TopologyLayout layout =
        Topology.on("artel.events")
            .queue("q", q -> q.bind("#").partitions(2, Partitioner.PUBLISHER))
            .layout();
    String spreads = "q.crc32.session_id.2.g1";

    assertThat(layout.exchanges())
        .contains(
            new Exchange(spreads, "headers", Map.of("alternate-exchange", spreads + ".unrouted")));
    assertThat(layout.bindings())
        .filteredOn(binding -> binding.exchange().equals(spreads))
        .containsExactly(
            new Binding(spreads, "q.00", false, "", Map.of("x-match", "all", "partition_of_2", 0L)),
            new Binding(
                spreads, "q.01", false, "", Map.of("x-match", "all", "partition_of_2", 1L)));
    assertThat(layout.definitionsJson("/"))
        .contains("\"arguments\" : {\n        \"partition_of_2\" : 1,\n        \"x-match\"");
    assertThat(layout.mermaid())
        .contains(spreads + "<br/>headers", "-- \"partition_of_2\" --> queue0");
  }

  @Test
  void retryShouldReturnThroughTheDefaultExchange() {
    Queue step = queue(TOPOLOGY, "retry.stats.service.queue.5000ms");

    assertThat(step.role()).isEqualTo(Role.RETRY);
    assertThat(step.logical()).isEqualTo("stats.service.queue");
    assertThat(step.arguments())
        .containsEntry("x-message-ttl", 5000L)
        .containsEntry("x-dead-letter-exchange", "")
        .containsEntry("x-dead-letter-routing-key", "stats.service.queue")
        .containsEntry("x-overflow", "reject-publish")
        .containsEntry("x-dead-letter-strategy", "at-least-once")
        .containsEntry("x-delivery-limit", 1_000_000);
    assertThat(TOPOLOGY.layout().bindings())
        .noneMatch(binding -> binding.destination().startsWith("retry."));
  }

  @Test
  void deadLettersShouldSurviveBrowsingAndStayByDefault() {
    assertThat(queue(TOPOLOGY, "stats.service.dlq").arguments())
        .containsOnly(entry("x-queue-type", "quorum"), entry("x-delivery-limit", 1_000_000));
    assertThat(TOPOLOGY.layout().bindings())
        .contains(new Binding("artel.dlq", "stats.service.dlq", false, "dlq.stats.service.queue"));
  }

  @Test
  void overflowShouldDecideWhoPays() {
    assertThat(arguments(q -> q.maxLength(10)))
        .containsEntry("x-max-length", 10L)
        .containsEntry("x-overflow", "drop-head")
        .doesNotContainKey("x-dead-letter-strategy");
    assertThat(arguments(q -> q.maxLength(10, Overflow.REJECT_PUBLISH)))
        .containsEntry("x-overflow", "reject-publish")
        .containsEntry("x-dead-letter-strategy", "at-least-once");
    assertThat(arguments(q -> q.maxPriority(10)))
        .containsEntry("x-queue-type", "classic")
        .containsEntry("x-max-priority", 10)
        .doesNotContainKeys("x-overflow", "x-dead-letter-strategy", "x-delivery-limit")
        .doesNotContainKeys("x-consumer-timeout", "x-consumer-disconnected-timeout");
  }

  @Test
  void withoutArgumentsShouldHaveNone() {
    assertThat(arguments(UnaryOperator.identity())).isNotEmpty();
    assertThat(arguments(QueueSpec::withoutArguments)).isEmpty();
    assertThat(arguments(QueueSpec::passive)).isEmpty();
  }

  @Test
  void definitionsShouldHaveEveryObjectOnceAndAlwaysTheSameText() {
    String json = TOPOLOGY.layout().definitionsJson("/");
    TopologyLayout layout = TOPOLOGY.layout();

    assertThat(TOPOLOGY.layout().definitionsJson("/")).isEqualTo(json);
    assertThat(json.split("\"destination_type\"", -1)).hasSize(layout.bindings().size() + 1);
    assertThat(json.split("\"x-queue-type\"", -1)).hasSize(layout.queues().size() + 1);
    assertThat(json.split("\"internal\"", -1)).hasSize(layout.exchanges().size() + 1);
    assertThat(json)
        .startsWith(
            """
            {
              "exchanges" : [
                {
                  "name" : "artel.events",
                  "vhost" : "/",
                  "type" : "topic",
                  "durable" : true,
            """)
        .contains(
            """
            {
              "source" : "artel.events",
              "vhost" : "/",
              "destination" : "game.service.queue.hash.session_id.2.g1",
              "destination_type" : "exchange",
              "routing_key" : "game.*",
              "arguments" : { }
            }"""
                .indent(4)
                .strip());
  }

  @Test
  void definitionsShouldLeaveOutWhatSomebodyElseDeclares() {
    String json =
        Topology.on("artel.events")
            .queue("python.queue", q -> q.bind("python.#").passive())
            .layout()
            .definitionsJson("/");

    assertThat(json)
        .contains("\"name\" : \"python.dlq\"")
        .doesNotContain("\"name\" : \"python.queue\"")
        .doesNotContain("\"python.#\"");
  }

  @Test
  void chartShouldCollapseLaddersAndPartitions() {
    assertThat(TOPOLOGY.layout().mermaid())
        .isEqualTo(
            """
            flowchart LR
              events{{"artel.events<br/>topic"}}
              queue0["game.service.queue.00 … game.service.queue.01<br/>quorum, 2 partitions, single active consumer"]
              hash0{{"game.service.queue.hash.session_id.2.g1<br/>x-consistent-hash"}}
              hash0 -- "session_id" --> queue0
              hash0Unrouted[("game.service.queue.hash.session_id.2.g1.unrouted<br/>unrouted")]
              hash0 -. "no binding" .-> hash0Unrouted
              events -- "game.*, session.*" --> hash0
              dead0[("game.service.dlq<br/>dead letters")]
              queue0 -. "dlq.game.service.queue" .-> dead0
              queue1["stats.service.queue<br/>quorum, time to live 5 min"]
              events -- "stats.*" --> queue1
              retry1[/"retry.stats.service.queue.*<br/>5 s, 10 s, 20 s, 40 s, 80 s, 160 s, 5 min"/]
              queue1 -. "retry" .-> retry1
              retry1 -. "again" .-> queue1
              dead1[("stats.service.dlq<br/>dead letters")]
              queue1 -. "dlq.stats.service.queue" .-> dead1
              queue2["audit.log.queue<br/>quorum, observer, at most 100000"]
              events -- "#35;" --> queue2
              retry2[/"retry.audit.log.queue.*<br/>5 s, 10 s, 20 s, 40 s, 80 s, 160 s, 5 min"/]
              queue2 -. "retry" .-> retry2
              retry2 -. "again" .-> queue2
              dead2[("audit.log.dlq<br/>dead letters")]
              queue2 -. "dlq.audit.log.queue" .-> dead2
              deadLetters{{"artel.dlq<br/>topic"}}
              deadLettersUnrouted[("artel.dlq.unrouted<br/>unrouted")]
              deadLetters -. "no binding" .-> deadLettersUnrouted
            """);
  }

  private static Map<String, Object> arguments(UnaryOperator<QueueSpec> settings) {
    return queue(Topology.on("artel.events").queue("q", settings), "q").arguments();
  }

  private static Queue queue(Topology topology, String name) {
    return topology.layout().queues().stream()
        .filter(queue -> queue.name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
