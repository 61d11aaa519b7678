package io.artel.events.testkit.internal.flow;

import io.artel.events.Event;
import io.artel.events.FlowObserver.Settlement;
import io.artel.events.Outcome;
import io.artel.events.QueueSpec;
import io.artel.events.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Everything that was seen of the events of one test: who they are, what they caused, and how far
 * they are in each queue that the topology sends them to. Guarded by its own monitor, which is
 * notified of every change; nothing but assignments happens while it is held.
 */
public final class FlowLog {
  private static final int LONGEST_REASON = 160;

  private final Topology topology;
  private final Map<UUID, Event<?>> events = new LinkedHashMap<>();
  private final Map<UUID, String> labels = new HashMap<>();
  private final Map<String, Integer> numbers = new HashMap<>();
  private final Map<UUID, Integer> publishOrder = new HashMap<>();
  private final Map<UUID, Integer> beingPublished = new HashMap<>();
  private final Map<UUID, Map<String, Journey>> journeys = new LinkedHashMap<>();
  private final Set<Journey> open = new LinkedHashSet<>();
  private final Map<String, Integer> readers = new HashMap<>();
  private final List<Step> steps = new ArrayList<>();
  private long version;

  /** An empty log of events that go where this topology sends them. */
  public FlowLog(Topology topology) {
    this.topology = topology;
  }

  /** Where events go. */
  public Topology topology() {
    return topology;
  }

  /** An event is being published. */
  public synchronized void publishing(Event<?> event) {
    meet(event);
    publishOrder.putIfAbsent(event.id(), publishOrder.size());
    beingPublished.merge(event.id(), 1, Integer::sum);
    add(event.id(), "published", "to " + named(audience(event)));
  }

  /** The broker has it, and put it into queues or not. */
  public synchronized void confirmed(Event<?> event, boolean routed) {
    meet(event);
    published(event.id());
    add(event.id(), "confirmed", routed ? "" : "no queue took it");
    if (routed) {
      for (String queue : audience(event)) {
        Journey journey = journey(event.id(), queue);
        journey.expect();
        note(journey);
      }
    }
  }

  /** The broker does not have it, or perhaps does. */
  public synchronized void failed(Event<?> event, String why) {
    meet(event);
    published(event.id());
    add(event.id(), "not confirmed", cut(why));
  }

  /** One attempt has ended. */
  public synchronized void settled(Settlement settlement) {
    Event<?> event = settlement.event();
    String where = "in '" + settlement.queue() + "', attempt " + settlement.attempt();
    String reason = settlement.reason();
    if (reason != null && !reason.isEmpty()) {
      where += ": " + cut(reason);
    }
    if (event != null) {
      meet(event);
    }
    add(event == null ? null : event.id(), word(settlement.outcome()), where);
    if (event != null) {
      Journey journey = journey(event.id(), settlement.queue());
      journey.settled(settlement);
      note(journey);
    }
  }

  /** The broker itself has put the event into the queue's dead-letter queue. */
  public synchronized void deadLetteredByBroker(UUID event, String queue) {
    Journey journey = journey(event, queue);
    if (journey.isMoving()) {
      add(event, word(Outcome.DEAD_LETTERED), "from '" + queue + "', by the broker itself");
      journey.end(Outcome.DEAD_LETTERED, "by the broker itself");
      note(journey);
    }
  }

  /** A queue has one reader more or less. */
  public synchronized void readers(String queue, int change) {
    readers.merge(queue, change, Integer::sum);
    add(null, change > 0 ? "subscribed" : "unsubscribed", "'" + queue + "'");
  }

  /** The broker's clock was moved. */
  public synchronized void clockMoved(Duration by) {
    add(null, "clock", "moved on by " + by);
  }

  /** Counts changes: equal numbers mean that nothing happened in between. */
  public synchronized long version() {
    return version;
  }

