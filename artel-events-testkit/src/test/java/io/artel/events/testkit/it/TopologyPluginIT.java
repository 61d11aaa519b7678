package io.artel.events.testkit.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.artel.events.Topology;
import io.artel.events.TopologyException;
import io.artel.events.TopologyPlan;
import io.artel.events.TopologyPlan.Finding;
import io.artel.events.TopologyPlan.Kind;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.ArtelSettings;
import io.artel.events.testkit.OnRealBrokers;
import io.artel.events.testkit.RabbitMq;
import org.junit.jupiter.api.Test;

/** A broker without the plugin for partitions: said, and nothing harmed. */
@OnRealBrokers(ours = true)
class TopologyPluginIT {

  private static final String PLUGIN = "rabbitmq_consistent_hash_exchange";

  private static final Topology TOPOLOGY =
      Topology.on("artel.events")
          .queue("game.service.queue", q -> q.bind("game.*").partitions(2))
          .queue("stats.service.queue", q -> q.bind("stats.*"));

  private final String version;

  TopologyPluginIT(RabbitMq shared) {
    this.version = shared.version();
  }

  @Test
  void missingPluginShouldNameTheCommandAndDeclareNothing() throws Exception {
    try (RabbitMq broker = RabbitMq.find(version).orElseThrow();
        Raw raw = new Raw(broker.amqpUri())) {
      ArtelSettings settings =
          ArtelSettings.builder().uri(broker.amqpUri()).topology(TOPOLOGY).build();
      broker.disablePlugin(PLUGIN);

      assertThatExceptionOfType(TopologyException.class)
          .isThrownBy(() -> ArtelEvents.declare(settings))
          .withMessageContaining("rabbitmq-plugins enable " + PLUGIN)
          .withMessageContaining("exchange 'game.service.queue.hash.session_id.2.g1'");
      assertThat(new Management(broker, "/").list("queues")).isEmpty();
      // The plan goes on after the question: its connection was not the one that it cost.
      TopologyPlan plan = ArtelEvents.plan(settings);
      assertThat(plan.findings(Kind.REFUSED))
          .extracting(Finding::subject)
          .containsExactly("exchange 'game.service.queue.hash.session_id.2.g1'");
      assertThat(plan.findings(Kind.MISSING)).hasSize(TOPOLOGY.layout().steps().size());

      broker.enablePlugin(PLUGIN);
      ArtelEvents.declare(settings);
      assertThat(ArtelEvents.plan(settings).nothingToDo()).isTrue();

      broker.disablePlugin(PLUGIN);
      assertThat(ArtelEvents.plan(settings).findings(Kind.REFUSED))
          .singleElement()
          .satisfies(finding -> assertThat(finding.detail()).contains(PLUGIN));
      assertThat(raw.channel().isOpen()).isTrue();
    }
  }
}
