package io.artel.events.amqp.internal.topology;

import io.artel.events.QueueSpec;
import io.artel.events.Topology;
import io.artel.events.TopologyException;
import io.artel.events.TopologyLayout;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Moves a queue from one generation of partitions to another. Finds on the broker how far it is,
 * and goes on from there.
 *
 * <ol>
 *   <li>At any moment the broker routes an event to one generation only: everything goes through
 *       the switch exchange, whose last binding is taken away in one act.
 *   <li>Nobody binds the old generation meanwhile: its flag {@code fed} is gone, and {@code moved}
 *       is there, before anything is unbound.
 *   <li>The new generation is read only when the old one is empty.
 * </ol>
 */
final class PartitionMove {

  /** How long whoever asked before the flags were set has for binding the old generation. */
  private static final Duration GRACE = Duration.ofSeconds(3);

  /**
   * So long deleted queues stay away before they are declared anew. RabbitMQ 3.x else takes a
   * consumer over to the new queue, tells it nothing, and gives it nothing (seen on 3.10.8 if they
   * come back at once, not after 40 ms).
   */
  private static final Duration ABSENCE = Duration.ofSeconds(1);

  /** So long the old generation must look empty: longer than what is looked at can be old. */
  private static final Duration EMPTY_FOR = Duration.ofSeconds(12);

  /**
   * The same where dead letters were ever put back: copies on that way show up to 16 s late in the
   * counts of the management API, as messages that are being dead-lettered.
   */
  private static final Duration EMPTY_AFTER_REDRIVES_FOR = Duration.ofSeconds(20);

  private final Workshop shop;
  private final Topology topology;
  private final QueueSpec from;
  private final QueueSpec to;
  private final String events;
  private final String hub;
  private final String oldHash;
  private final String newHash;

  /** A move; nothing is done yet. */
  PartitionMove(Workshop shop, Topology topology, QueueSpec from, QueueSpec to) {
    this.shop = shop;
    this.topology = topology;
    this.from = from;
    this.to = to;
    events = topology.exchange();
    hub = TopologyLayout.switchExchange(to);
    oldHash = TopologyLayout.hashExchange(from);
    newHash = TopologyLayout.hashExchange(to);
  }

  /** Whether events go to the new generation already. */
  boolean isCut(BrokerView view) {
    return view.hasExchange(TopologyLayout.fedFlag(to))
        || (isUnderWay(view)
            && !view.keys(events, hub).isEmpty()
            && view.keys(hub, oldHash).isEmpty());
  }

  /** Whether the switch that leads to the new generation is there. */
  boolean isUnderWay(BrokerView view) {
    return newHash.equals(view.alternateOf(hub));
  }

  /** Whether nothing is left to do. */
  boolean isDone(BrokerView view) {
    return view.hasExchange(TopologyLayout.fedFlag(to))
        && view.hasExchange(TopologyLayout.readFlag(to))
        && !view.hasExchange(TopologyLayout.readFlag(from))
        && !view.hasExchange(hub);
  }

  /**
   * Does what is left to do.
   *
   * @param patience how long the old generation may take until it is empty
   * @throws TopologyException if the broker refuses, or the old generation does not become empty
   */
  void run(Duration patience) throws IOException, InterruptedException {
    BrokerView view = shop.look();
    if (!isCut(view)) {
      prepare(view, patience);
      turn();
      cut();
    }
    finish();
    drain(patience);
    open();
  }

  private void prepare(BrokerView view, Duration patience)
      throws IOException, InterruptedException {
    if (!isUnderWay(view) && shop.isInUse(to)) {
      // Consumers that are left of an earlier time would read too early.
      shop.say("make " + name(to) + " anew, since its queues are in use");
      shop.deletePartitions(to, patience);
      TimeUnit.NANOSECONDS.sleep(ABSENCE.toNanos());
    }
    shop.say("declare " + name(to));
    TopologyLayout layout = topology.with(to).layout();
    Set<TopologyLayout.Step> set = new LinkedHashSet<>(layout.partitionSteps(to));
    shop.declareAll(
        layout.only(
            step ->
                set.contains(step)
                    && !isFlag(step)
                    && !(step instanceof TopologyLayout.Binding binding
                        && binding.exchange().equals(events))));
    shop.say("keep instances of " + name(from) + " reading, and from binding it");
    shop.deleteExchange(TopologyLayout.readFlag(to));
    shop.setFlag(TopologyLayout.readFlag(from));
    shop.setFlag(TopologyLayout.movedFlag(from));
    shop.deleteExchange(TopologyLayout.fedFlag(from));
    TimeUnit.NANOSECONDS.sleep(GRACE.toNanos());
  }

