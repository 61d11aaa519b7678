package io.artel.events;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;

/** Draws a topology as a Mermaid flowchart. */
final class MermaidChart {

  private final StringBuilder chart = new StringBuilder("flowchart LR\n");
  private final Topology topology;

  private MermaidChart(Topology topology) {
    this.topology = topology;
    exchange("events", topology.exchange(), "topic");
    int number = 0;
    for (QueueSpec queue : topology.queues()) {
      draw(queue, number++);
    }
    exchange("deadLetters", topology.deadLetterExchange(), "topic");
    unrouted("deadLetters", topology.deadLetterExchange());
  }

  static String of(Topology topology) {
    return new MermaidChart(topology).chart.toString();
  }

  private void draw(QueueSpec queue, int number) {
    String source = "queue" + number;
    String bound = source;
    List<String> names = queue.sources();
    String title =
        queue.isPartitioned()
            ? names.get(0) + (names.size() > 1 ? " … " + names.get(names.size() - 1) : "")
            : queue.name();
    line(source + box("[", title, String.join(", ", properties(queue)), "]"));
    if (queue.isPartitioned()) {
      bound = "hash" + number;
      String hash = TopologyLayout.hashExchange(queue);
      boolean byPublisher = queue.partitioner() == QueueSpec.Partitioner.PUBLISHER;
      exchange(bound, hash, byPublisher ? "headers" : "x-consistent-hash");
      String header =
          byPublisher ? PartitionHeader.name(queue.partitions()) : TopologyLayout.HASH_HEADER;
      line(bound + " -- " + quoted(header) + " --> " + source);
      unrouted(bound, hash);
    }
    if (!queue.bindings().isEmpty()) {
      line("events -- " + quoted(String.join(", ", queue.bindings())) + " --> " + bound);
    }
    SortedSet<Duration> ladder = topology.ladder(queue);
    if (!ladder.isEmpty()) {
      String retry = "retry" + number;
      String steps = String.join(", ", ladder.stream().map(MermaidChart::text).toList());
      line(retry + box("[/", "retry." + queue.name() + ".*", steps, "/]"));
      line(source + " -. " + quoted("retry") + " .-> " + retry);
      line(retry + " -. " + quoted("again") + " .-> " + source);
    }
    String dead = "dead" + number;
    line(dead + box("[(", queue.deadLetterQueue(), "dead letters", ")]"));
    line(source + " -. " + quoted(queue.deadLetterRoutingKey()) + " .-> " + dead);
  }

  private static List<String> properties(QueueSpec queue) {
    List<String> properties = new ArrayList<>();
    switch (queue.ownership()) {
      case OWNED -> properties.add(queue.isClassic() ? "classic" : "quorum");
      case WITHOUT_ARGUMENTS -> properties.add("without arguments");
      case PASSIVE -> properties.add("declared by somebody else");
    }
    if (queue.isPartitioned()) {
      properties.add(queue.partitions() + " partitions");
    }
    if (queue.isObserver()) {
      properties.add("observer");
    }
    if (queue.highestPriority() != null) {
      properties.add("priorities to " + queue.highestPriority());
    }
    Duration timeToLive = queue.timeToLive();
    if (timeToLive != null) {
      properties.add("time to live " + text(timeToLive));
    }
    if (queue.lengthLimit() != null) {
      properties.add("at most " + queue.lengthLimit());
    }
    if (queue.isSingleActiveConsumer()) {
      properties.add("single active consumer");
    }
    if (queue.isAutoDelete()) {
      properties.add("auto-delete");
    }
    return properties;
  }

  private void exchange(String node, String name, String type) {
    line(node + box("{{", name, type, "}}"));
  }

  private void unrouted(String node, String exchange) {
    line(node + "Unrouted" + box("[(", TopologyLayout.unrouted(exchange), "unrouted", ")]"));
    line(node + " -. " + quoted("no binding") + " .-> " + node + "Unrouted");
  }

  private static String box(String open, String title, String subtitle, String close) {
    return open + "\"" + escaped(title) + "<br/>" + escaped(subtitle) + "\"" + close;
  }

  private static String quoted(String text) {
    return "\"" + escaped(text) + "\"";
  }

  /** Markdown and HTML mean nothing in a label; {@code #} introduces Mermaid's entities. */
  private static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ("\"#<>&`".indexOf(c) >= 0) {
        escaped.append('#').append((int) c).append(';');
      } else {
        escaped.append(c);
      }
    }
    return escaped.toString();
  }

  private static String text(Duration duration) {
    long millis = duration.toMillis();
    if (millis % 60_000 == 0) {
      return millis / 60_000 + " min";
    }
    return millis % 1000 == 0 ? millis / 1000 + " s" : millis + " ms";
  }

  private void line(String text) {
    chart.append("  ").append(text).append('\n');
  }
}
