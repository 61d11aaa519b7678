package io.artel.events.amqp.internal.topology;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Method;
import io.artel.events.QueueSpec;
import io.artel.events.Topology;
import io.artel.events.TopologyException;
import io.artel.events.TopologyLayout;
import io.artel.events.TopologyLayout.Step;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What may be done with one generation of a queue's partitions, as the flags on the broker say it.
 *
 * @param begun whether partitions of this queue were changed once, or begun with a later generation
 * @param fed whether events are, or are to be, routed to this generation: it is declared and bound
 * @param read whether it is read
 * @param refusal why it is not read, or null if it is
 */
record GenerationState(boolean begun, boolean fed, boolean read, @Nullable String refusal) {

  private static final GenerationState FREE = new GenerationState(false, true, true, null);

  /**
   * Asks the broker.
   *
   * @throws TopologyException if it does not let us ask
   * @throws IOException if the connection is lost
   */
  static GenerationState of(Connection connection, QueueSpec queue) throws IOException {
    try (Attempts attempts = new Attempts(connection)) {
      if (exist(attempts, List.of(TopologyLayout.movedFlag(queue))).get(0)) {
        List<Boolean> flags =
            exist(attempts, List.of(TopologyLayout.fedFlag(queue), TopologyLayout.readFlag(queue)));
        boolean read = flags.get(1);
        return new GenerationState(
            true, flags.get(0), read, read ? null : refusal(queue, flags.get(0)));
      }
      List<QueueSpec> formers = queue.formerGenerations();
      List<Boolean> there =
          exist(attempts, formers.stream().map(TopologyLayout::hashExchange).toList());
      int last = there.lastIndexOf(true);
      return last < 0
          ? FREE
          : new GenerationState(false, false, false, notMoved(queue, formers.get(last)));
    }
  }

  private static String refusal(QueueSpec queue, boolean fed) {
    return is(queue)
        + (fed
            ? " is not read yet: what came before has to be handled from the generation before it"
                + " first; the command artel partitions change waits for that, and has to run"
            : " is not read: events go to another generation. Change over to this one with artel"
                + " partitions change, or use the number of partitions that the broker has");
  }

  private static String notMoved(QueueSpec queue, QueueSpec former) {
    return is(queue)
        + " is not read yet: the broker still has "
        + described(former)
        + ". Change over with artel partitions change; this goes on by itself then";
  }

  private static String is(QueueSpec queue) {
    return "'" + queue.name() + "' in " + described(queue);
  }

  static String described(QueueSpec queue) {
    return "generation " + queue.generation() + " (" + queue.partitions() + " partitions)";
  }

  /**
   * What of a layout may be declared: all but the partitions that events must not be routed to, and
   * the flags that only a change may set.
   */
  static TopologyLayout declarable(Connection connection, TopologyLayout layout)
      throws IOException {
    Set<Step> not = new HashSet<>();
    for (QueueSpec queue : layout.topology().queues()) {
      if (queue.isPartitioned()) {
        GenerationState state = of(connection, queue);
        if (!state.fed) {
          not.addAll(layout.partitionSteps(queue));
        } else if (state.begun) {
          List<String> flags = flags(queue);
          layout.exchanges().stream()
              .filter(exchange -> flags.contains(exchange.name()))
              .forEach(not::add);
        }
      }
    }
    return not.isEmpty() ? layout : layout.only(step -> !not.contains(step));
  }

  /** The ordered queues that are not read in their generation, and why. */
  static Map<QueueSpec, String> waiting(Connection connection, Topology topology)
      throws IOException {
    Map<QueueSpec, String> waiting = new LinkedHashMap<>();
    for (QueueSpec queue : topology.queues()) {
      String refusal = queue.isPartitioned() ? of(connection, queue).refusal : null;
      if (refusal != null) {
        waiting.put(queue, refusal);
      }
    }
    return waiting;
  }

  private static List<String> flags(QueueSpec queue) {
    return List.of(
        TopologyLayout.movedFlag(queue),
        TopologyLayout.fedFlag(queue),
        TopologyLayout.readFlag(queue));
  }

  private static List<Boolean> exist(Attempts attempts, List<String> exchanges) throws IOException {
    List<Method> questions = new ArrayList<>();
    for (String exchange : exchanges) {
      questions.add(
          new AMQP.Exchange.Declare.Builder().exchange(exchange).type("").passive().build());
    }
    List<Optional<BrokerReply>> replies = attempts.attemptAll(questions);
    List<Boolean> exist = new ArrayList<>();
    for (int i = 0; i < replies.size(); i++) {
      BrokerReply reply = replies.get(i).orElse(null);
      if (reply != null && reply.code() != BrokerReply.NOT_FOUND) {
        throw new TopologyException(
            "whether there is "
                + Explanation.exchange(exchanges.get(i))
                + " is not known: "
                + Explanation.of(reply));
      }
      exist.add(reply == null);
    }
    return exist;
  }
}
