package io.artel.events.testkit.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.artel.events.Topology;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.ArtelSettings;
import io.artel.events.testkit.EmbeddedBroker;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What it costs to declare, counted in what the broker is asked. Every test pays for it. */
class TopologyCostTest {

  private static final Topology TOPOLOGY =
      Topology.on("artel.events")
          .queue("game.service.queue", q -> q.bind("game.*", "session.*").partitions(4))
          .queue("stats.service.queue", q -> q.bind("stats.*"));

  private static final int OBJECTS =
      TOPOLOGY.layout().exchanges().size() + TOPOLOGY.layout().queues().size();

  @Test
  void whatIsMissingShouldCostOneChannelAndOneDeclarationEach() {
    try (EmbeddedBroker broker = EmbeddedBroker.builder().trace(10_000).start()) {
      List<String> trace = declare(broker);

      // Each is rehearsed and declared; besides, there are the first look and the plugin's.
      assertThat(sent(trace, "channel.open")).isLessThan(OBJECTS + 10);
      assertThat(sent(trace, "queue.declare") + sent(trace, "exchange.declare"))
          .isLessThan(2 * OBJECTS + 5);
      assertThat(trace).filteredOn(line -> line.contains("declare-ok")).hasSizeLessThan(5);
    }
  }

  @Test
  void whatIsThereShouldCostNoChannel() {
    try (EmbeddedBroker broker = EmbeddedBroker.builder().trace(10_000).start()) {
      int before = declare(broker).size();

      List<String> again = declare(broker);

      assertThat(sent(again.subList(before, again.size()), "channel.open")).isLessThan(10);
    }
  }

  private static List<String> declare(EmbeddedBroker broker) {
    ArtelEvents.declare(ArtelSettings.builder().uri(broker.amqpUri()).topology(TOPOLOGY).build());
    return broker.trace();
  }

  private static long sent(List<String> trace, String method) {
    return trace.stream()
        .filter(line -> line.contains("-> ") && line.matches(".*\\b" + method + "\\b(?!-).*"))
        .count();
  }
}
