package io.artel.events;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.artel.events.TopologyLayout.Binding;
import io.artel.events.TopologyLayout.Exchange;
import io.artel.events.TopologyLayout.Queue;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Writes a layout in the form that RabbitMQ exports and imports. */
final class DefinitionsJson {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final ObjectNode root = MAPPER.createObjectNode();
  private final String virtualHost;

  private DefinitionsJson(TopologyLayout layout, String virtualHost) {
    this.virtualHost = virtualHost;
    ArrayNode exchanges = root.putArray("exchanges");
    for (Exchange exchange : layout.exchanges()) {
      ObjectNode node = named(exchanges, exchange.name());
      node.put("type", exchange.type());
      node.put("durable", true).put("auto_delete", false).put("internal", false);
      arguments(node, exchange.arguments());
    }
    Set<String> foreign = new HashSet<>();
    ArrayNode queues = root.putArray("queues");
    for (Queue queue : layout.queues()) {
      if (queue.passive()) {
        foreign.add(queue.name());
        continue;
      }
      ObjectNode node = named(queues, queue.name());
      node.put("durable", true).put("auto_delete", queue.autoDelete());
      arguments(node, queue.arguments());
    }
    ArrayNode bindings = root.putArray("bindings");
    for (Binding binding : layout.bindings()) {
      if (!foreign.contains(binding.destination())) {
        ObjectNode node = bindings.addObject();
        node.put("source", binding.exchange()).put("vhost", virtualHost);
        node.put("destination", binding.destination());
        node.put("destination_type", binding.toExchange() ? "exchange" : "queue");
        node.put("routing_key", binding.routingKey());
        arguments(node, new TreeMap<>(binding.arguments()));
      }
    }
  }

  static String of(TopologyLayout layout, String virtualHost) {
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter()
            .withObjectIndenter(new DefaultIndenter("  ", "\n"))
            .withArrayIndenter(new DefaultIndenter("  ", "\n"));
    try {
      return MAPPER
              .writer(printer)
              .writeValueAsString(new DefinitionsJson(layout, virtualHost).root)
          + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of plain values was not written as JSON", e);
    }
  }

  private ObjectNode named(ArrayNode array, String name) {
    return array.addObject().put("name", name).put("vhost", virtualHost);
  }

  private static void arguments(ObjectNode node, Map<String, Object> arguments) {
    ObjectNode object = node.putObject("arguments");
    arguments.forEach((name, value) -> object.set(name, MAPPER.valueToTree(value)));
  }
}