  private boolean isFlag(TopologyLayout.Step step) {
    return step instanceof TopologyLayout.Exchange exchange
        && Set.of(
                TopologyLayout.movedFlag(to),
                TopologyLayout.fedFlag(to),
                TopologyLayout.readFlag(to))
            .contains(exchange.name());
  }

  /** Leads all events through the switch, on to where they went before. */
  private void turn() throws IOException {
    shop.say("lead events through " + hub);
    shop.declareFanout(hub, Map.of("alternate-exchange", newHash));
    shop.bind(hub, oldHash, "");
    BrokerView view = shop.look();
    Set<String> keys = new LinkedHashSet<>(view.keys(events, oldHash));
    keys.addAll(view.keys(events, hub));
    if (keys.isEmpty()) {
      keys.addAll(from.bindings());
    }
    for (String key : keys) {
      shop.bind(events, hub, key);
    }
    shop.say("take the direct way to " + name(from) + " away");
    for (String key : view.keys(events, oldHash)) {
      shop.unbind(events, oldHash, key);
    }
    List<String> left = shop.look().keys(events, oldHash);
    if (!left.isEmpty()) {
      throw new TopologyException(
          "somebody bound '" + oldHash + "' by " + left + " meanwhile: run the same again");
    }
  }

  /** What finds no binding at the switch goes to its alternate exchange. */
  private void cut() throws IOException {
    shop.say("cut: from here on events go to " + name(to));
    shop.unbind(hub, oldHash, "");
  }

  private void finish() throws IOException {
    shop.say("bind " + name(to) + " directly");
    shop.setFlag(TopologyLayout.fedFlag(to));
    for (String key : to.bindings()) {
      shop.bind(events, newHash, key);
    }
    shop.deleteExchange(hub);
  }

  private void drain(Duration patience) throws IOException, InterruptedException {
    shop.say("wait until " + name(from) + " is empty");
    List<String> queues = new ArrayList<>(from.sources());
    String redrives = from.redriveQueue(); // what waits there goes to the old generation
    queues.add(redrives);
    shop.awaitEmpty(
        queues,
        shop.look().hasQueue(redrives) ? EMPTY_AFTER_REDRIVES_FOR : EMPTY_FOR,
        patience,
        view -> {
          for (String key : view.keys(events, oldHash)) {
            shop.unbind(events, oldHash, key);
          }
        });
  }

  private void open() throws IOException {
    shop.say("let " + name(to) + " be read");
    shop.setFlag(TopologyLayout.readFlag(to));
    shop.deleteExchange(TopologyLayout.readFlag(from));
    shop.say("done: " + name(to) + " is read");
  }

  /**
   * Takes back what was done before the cut; the new generation is deleted, since it got nothing.
   */
  void undo(Duration patience) throws IOException, InterruptedException {
    shop.say("lead events to " + name(from) + " directly");
    BrokerView view = shop.look();
    shop.setFlag(TopologyLayout.readFlag(from));
    List<String> keys = view.keys(events, hub);
    for (String key : keys) {
      shop.bind(events, oldHash, key);
    }
    // As it is deleted, the switch may be without its binding for a moment, and lead to the new
    // one.
    for (String key : keys) {
      shop.unbind(events, hub, key);
    }
    shop.deleteExchange(hub);
    if (view.hasExchange(TopologyLayout.movedFlag(from))) {
      shop.setFlag(TopologyLayout.fedFlag(from));
    } else {
      shop.deleteExchange(TopologyLayout.readFlag(from));
    }
    if (to.sources().stream().anyMatch(view::hasQueue)) {
      shop.deletePartitions(to, patience);
    }
    shop.say("done: " + name(from) + " is read");
  }

  private static String name(QueueSpec generation) {
    return GenerationState.described(generation);
  }
}
