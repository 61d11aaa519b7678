package io.artel.events.amqp.internal.topology;

import com.fasterxml.jackson.databind.JsonNode;
import io.artel.events.QueueSpec;
import io.artel.events.TopologyLayout;
import io.artel.events.TopologyPlan.Finding;
import io.artel.events.TopologyPlan.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds queues and exchanges that carry the names of a topology and are not in it: ladder steps,
 * partitions and hash exchanges of its earlier forms are retired, the rest is extra.
 */
final class Leftovers {

  private final QueueSpec queue;
  private final Pattern ladder;
  private final Pattern partition;
  private final Pattern hash;

  private Leftovers(QueueSpec queue) {
    String name = Pattern.quote(queue.name());
    this.queue = queue;
    ladder = Pattern.compile("retry\\." + name + "\\.\\d+ms");
    partition = Pattern.compile(name + "(\\.g\\d+)?\\.\\d{2,3}");
    hash = Pattern.compile(name + "\\.(hash|crc32)\\..+\\.\\d+\\.g\\d+(\\.unrouted)?");
  }

  /**
   * Adds what it finds, and returns the names.
   *
   * @param waiting the ordered queues whose former generation is in use instead of theirs
   */
  static Set<String> find(
      TopologyLayout layout,
      Set<QueueSpec> waiting,
      Map<String, JsonNode> queues,
      Map<String, JsonNode> exchanges,
      List<Finding> findings) {
    Set<String> found = new HashSet<>();
    Set<String> ours = new HashSet<>();
    layout.queues().forEach(queue -> ours.add(queue.name()));
    Set<String> ourExchanges = new HashSet<>();
    layout.exchanges().forEach(exchange -> ourExchanges.add(exchange.name()));
    for (QueueSpec queue : waiting) {
      List<QueueSpec> generations = new ArrayList<>(queue.formerGenerations());
      generations.add(queue);
      for (QueueSpec generation : generations) {
        String hash = TopologyLayout.hashExchange(generation);
        ours.addAll(generation.sources());
        ours.add(TopologyLayout.unrouted(hash));
        ourExchanges.addAll(List.of(hash, TopologyLayout.unrouted(hash)));
      }
    }
    List<Leftovers> families = layout.topology().queues().stream().map(Leftovers::new).toList();
    queues.forEach(
        (name, node) -> {
          if (!ours.contains(name)) {
            families.stream()
                .flatMap(family -> family.judge(name, node).stream())
                .findFirst()
                .ifPresent(
                    finding -> {
                      findings.add(finding);
                      found.add(name);
                    });
          }
        });
    exchanges.forEach(
        (name, node) -> {
          if (!ourExchanges.contains(name)
              && families.stream().anyMatch(family -> family.hash.matcher(name).matches())) {
            found.add(name);
            findings.add(
                new Finding(
                    Kind.RETIRED,
                    Explanation.exchange(name),
                    "spread sessions when the set had another form; once nothing is bound to the"
                        + " queues behind it, it can go"));
          }
        });
    return found;
  }

  private Optional<Finding> judge(String name, JsonNode node) {
    @Nullable String was = null;
    if (ladder.matcher(name).matches()) {
      was = "a retry delay that nothing asks for any more";
    } else if (partition.matcher(name).matches()) {
      was = "a partition of a set that had another size";
    } else if (queue.isPartitioned() && name.equals(queue.name())) {
      was = "the queue from before it was partitioned";
    } else if (hash.matcher(name).matches()) {
      was = "what an earlier hash exchange could not route";
    }
    if (was != null) {
      return Optional.of(
          new Finding(Kind.RETIRED, Explanation.queue(name), was + "; " + holds(node)));
    }
    return name.startsWith(queue.name() + ".")
        ? Optional.of(
            new Finding(
                Kind.EXTRA,
                Explanation.queue(name),
                "its name begins like ours, but the topology does not have it; " + holds(node)))
        : Optional.empty();
  }

  private static String holds(JsonNode node) {
    if (!node.has("messages_ready")) {
      return "how many messages it holds is not known yet";
    }
    long ready = node.path("messages_ready").asLong();
    long unacknowledged = node.path("messages_unacknowledged").asLong();
    long deadLettering = node.path("messages_dlx").asLong();
    return ready + unacknowledged + deadLettering == 0
        ? "holds no messages"
        : "holds "
            + ready
            + " ready, "
            + unacknowledged
            + " unacknowledged and "
            + deadLettering
            + " messages that are being dead-lettered";
  }
}
