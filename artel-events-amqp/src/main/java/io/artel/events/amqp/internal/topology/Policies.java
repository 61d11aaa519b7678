package io.artel.events.amqp.internal.topology;

import com.fasterxml.jackson.databind.JsonNode;
import io.artel.events.TopologyLayout.Queue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Policies that make a queue lose, drop or misdirect what its arguments keep. Where both a policy
 * and an argument limit something the lower one counts; elsewhere the argument does, except that a
 * quorum queue overflows as the policy says.
 */
final class Policies {

  /** The lower of policy and argument counts. */
  private static final Set<String> LIMITS =
      Set.of(
          "max-length",
          "max-length-bytes",
          "message-ttl",
          "expires",
          "delivery-limit",
          "consumer-timeout");

  /** The argument counts, if there is one. */
  private static final Set<String> SETTINGS =
      Set.of(
          "overflow",
          "dead-letter-exchange",
          "dead-letter-routing-key",
          "dead-letter-strategy",
          "delayed-retry-type");

  private Policies() {}

  /** Whether the broker has said which policies apply; a new queue's it says some seconds late. */
  static boolean known(JsonNode queue) {
    return queue.has("effective_policy_definition");
  }

  static List<Difference> differences(Queue queue, JsonNode node) {
    List<Difference> differences = new ArrayList<>();
    JsonNode definition = node.path("effective_policy_definition");
    for (Map.Entry<String, JsonNode> entry : definition.properties()) {
      Object set = Audit.value(entry.getValue());
      Object declared = queue.arguments().get("x-" + entry.getKey());
      if (set != null && changes(queue, entry.getKey(), set, declared)) {
        differences.add(
            new Difference(
                Explanation.subject(queue),
                entry.getKey() + " by policy",
                Difference.text(set) + " (" + names(node) + ")",
                Difference.text(declared)));
      }
    }
    return differences;
  }

  private static boolean changes(Queue queue, String key, Object set, @Nullable Object declared) {
    if (key.equals("overflow") && "quorum".equals(queue.arguments().get("x-queue-type"))) {
      return !set.equals(declared);
    }
    if (SETTINGS.contains(key)) {
      return declared == null;
    }
    return LIMITS.contains(key)
        && (declared == null
            || !(set instanceof Number limit && declared instanceof Number argument)
            || limit.longValue() < argument.longValue());
  }

  private static String names(JsonNode node) {
    List<String> names = new ArrayList<>();
    if (node.hasNonNull("policy")) {
      names.add("policy '" + node.path("policy").asText() + "'");
    }
    if (node.hasNonNull("operator_policy")) {
      names.add("operator policy '" + node.path("operator_policy").asText() + "'");
    }
    return String.join(", ", names);
  }
}
