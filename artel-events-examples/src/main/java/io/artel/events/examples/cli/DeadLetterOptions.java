package io.artel.events.examples.cli;

import io.artel.events.Topology;
import io.artel.events.TopologyLayout;
import io.artel.events.TopologyLayout.Role;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.ArtelSettings;
import io.artel.events.amqp.DeadLetters;
import io.artel.events.examples.contract.BilliardsTopology;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say where dead letters lie. */
final class DeadLetterOptions {

  @Option(
      names = "--amqp",
      paramLabel = "URI",
      required = true,
      description = "The broker: amqp://user:password@host:port/vhost, or amqps://.")
  private String amqp;

  @Option(
      names = "--queue",
      paramLabel = "Q",
      description = {
        "A queue whose dead letters are meant, or one where they lie; the",
        "platform's unless it has no such queue. Without it, all of the platform's."
      })
  private @Nullable String queue;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      description = "Of a queue that is not the platform's: it is an ordered set of so many.")
  private @Nullable Integer partitions;

  @Option(
      names = "--exchange",
      paramLabel = "X",
      description = "Of a queue that is not the platform's: the exchange of events.")
  private String exchange = Topology.DEFAULT_EXCHANGE;

  @SuppressWarnings("NullAway.Init") // picocli sets what is not nullable
  DeadLetterOptions() {}

  /** The queues that are meant. */
  List<DeadLetters> queues() {
    Topology platform = BilliardsTopology.ordered();
    List<String> known =
        platform.layout().queues().stream()
            .filter(each -> each.role() == Role.DEAD_LETTER || each.role() == Role.UNROUTED)
            .map(TopologyLayout.Queue::name)
            .toList();
    String named = queue;
    if (named == null) {
      return known.stream().map(each -> deadLetters(platform, each)).toList();
    }
    boolean ours =
        partitions == null && (known.contains(named) || platform.find(named).isPresent());
    return List.of(deadLetters(ours ? platform : foreign(named), named));
  }

  /** A topology that has just this queue; its dead letters lie where the naming rule says. */
  private Topology foreign(String name) {
    Integer set = partitions;
    return Topology.on(exchange).queue(name, spec -> set == null ? spec : spec.partitions(set));
  }

  private DeadLetters deadLetters(Topology topology, String name) {
    return ArtelEvents.deadLetters(
        ArtelSettings.builder().uri(amqp).name("dlq").topology(topology).build(), name);
  }
}
