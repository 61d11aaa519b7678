package io.artel.events.amqp.internal.topology;

import com.fasterxml.jackson.databind.JsonNode;
import io.artel.events.TopologyLayout.Binding;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the management API shows at one moment; how full queues are may be some seconds old. */
final class BrokerView {

  private final Map<String, JsonNode> queues = new LinkedHashMap<>();
  private final Map<String, JsonNode> exchanges = new LinkedHashMap<>();
  private final Set<Binding> bindings = new LinkedHashSet<>();

  /**
   * Looks.
   *
   * @throws io.artel.events.ConnectionException if the management API does not answer
   */
  BrokerView(ManagementClient management) {
    management.queues().forEach(node -> queues.put(node.path("name").asText(), node));
    management.exchanges().forEach(node -> exchanges.put(node.path("name").asText(), node));
    management.bindings().forEach(node -> bindings.add(Audit.binding(node)));
  }

  boolean hasExchange(String name) {
    return exchanges.containsKey(name);
  }

  boolean hasQueue(String name) {
    return queues.containsKey(name);
  }

  /** The alternate exchange of an exchange, or null if it has none or is not there. */
  @Nullable String alternateOf(String exchange) {
    JsonNode node = exchanges.get(exchange);
    return node == null ? null : node.path("arguments").path("alternate-exchange").asText(null);
  }

  /** By which keys one exchange is bound to another. */
  List<String> keys(String exchange, String destination) {
    return bindings.stream()
        .filter(each -> each.toExchange())
        .filter(each -> each.exchange().equals(exchange))
        .filter(each -> each.destination().equals(destination))
        .map(Binding::routingKey)
        .toList();
  }

  /**
   * How many messages are in these queues, whether ready, with a consumer, or on their way to the
   * dead letters; nothing if that is not known of one of them. A queue that is not there is empty.
   */
  OptionalLong messages(Collection<String> names) {
    long sum = 0;
    for (String name : names) {
      JsonNode node = queues.get(name);
      if (node == null) {
        continue;
      }
      if (!node.has("messages_ready") || !node.has("messages_unacknowledged")) {
        return OptionalLong.empty();
      }
      sum +=
          node.path("messages_ready").asLong()
              + node.path("messages_unacknowledged").asLong()
              + node.path("messages_dlx").asLong();
    }
    return OptionalLong.of(sum);
  }
}