  /** Waits until there is a change after this version, or the time is over. */
  public synchronized void awaitChange(long since, Duration atMost) throws InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (version == since) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return;
      }
      wait(left);
    }
  }

  /**
   * The event and everything that it caused, directly or not; everything at all without an event.
   * Follows both the cause and the correlation, which Python services set to their direct cause.
   */
  public synchronized Set<UUID> family(@Nullable UUID root) {
    if (root == null) {
      return new LinkedHashSet<>(events.keySet());
    }
    Set<UUID> family = new LinkedHashSet<>();
    family.add(root);
    int before = 0;
    while (family.size() > before) {
      before = family.size();
      for (Event<?> event : events.values()) {
        if (family.contains(event.causationId()) || family.contains(event.correlationId())) {
          family.add(event.id());
        }
      }
    }
    return family;
  }

  /**
   * What is still going on among these events, as phrases: being published, waiting in a queue that
   * somebody reads, being handled, or to be tried again at a time that comes by itself.
   *
   * @param timeStands whether only a test moves the time by which retry ladders go
   */
  public synchronized List<String> moving(@Nullable UUID root, boolean timeStands) {
    Predicate<UUID> among = among(root);
    List<String> moving = new ArrayList<>();
    for (UUID event : beingPublished.keySet()) {
      if (among.test(event)) {
        moving.add(label(event) + " is not confirmed yet");
      }
    }
    for (Journey journey : open) {
      if (!isRead(journey.queue()) || !among.test(journey.event())) {
        continue;
      }
      String which = label(journey.event()) + " in '" + journey.queue() + "'";
      if (journey.isMoving()) {
        moving.add(which + " has no outcome yet");
      } else if (!timeStands || retriesInPlace(journey.queue())) {
        moving.add(which + " waits for its next attempt by the computer's clock");
      }
    }
    return moving;
  }

  /** Which of these events wait for their next attempt, as phrases. */
  public synchronized List<String> delayed(@Nullable UUID root) {
    Predicate<UUID> among = among(root);
    return open.stream()
        .filter(journey -> journey.isDelayed() && isRead(journey.queue()))
        .filter(journey -> among.test(journey.event()))
        .map(journey -> label(journey.event()) + " in '" + journey.queue() + "'")
        .toList();
  }

  /** Events of a queue that somebody reads, which should be there or being handled. */
  public synchronized Map<String, Set<UUID>> missing() {
    Map<String, Set<UUID>> missing = new HashMap<>();
    for (Journey journey : open) {
      if (journey.isMoving() && isRead(journey.queue())) {
        missing.computeIfAbsent(journey.queue(), queue -> new HashSet<>()).add(journey.event());
      }
    }
    return missing;
  }

  /** The queues of the topology that somebody reads. */
  public synchronized List<QueueSpec> readQueues() {
    return topology.queues().stream().filter(queue -> isRead(queue.name())).toList();
  }

  /** The events with these ids, in the order in which they were first seen. */
  public synchronized List<Event<?>> events(Set<UUID> ids) {
    List<Event<?>> found = new ArrayList<>();
    for (Event<?> event : events.values()) {
      if (ids.contains(event.id())) {
        found.add(event);
      }
    }
    return found;
  }

  /** The way of one event through each queue it was seen in. */
  public synchronized List<Journey> journeys(UUID event) {
    return List.copyOf(journeys.getOrDefault(event, Map.of()).values());
  }

  /** The place of an event in the order of publishing; empty if somebody else published it. */
  public synchronized Optional<Integer> publishOrder(UUID event) {
    return Optional.ofNullable(publishOrder.get(event));
  }

  /** Whether it was published by those who are watched. */
  public synchronized boolean wasPublished(UUID event) {
    return publishOrder.containsKey(event);
  }

  /** What an event is called in texts: its type, and a number where there are several. */
  public synchronized String label(UUID event) {
    return labels.getOrDefault(event, event.toString());
  }

  /** The timeline of these events, and what is left of them. */
  public synchronized String timeline(@Nullable UUID root) {
    Predicate<UUID> among = among(root);
    List<Step> shown =
        steps.stream().filter(step -> step.event() == null || among.test(step.event())).toList();
    List<String> left = new ArrayList<>();
    for (Journey journey : open) {
      if (among.test(journey.event())) {
        left.add(label(journey.event()) + " " + whereItIs(journey));
      }
    }
    return Timeline.of(shown, this::described, left);
  }

  private String whereItIs(Journey journey) {
    String queue = "'" + journey.queue() + "'";
    if (!isRead(journey.queue())) {
      return "lies in " + queue + ", to which nobody has subscribed";
    }
    return journey.isMoving()
        ? "has no outcome in " + queue
        : "waits for its next attempt in " + queue;
  }

  private String described(UUID id) {
    Event<?> event = events.get(id);
    UUID cause = event == null ? null : event.causationId();
    return cause != null && labels.containsKey(cause)
        ? label(id) + " of " + label(cause)
        : label(id);
  }

  private Predicate<UUID> among(@Nullable UUID root) {
    if (root == null) {
      return id -> true;
    }
    return family(root)::contains;
  }

  private void meet(Event<?> event) {
    if (events.putIfAbsent(event.id(), event) == null) {
      int number = numbers.merge(event.type(), 1, Integer::sum);
      labels.put(event.id(), event.type() + "#" + number);
    }
  }

  private void published(UUID event) {
    beingPublished.computeIfPresent(event, (id, count) -> count > 1 ? count - 1 : null);
  }

  private Journey journey(UUID event, String queue) {
    return journeys
        .computeIfAbsent(event, id -> new LinkedHashMap<>())
        .computeIfAbsent(queue, name -> new Journey(event, name));
  }

  private void note(Journey journey) {
    if (journey.isOpen()) {
      open.add(journey);
    } else {
      open.remove(journey);
    }
  }

  private boolean isRead(String queue) {
    return readers.getOrDefault(queue, 0) > 0;
  }

  /** In an ordered queue the library holds a failed event itself, by the computer's clock. */
  private boolean retriesInPlace(String queue) {
    return topology.find(queue).map(QueueSpec::isPartitioned).orElse(false);
  }

  private List<String> audience(Event<?> event) {
    return topology.queues().stream()
        .filter(queue -> queue.takes(event.routingKey()))
        .map(QueueSpec::name)
        .toList();
  }

  private void add(@Nullable UUID event, String what, String where) {
    steps.add(new Step(System.nanoTime(), event, what, where));
    version++;
    notifyAll();
  }

  private static String named(List<String> queues) {
    return queues.isEmpty() ? "no queue" : "'" + String.join("', '", queues) + "'";
  }

  /** What an outcome is called in texts. */
  public static String word(Outcome outcome) {
    return outcome.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String cut(String text) {
    String line = text.lines().findFirst().orElse("");
    return line.length() <= LONGEST_REASON ? line : line.substring(0, LONGEST_REASON) + "…";
  }
}
