package io.artel.events.amqp.internal.topology;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.artel.events.TopologyException;
import io.artel.events.TopologyLayout;
import io.artel.events.TopologyLayout.Binding;
import io.artel.events.TopologyLayout.Exchange;
import io.artel.events.TopologyLayout.Queue;
import io.artel.events.TopologyLayout.Step;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Declares what a broker lacks of a topology. Looks first, so that it declares all or nothing;
 * never deletes, unbinds or changes. Safe for use by several threads, and by several processes at
 * once.
 */
public final class TopologyDeclarer {

  private static final Logger log = LoggerFactory.getLogger(TopologyDeclarer.class);

  /**
   * So many are sent before the broker is waited for. Few enough for a slow cluster to make them
   * within the time that it has for one answer.
   */
  private static final int AT_ONCE = 8;

  private final ConnectionSupplier throwAway;

  /** What was seen and bound on the last connection; replaced as a whole for another one. */
  private volatile Known known = new Known(null);

  /** What need not be asked and said again on the same connection. */
  private static final class Known {
    final @Nullable Connection connection;
    final Set<Binding> bound = ConcurrentHashMap.newKeySet();
    volatile boolean consistentHash;

    Known(@Nullable Connection connection) {
      this.connection = connection;
    }
  }

  /**
   * A declarer.
   *
   * @param throwAway opens connections for what RabbitMQ 3.x may answer by closing the connection
   */
  public TopologyDeclarer(ConnectionSupplier throwAway) {
    this.throwAway = throwAway;
  }

  /**
   * Declares what is missing. The connection stays open, whatever the broker says. Bindings that it
   * has made on the same connection, and whose ends are still there, it takes as there. Partitions
   * that wait for a change of their number are left out.
   *
   * @throws TopologyException if the broker has something else by one of the names, or will not
   *     make what is missing; the text names everything that is in the way, and the ways out.
   *     Nothing was declared then, unless the text says so: a broker that changes meanwhile, or has
   *     a limit, may refuse half-way
   * @throws IOException if the connection is lost; then some may have been declared, and declaring
   *     again goes on
   */
  public void declare(Connection connection, TopologyLayout whole) throws IOException {
    declareExactly(connection, GenerationState.declarable(connection, whole));
  }

  /** The same without asking whether partitions wait for a change of their number. */
  void declareExactly(Connection connection, TopologyLayout layout) throws IOException {
    Known before = on(connection);
    Inspection inspection = inspect(connection, layout);
    inspection.requireDeclarable();
    List<Step> lacking = new ArrayList<>();
    for (Step step : layout.steps()) {
      if (step instanceof Binding
          ? !isBound(step, before, inspection)
          : inspection.missing.contains(step)) {
        lacking.add(step);
      }
    }
    int made = 0;
    try (Attempts attempts = new Attempts(connection)) {
      for (int from = 0; from < lacking.size(); from += AT_ONCE) {
        List<Step> some = lacking.subList(from, Math.min(from + AT_ONCE, lacking.size()));
        if (attempts.attempt(channel -> declareAll(channel, some)) != null) {
          // Which one was refused is not told; those before it are there, and are not made twice.
          declareEach(attempts, some, made);
        }
        for (Step step : some) {
          if (step instanceof Binding binding) {
            before.bound.add(binding);
          } else {
            made++;
          }
        }
      }
    }
    if (made > 0) {
      log.info("declared {} exchanges and queues of {}", made, layout.topology());
    }
  }

  /** Waits for the last one only, and so for all. */
  private static void declareAll(Channel channel, List<Step> steps) throws IOException {
    int last = steps.size() - 1;
    for (Step step : steps.subList(0, last)) {
      declareNoWait(channel, step);
    }
    declare(channel, steps.get(last));
  }

  private static void declareEach(Attempts attempts, List<Step> steps, int madeBefore)
      throws IOException {
    int made = madeBefore;
    for (Step step : steps) {
      BrokerReply reply = attempts.attempt(channel -> declare(channel, step));
      if (reply != null) {
        throw refused(step, reply, made);
      }
      made += step instanceof Binding ? 0 : 1;
    }
  }

  Inspection inspect(Connection connection, TopologyLayout layout) throws IOException {
    Known before = on(connection);
    boolean consistentHash = true;
    if (!before.consistentHash && Inspector.needsConsistentHash(layout)) {
      consistentHash = Inspector.hasConsistentHash(connection, throwAway);
      before.consistentHash = consistentHash;
    }
    return Inspector.inspect(connection, layout, consistentHash);
  }

  private Known on(Connection connection) {
    Known last = known;
    if (last.connection != connection) {
      last = new Known(connection);
      known = last;
    }
    return last;
  }

  /** Bindings go with either end, and are written anew by RabbitMQ 4.3 each time: 2 ms each. */
  private static boolean isBound(Step step, Known before, Inspection inspection) {
    return step instanceof Binding binding
        && before.bound.contains(binding)
        && !inspection.endMissing(binding);
  }

  private static void declare(Channel channel, Step step) throws IOException {
    if (step instanceof Exchange exchange) {
      channel.exchangeDeclare(exchange.name(), exchange.type(), true, false, exchange.arguments());
    } else if (step instanceof Queue queue) {
      channel.queueDeclare(queue.name(), true, false, queue.autoDelete(), queue.arguments());
    } else if (step instanceof Binding binding) {
      if (binding.toExchange()) {
        channel.exchangeBind(
            binding.destination(), binding.exchange(), binding.routingKey(), binding.arguments());
      } else {
        channel.queueBind(
            binding.destination(), binding.exchange(), binding.routingKey(), binding.arguments());
      }
    }
  }

  private static void declareNoWait(Channel channel, Step step) throws IOException {
    if (step instanceof Exchange exchange) {
      channel.exchangeDeclareNoWait(
          exchange.name(), exchange.type(), true, false, false, exchange.arguments());
    } else if (step instanceof Queue queue) {
      channel.queueDeclareNoWait(queue.name(), true, false, queue.autoDelete(), queue.arguments());
    } else if (step instanceof Binding binding) {
      if (binding.toExchange()) {
        channel.exchangeBindNoWait(
            binding.destination(), binding.exchange(), binding.routingKey(), binding.arguments());
      } else {
        channel.queueBindNoWait(
            binding.destination(), binding.exchange(), binding.routingKey(), binding.arguments());
      }
    }
  }

  private static TopologyException refused(Step step, BrokerReply reply, int made) {
    return new TopologyException(
        Explanation.subject(step)
            + " was not declared, after "
            + made
            + " other exchanges and queues were; what was bound before is whole. "
            + Explanation.of(reply)
            + ". Declaring again goes on from here");
  }
}
