package io.artel.events.amqp.internal.topology;

import com.fasterxml.jackson.databind.JsonNode;
import io.artel.events.QueueSpec;
import io.artel.events.TopologyLayout;
import io.artel.events.TopologyLayout.Binding;
import io.artel.events.TopologyLayout.Exchange;
import io.artel.events.TopologyLayout.Queue;
import io.artel.events.TopologyPlan.Finding;
import io.artel.events.TopologyPlan.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What only the management API shows of a topology. */
final class Audit {

  private final List<Finding> findings = new ArrayList<>();
  private final List<Difference> differences = new ArrayList<>();
  private final Map<String, JsonNode> queues = new LinkedHashMap<>();
  private final Map<String, JsonNode> exchanges = new LinkedHashMap<>();
  private final TopologyLayout layout;

  private Audit(ManagementClient management, TopologyLayout layout) {
    this.layout = layout;
    management.queues().forEach(node -> queues.put(node.path("name").asText(), node));
    management.exchanges().forEach(node -> exchanges.put(node.path("name").asText(), node));
  }

  /**
   * Looks.
   *
   * @param waiting the ordered queues whose former generation is in use instead of theirs
   * @throws io.artel.events.ConnectionException if the management API does not answer
   */
  static Audit of(
      ManagementClient management,
      TopologyLayout layout,
      Set<QueueSpec> waiting,
      Inspection inspection) {
    Audit audit = new Audit(management, layout);
    for (Exchange exchange : layout.exchanges()) {
      JsonNode node = audit.exchanges.get(exchange.name());
      if (node != null) {
        audit.compare(exchange, node);
      } else if (!inspection.missing.contains(exchange)) {
        audit.unseen(Explanation.subject(exchange), management);
      }
    }
    Set<String> unknownPolicies = new TreeSet<>();
    for (Queue queue : layout.queues()) {
      JsonNode node = audit.queues.get(queue.name());
      if (node != null) {
        audit.compare(queue, node);
        if (!Policies.known(node)) {
          unknownPolicies.add(queue.name());
        }
        audit.differences.addAll(Policies.differences(queue, node));
      } else if (!inspection.missing.contains(queue) && !queue.passive()) {
        audit.unseen(Explanation.subject(queue), management);
      }
    }
    if (!unknownPolicies.isEmpty()) {
      audit.findings.add(
          new Finding(
              Kind.NOT_CHECKED,
              "policies of " + unknownPolicies.size() + " queues",
              "the broker has not gathered statistics of them yet; plan again in some seconds"));
    }
    Set<String> leftovers =
        Leftovers.find(layout, waiting, audit.queues, audit.exchanges, audit.findings);
    audit.compareBindings(management.bindings(), leftovers);
    return audit;
  }

  List<Finding> findings() {
    return findings;
  }

  List<Difference> differences() {
    return differences;
  }

  private void unseen(String subject, ManagementClient management) {
    findings.add(
        new Finding(
            Kind.NOT_CHECKED,
            subject,
            "the management API at " + management + " does not show it: is it another broker's?"));
  }

  private void compare(Exchange exchange, JsonNode node) {
    String subject = Explanation.subject(exchange);
    property(subject, "type", node, exchange.type());
    property(subject, "durable", node, true);
    property(subject, "auto_delete", node, false);
    property(subject, "internal", node, false);
    arguments(subject, exchange.arguments(), node.path("arguments"), Set.of());
  }

  private void compare(Queue queue, JsonNode node) {
    if (queue.passive()) {
      return;
    }
    String subject = Explanation.subject(queue);
    property(subject, "durable", node, true);
    property(subject, "auto_delete", node, queue.autoDelete());
    property(subject, "exclusive", node, false);
    // The type is compared by what it came to: it may be declared, or be the virtual host's.
    arguments(subject, queue.arguments(), node.path("arguments"), Set.of("x-queue-type"));
    Object type = queue.arguments().get("x-queue-type");
    if (type != null && node.hasNonNull("type") && !type.equals(node.path("type").asText())) {
      differences.add(Difference.of(subject, "x-queue-type", node.path("type").asText(), type));
    }
  }

