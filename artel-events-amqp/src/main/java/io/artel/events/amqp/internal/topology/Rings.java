package io.artel.events.amqp.internal.topology;

import com.fasterxml.jackson.databind.JsonNode;
import io.artel.events.ConnectionException;
import io.artel.events.TopologyException;
import io.artel.events.TopologyLayout;
import io.artel.events.TopologyLayout.Binding;
import io.artel.events.TopologyLayout.Queue;
import io.artel.events.TopologyLayout.Role;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the exchanges that spread sessions over partitions lead where the topology says, and
 * nowhere else. One binding too much, and sessions lie where nobody handles them in order.
 */
public final class Rings {

  private static final Logger log = LoggerFactory.getLogger(Rings.class);

  /** So many are named of one set; there may be hundreds. */
  private static final int NAMED = 10;

  private Rings() {}

  /**
   * Compares all ordered sets of a layout. Where the management API does not answer, a warning says
   * that nothing was compared: it is not needed for running.
   *
   * @param declared whether the layout has just been declared: another node of a cluster may not
   *     show all of it yet, and so nothing is taken as missing
   * @throws TopologyException if one of them is bound otherwise
   */
  public static void require(ManagementClient management, TopologyLayout layout, boolean declared) {
    Map<String, String> owners = owners(layout);
    if (owners.isEmpty()) {
      return;
    }
    Map<String, Set<Binding>> actual = new LinkedHashMap<>();
    try {
      for (JsonNode node : management.bindings()) {
        Binding binding = Audit.binding(node);
        actual.computeIfAbsent(binding.exchange(), key -> new LinkedHashSet<>()).add(binding);
      }
    } catch (ConnectionException e) {
      log.warn(
          "whether sessions are spread over partitions as the topology says was not checked: {}",
          e.getMessage());
      return;
    }
    owners.forEach(
        (exchange, queue) -> {
          Set<Binding> wanted =
              layout.bindings().stream()
                  .filter(binding -> binding.exchange().equals(exchange))
                  .collect(Collectors.toCollection(LinkedHashSet::new));
          Set<Binding> bound = actual.getOrDefault(exchange, Set.of());
          if (bound.isEmpty() && layout.topology().find(queue).orElseThrow().generation() > 1) {
            return; // its former generation may still be in use, and reading asks for that
          }
          Set<Binding> lacking = declared ? Set.of() : without(wanted, bound);
          Set<Binding> extra = without(bound, wanted);
          if (!extra.isEmpty() || !lacking.isEmpty()) {
            throw new TopologyException(
                Explanation.queue(queue)
                    + " is not read, since its sessions would not keep to its partitions: "
                    + Explanation.exchange(exchange)
                    + " leads to "
                    + names(bound)
                    + " on the broker, to "
                    + names(wanted)
                    + " in the topology"
                    + (extra.isEmpty() ? "" : "; unbind by hand " + names(extra))
                    + (lacking.isEmpty() ? "" : "; declare " + names(lacking)));
          }
        });
  }

  /** The exchanges that lead to partitions, each with the queue that these make up. */
  private static Map<String, String> owners(TopologyLayout layout) {
    Map<String, String> sets = new LinkedHashMap<>();
    for (Queue queue : layout.queues()) {
      if (queue.role() == Role.PARTITION && queue.logical() != null) {
        sets.put(queue.name(), queue.logical());
      }
    }
    Map<String, String> owners = new LinkedHashMap<>();
    for (Binding binding : layout.bindings()) {
      String owner = sets.get(binding.destination());
      if (owner != null && !binding.toExchange()) {
        owners.put(binding.exchange(), owner);
      }
    }
    return owners;
  }

  private static Set<Binding> without(Set<Binding> all, Set<Binding> others) {
    Set<Binding> rest = new LinkedHashSet<>(all);
    rest.removeAll(others);
    return rest;
  }

  private static String names(Collection<Binding> bindings) {
    String names =
        bindings.stream()
            .map(binding -> "'" + binding.destination() + "' by '" + Explanation.key(binding) + "'")
            .sorted()
            .limit(NAMED)
            .collect(Collectors.joining(", "));
    int more = bindings.size() - NAMED;
    return bindings.isEmpty() ? "nothing" : more > 0 ? names + " and " + more + " more" : names;
  }
}
