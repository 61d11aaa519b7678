package io.artel.events.amqp.internal.topology;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Connection;
import io.artel.events.QueueSpec;
import io.artel.events.Topology;
import io.artel.events.TopologyException;
import io.artel.events.TopologyLayout;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes the number of partitions of one queue, or takes that back, as far as it is on the broker.
 * One at a time for each queue: it holds an exclusive queue while it works. For use by one thread.
 */
public final class PartitionChanger implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(PartitionChanger.class);

  private final Topology topology;
  private final QueueSpec to;
  private final Attempts attempts;
  private final Workshop shop;
  private boolean locked;

  /**
   * A changer.
   *
   * @param queue an ordered queue of the topology, in the generation to change to
   * @param progress told of each step before it is done; what it throws stops the change there
   */
  public PartitionChanger(
      Connection connection,
      ManagementClient management,
      TopologyDeclarer declarer,
      Topology topology,
      QueueSpec queue,
      Consumer<String> progress) {
    this.topology = topology;
    this.to = queue;
    attempts = new Attempts(connection);
    shop = new Workshop(connection, attempts, management, declarer, progress);
  }

  /** What there is to do, in sentences; changes nothing. */
  public List<String> plan() {
    BrokerView view = shop.look();
    List<String> plan = new ArrayList<>();
    List<QueueSpec> generations = new ArrayList<>(to.formerGenerations());
    generations.add(to);
    for (QueueSpec each : generations) {
      plan.add(describe(each, view));
    }
    QueueSpec from = from(view);
    PartitionMove forward = move(from, to);
    String unfinished = unfinished(from, view);
    if (isGoingBack(from, view)) {
      plan.add("a roll-back is under way: run the roll-back again to finish it");
    } else if (forward.isDone(view)) {
      plan.add("nothing to change");
    } else if (unfinished != null) {
      plan.add(unfinished);
    } else if (!isThere(from, view)) {
      plan.add("nothing to change: connecting declares " + GenerationState.described(to));
    } else if (forward.isCut(view)) {
      plan.add(
          "the cut is made: wait until the queues of before are empty, then let the new be read");
    } else {
      plan.add("declare the new queues and hash exchange");
      plan.add("lead events through " + TopologyLayout.switchExchange(to) + ", then cut it over");
      plan.add("wait until the queues of before are empty, then let the new be read");
    }
    return plan;
  }

  private static String describe(QueueSpec generation, BrokerView view) {
    if (!isThere(generation, view)) {
      return GenerationState.described(generation) + " is not there";
    }
    OptionalLong messages = view.messages(generation.sources());
    return GenerationState.described(generation)
        + (messages.isPresent()
            ? " has " + messages.getAsLong() + " messages"
            : " has a number of messages that is not known yet")
        + (isFlagged(generation, view) ? ", gets events" : "")
        + (isRead(generation, view) ? ", is read" : "");
  }

  /**
   * Changes over, from wherever that is.
   *
   * @param patience how long the former generation may take until it is empty
   * @throws TopologyException if it cannot be done; the text says why
   * @throws IOException if the connection is lost
   */
  public void run(Duration patience) throws IOException, InterruptedException {
    lock();
    BrokerView view = shop.look();
    QueueSpec from = from(view);
    PartitionMove move = move(from, to);
    if (move.isDone(view)) {
      shop.say("nothing to change: " + GenerationState.described(to) + " is read");
      return;
    }
    if (isGoingBack(from, view)) {
      throw new TopologyException(
          "a roll-back of '" + to.name() + "' is under way: run the roll-back again to finish it");
    }
    requireThere(from, view);
    requireFinished(from, view);
    move.run(patience);
  }

  /**
   * Goes back to the former generation: before the cut by taking back what was done, after it by
   * finishing the change and making the opposite one.
   *
   * @param patience how long a generation may take until it is empty
   * @throws TopologyException if it cannot be done; the text says why
   * @throws IOException if the connection is lost
   */
  public void rollBack(Duration patience) throws IOException, InterruptedException {
    lock();
    BrokerView view = shop.look();
    QueueSpec from = from(view);
    PartitionMove forward = move(from, to);
    if (!isGoingBack(from, view)) {
      if (!forward.isCut(view)) {
        requireThere(from, view);
        requireFinished(from, view);
        forward.undo(patience);
        return;
      }
      if (!forward.isDone(view)) {
        shop.say("finish the change first, so that it can be made the other way round");
        forward.run(patience);
      }
    }
    move(to, from).run(patience);
  }

  /** Whether the opposite change has begun and is not done. */
  private boolean isGoingBack(QueueSpec from, BrokerView view) {
    return move(to, from).isUnderWay(view)
        || (isRead(to, view) && (isFlagged(from, view) || !isFlagged(to, view)));
  }

  /**
   * Deletes the generations that nothing is routed to and nobody reads, once they look empty.
   *
   * @param patience how long one may take until it is empty
   * @throws TopologyException if one is not empty, or the change is not done
   * @throws IOException if the connection is lost
   */
  public void removeOld(Duration patience) throws IOException, InterruptedException {
    lock();
    BrokerView view = shop.look();
    List<QueueSpec> generations = new ArrayList<>(to.formerGenerations());
    generations.add(to);
    List<QueueSpec> inUse = generations.stream().filter(each -> isFlagged(each, view)).toList();
    if (inUse.size() != 1
        || !isRead(inUse.get(0), view)
        || view.hasExchange(TopologyLayout.switchExchange(to))) {
      throw new TopologyException(
          "the partitions of '" + to.name() + "' are not changed over: finish that first");
    }
    for (QueueSpec each : generations) {
      if (!inUse.contains(each)
          && (isThere(each, view) || each.sources().stream().anyMatch(view::hasQueue))) {
        if (isRead(each, view)) {
          throw new TopologyException(
              GenerationState.described(each) + " of '" + to.name() + "' is still read");
        }
        shop.requireNoConsumers(each);
        shop.deletePartitions(each, patience);
      }
    }
    shop.say("done: only " + GenerationState.described(inUse.get(0)) + " is left");
  }

  /**
   * The generation that events come from: the one that gets them, or the last one that is there.
   */
  private QueueSpec from(BrokerView view) {
    List<QueueSpec> formers = to.formerGenerations();
    QueueSpec from = formers.get(formers.size() - 1);
    for (QueueSpec each : formers) {
      if (isThere(each, view)) {
        from = each;
      }
    }
    for (QueueSpec each : formers) {
      if (isRead(each, view) || isFlagged(each, view)) {
        from = each;
      }
    }
    return from;
  }

  private PartitionMove move(QueueSpec one, QueueSpec other) {
    return new PartitionMove(shop, topology, one, other);
  }

  private static boolean isThere(QueueSpec generation, BrokerView view) {
    return view.hasExchange(TopologyLayout.hashExchange(generation));
  }

  private static boolean isFlagged(QueueSpec generation, BrokerView view) {
    return view.hasExchange(TopologyLayout.fedFlag(generation));
  }

  private static boolean isRead(QueueSpec generation, BrokerView view) {
    return view.hasExchange(TopologyLayout.readFlag(generation));
  }

  private void requireThere(QueueSpec from, BrokerView view) {
    if (!isThere(from, view)) {
      throw new TopologyException(
          "the broker does not have "
              + GenerationState.described(from)
              + " of '"
              + to.name()
              + "', so there is nothing to change from: connecting declares "
              + GenerationState.described(to)
              + " where there was none before; else check the numbers");
    }
  }

  private void requireFinished(QueueSpec from, BrokerView view) {
    String unfinished = unfinished(from, view);
    if (unfinished != null) {
      throw new TopologyException(unfinished);
    }
  }

  /**
   * Why the generation that events come from may not be read yet, or null if it may: what came
   * before an earlier cut may still wait in another.
   */
  private @Nullable String unfinished(QueueSpec from, BrokerView view) {
    boolean waits = isFlagged(from, view) && !isRead(from, view);
    boolean another =
        to.formerGenerations().stream()
            .anyMatch(each -> each.generation() != from.generation() && isRead(each, view));
    return waits || another
        ? "the change of '"
            + to.name()
            + "' to "
            + GenerationState.described(from)
            + " is not finished: run it again, with the topology that was for it, and then this"
        : null;
  }

  private void lock() throws IOException {
    BrokerReply reply =
        attempts.attempt(
            channel ->
                channel.queueDeclare(
                    lockQueue(), false, true, true, Map.of("x-queue-type", "classic")));
    if (reply != null && reply.code() == BrokerReply.RESOURCE_LOCKED) {
      throw new TopologyException(
          "the partitions of '"
              + to.name()
              + "' are being changed by another command at this moment: wait for its end");
    }
    if (reply != null) {
      throw new TopologyException(Explanation.queue(lockQueue()) + ": " + Explanation.of(reply));
    }
    locked = true;
  }

  private String lockQueue() {
    return to.name() + ".partitions.command";
  }

  /**
   * Lets others in at once: RabbitMQ 4.3 may still have the queue when the connection is closed.
   */
  @Override
  public void close() {
    if (locked) {
      try {
        var unused = attempts.attempt(channel -> channel.queueDelete(lockQueue()));
      } catch (IOException | AlreadyClosedException e) {
        log.debug("the connection is gone, and the queue with it", e);
      }
    }
    attempts.close();
  }
}