  private void property(String subject, String name, JsonNode node, Object wanted) {
    Object actual = value(node.get(name));
    if (actual != null && !same(actual, wanted)) {
      differences.add(Difference.of(subject, name, actual, wanted));
    }
  }

  private void arguments(
      String subject, Map<String, Object> wanted, JsonNode actual, Set<String> except) {
    Set<String> names = new LinkedHashSet<>(wanted.keySet());
    actual.fieldNames().forEachRemaining(names::add);
    names.removeAll(except);
    for (String name : names) {
      Object have = value(actual.get(name));
      Object want = wanted.get(name);
      if (!same(have, want)) {
        differences.add(Difference.of(subject, name, have, want));
      }
    }
  }

  /**
   * Compares the bindings whose destination, or whose hash or fanout exchange, is ours or was. What
   * others bind to the topic exchanges is their business.
   */
  private void compareBindings(JsonNode actual, Set<String> leftovers) {
    Set<Binding> missing = new LinkedHashSet<>(layout.bindings());
    Set<String> ourQueues = new LinkedHashSet<>();
    layout.queues().forEach(queue -> ourQueues.add(queue.name()));
    Map<String, String> ourExchanges = new LinkedHashMap<>();
    layout.exchanges().forEach(exchange -> ourExchanges.put(exchange.name(), exchange.type()));
    for (JsonNode node : actual) {
      Binding binding = binding(node);
      if (binding.exchange().isEmpty() || missing.remove(binding)) {
        continue;
      }
      String sourceType = ourExchanges.getOrDefault(binding.exchange(), "");
      if (sourceType.equals(Explanation.CONSISTENT_HASH) || sourceType.equals("headers")) {
        findings.add(
            new Finding(
                Kind.DIFFERENT,
                Explanation.exchange(binding.exchange()),
                "its ring on the broker has '"
                    + binding.destination()
                    + "' by '"
                    + Explanation.key(binding)
                    + "', which the topology's ring does not have: sessions go there and nobody"
                    + " expects them; unbind it by hand"));
      } else if (sourceType.equals("fanout")
          || (binding.toExchange() ? ourExchanges.keySet() : ourQueues)
              .contains(binding.destination())
          || (!sourceType.isEmpty() && leftovers.contains(binding.destination()))) {
        findings.add(
            new Finding(
                Kind.EXTRA,
                Explanation.subject(binding),
                "the topology does not have it; if nobody needs it, unbind it by hand"));
      }
    }
    missing.forEach(binding -> findings.add(TopologyPlanner.missing(binding)));
  }

  /** A binding as the management API shows it. */
  static Binding binding(JsonNode node) {
    Map<String, Object> arguments = new LinkedHashMap<>();
    node.path("arguments")
        .properties()
        .forEach(
            argument ->
                arguments.put(
                    argument.getKey(),
                    Objects.requireNonNullElse(value(argument.getValue()), "null")));
    return new Binding(
        node.path("source").asText(),
        node.path("destination").asText(),
        node.path("destination_type").asText().equals("exchange"),
        node.path("routing_key").asText(),
        arguments);
  }

  private static boolean same(@Nullable Object one, @Nullable Object other) {
    if (one instanceof Number number && other instanceof Number otherNumber) {
      return number.longValue() == otherNumber.longValue();
    }
    return Objects.equals(one, other);
  }

  static @Nullable Object value(@Nullable JsonNode node) {
    if (node == null || node.isNull()) {
      return null;
    }
    if (node.isIntegralNumber()) {
      return node.longValue();
    }
    if (node.isBoolean()) {
      return node.booleanValue();
    }
    return node.isTextual() ? node.textValue() : node.toString();
  }
}
