package io.artel.events.amqp.internal.deadletter;

import io.artel.events.QueueSpec;
import io.artel.events.Topology;
import io.artel.events.TopologyException;
import io.artel.events.TopologyLayout;
import io.artel.events.TopologyLayout.Role;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A queue where dead letters lie.
 *
 * @param queue its name
 * @param owner the queue they are put back to, or null where each letter says its own
 */
record Home(String queue, @Nullable QueueSpec owner, Topology topology) {

  /**
   * The home that this name means.
   *
   * @param name a queue of the topology, whose dead letters are meant; or one where dead letters or
   *     unrouted messages lie
   * @throws TopologyException if the topology has no such queue
   */
  static Home of(Topology topology, String name) {
    QueueSpec source = topology.find(name).orElse(null);
    if (source != null) {
      return new Home(source.deadLetterQueue(), source, topology);
    }
    for (QueueSpec each : topology.queues()) {
      if (name.equals(each.deadLetterQueue())
          || generations(each).anyMatch(generation -> name.equals(unrouted(generation)))) {
        return new Home(name, each, topology);
      }
    }
    if (name.equals(TopologyLayout.unrouted(topology.deadLetterExchange()))) {
      return new Home(name, null, topology);
    }
    throw new TopologyException(
        "the topology has no queue '" + name + "' with dead letters; it has " + names(topology));
  }

  /** The queue as it is and as it was, if it is partitioned. */
  private static Stream<QueueSpec> generations(QueueSpec queue) {
    return Stream.concat(queue.formerGenerations().stream(), Stream.of(queue))
        .filter(QueueSpec::isPartitioned);
  }

  private static String unrouted(QueueSpec generation) {
    return TopologyLayout.unrouted(TopologyLayout.hashExchange(generation));
  }

  private static List<String> names(Topology topology) {
    return topology.layout().queues().stream()
        .filter(queue -> queue.role() == Role.DEAD_LETTER || queue.role() == Role.UNROUTED)
        .map(TopologyLayout.Queue::name)
        .toList();
  }

  /** Where copies wait on their way back. */
  String stagingQueue() {
    return owner != null && queue.equals(owner.deadLetterQueue())
        ? owner.redriveQueue()
        : "redrive." + queue;
  }

  /** The queue of the topology that this one belongs to, or null if it belongs to none. */
  @Nullable QueueSpec ownerOf(String source) {
    return topology.queues().stream()
        .filter(
            each ->
                each.name().equals(source)
                    || each.sources().contains(source)
                    || generations(each).anyMatch(was -> was.sources().contains(source)))
        .findFirst()
        .orElse(null);
  }
}
