package io.artel.events.testkit;

import io.artel.events.Event;
import io.artel.events.EventType;
import io.artel.events.FlowObserver;
import io.artel.events.PublishException;
import io.artel.events.PublishReceipt;
import io.artel.events.QueueSpec;
import io.artel.events.Topology;
import io.artel.events.testkit.internal.flow.EventsOfType;
import io.artel.events.testkit.internal.flow.FlowLog;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Follows events from being published to their outcome in every queue that somebody reads, and so
 * knows when everything that an event caused has been handled, dead-lettered or discarded. Watches
 * each {@code ArtelEvents} whose settings have it as observer.
 *
 * <pre>{@code
 * publisher.publish(BALL_POTTED.event(potted));
 * flow.awaitSettled();
 * }</pre>
 *
 * <p>Where an event goes is known from the topology; which queues are read, from the subscriptions
 * of those {@code ArtelEvents}. An event in a queue to which nobody has subscribed is not waited
 * for, and broadcast subscriptions are not either. What waits for the next step of a retry ladder
 * waits by the broker's clock: on an {@link EmbeddedBroker} {@link #awaitSettled()} moves it.
 *
 * <p>The waiting methods give up after ten seconds unless {@link #within(Duration)} says otherwise,
 * with an {@link AssertionError} that has the timeline: times, types, queues, attempts, outcomes,
 * and never a payload. Safe for use by several threads.
 */
public final class FlowTracker implements FlowObserver {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** After so long without news, dead-letter queues are searched for what the broker put there. */
  private static final Duration SILENCE = Duration.ofMillis(250);

  /** How long to wait before a queue is looked at again; acknowledgements travel in batches. */
  private static final Duration PAUSE = Duration.ofMillis(1);

  private final FlowLog log;
  private final @Nullable Broker broker;
  private final @Nullable BrokerClock clock;
  private final Duration patience;
  private final @Nullable UUID root;

  private FlowTracker(
      FlowLog log,
      @Nullable Broker broker,
      @Nullable BrokerClock clock,
      Duration patience,
      @Nullable UUID root) {
    this.log = log;
    this.broker = broker;
    this.clock = clock;
    this.patience = patience;
    this.root = root;
  }

  /** A tracker of events that go where this topology sends them, on a broker it cannot look at. */
  public static FlowTracker of(Topology topology) {
    return new FlowTracker(new FlowLog(topology), null, null, PATIENCE, null);
  }

  /** A tracker of events that go where this topology sends them on this broker. */
  public static FlowTracker of(Topology topology, Broker broker) {
    return of(topology, broker, broker instanceof EmbeddedBroker own ? own.clock() : null);
  }

  /** With the clock by which retry ladders go, where a test can move it. */
  static FlowTracker of(Topology topology, Broker broker, @Nullable BrokerClock clock) {
    return new FlowTracker(new FlowLog(topology), broker, clock, PATIENCE, null);
  }

  /** The same tracker, whose waiting methods give up after this time. */
  public FlowTracker within(Duration patience) {
    return new FlowTracker(log, broker, clock, patience, root);
  }

  /** The same tracker, but only for this event and what it caused, directly or not. */
  public FlowTracker causedBy(Event<?> event) {
    return causedBy(event.id());
  }

  /** The same tracker, but only for the event with this id and what it caused, directly or not. */
  public FlowTracker causedBy(UUID event) {
    return new FlowTracker(log, broker, clock, patience, event);
  }

  /**
   * Waits until nothing goes on by itself any more: every event has its outcome in every queue that
   * somebody reads, or waits for the next step of a retry ladder on a broker whose clock only the
   * test moves. On a real broker time goes on, and this waits for the retries too.
   *
   * @throws AssertionError if that takes too long
   */
  public void awaitQuiet() {
    awaitQuiet(System.nanoTime() + patience.toNanos());
  }

  /**
   * Waits until every event has its outcome in every queue that somebody reads. Where only time is
   * missing, because all that is left waits for its next attempt in a retry ladder, the clock of an
   * {@link EmbeddedBroker} is moved to the next instant at which something expires, as often as it
   * takes. In an ordered queue retries wait by the computer's clock, and so does this method.
   *
   * @throws AssertionError if that takes too long
   */
  public void awaitSettled() {
    long deadline = System.nanoTime() + patience.toNanos();
    awaitQuiet(deadline);
    List<String> delayed = log.delayed(root);
    while (clock != null && !delayed.isEmpty()) {
      Optional<Duration> moved = clock.advanceToNext();
      if (moved.isEmpty()) {
        throw failure(
            "These wait for their next attempt, but nothing on the broker is going to expire: "
                + String.join("; ", delayed));
      }
      log.clockMoved(moved.get());
      awaitQuiet(deadline);
      delayed = log.delayed(root);
    }
  }

  /** Everything that was published, in the order in which it was first seen. */
  public List<Event<?>> published() {
    return log.events(log.family(root)).stream()
        .filter(event -> log.wasPublished(event.id()))
        .collect(Collectors.toUnmodifiableList());
  }

  /**
   * The published events of one type, in the order in which they were first seen.
   *
   * @throws ClassCastException if one has a payload of another class
   */
  public <T> List<Event<T>> published(EventType<T> type) {
    return published().stream()
        .filter(event -> event.type().equals(type.name()))
        .map(event -> EventsOfType.cast(event, type))
        .toList();
  }

  /** What was seen so far, a line for each step; and what is left open. */
  public String timeline() {
    return log.timeline(root);
  }

  @Override
  public void publishing(Event<?> event) {
    log.publishing(event);
  }

  @Override
  public void confirmed(Event<?> event, PublishReceipt receipt) {
    log.confirmed(event, receipt.routed());
  }

  @Override
  public void failed(Event<?> event, PublishException failure) {
    log.failed(event, failure.outcome().name());
  }

  @Override
  public void subscribed(String queue) {
    log.readers(queue, 1);
  }

  @Override
  public void unsubscribed(String queue) {
    log.readers(queue, -1);
  }

  @Override
  public void settled(Settlement settlement) {
    log.settled(settlement);
  }

  /** {@return the same as {@link #timeline()}} */
  @Override
  public String toString() {
    return timeline();
  }

  FlowLog log() {
    return log;
  }

  @Nullable UUID root() {
    return root;
  }

  /** What waits for its next attempt, as phrases. */
  List<String> delayed() {
    return log.delayed(root);
  }

  private void awaitQuiet(long deadline) {
    long quietSince = System.nanoTime();
    while (true) {
      long version = log.version();
      List<String> moving = log.moving(root, clock != null);
      boolean drained = moving.isEmpty() && (clock == null || isDrained());
      if (drained && log.version() == version) {
        return;
      }
      if (System.nanoTime() > deadline) {
        throw failure(
            moving.isEmpty()
                ? "Every event is settled, but the broker still has messages in "
                    + log.readQueues().stream().map(QueueSpec::name).toList()
                : String.join("; ", moving));
      }
      try {
        if (moving.isEmpty()) {
          Thread.sleep(PAUSE.toMillis());
        } else {
          long left = Math.max(PAUSE.toNanos(), deadline - System.nanoTime());
          log.awaitChange(version, Duration.ofNanos(Math.min(SILENCE.toNanos(), left)));
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw failure("The test was interrupted");
      }
      if (log.version() != version) {
        quietSince = System.nanoTime();
      } else if (System.nanoTime() - quietSince > SILENCE.toNanos()) {
        searchDeadLetters();
        quietSince = System.nanoTime();
      }
    }
  }

  private AssertionError failure(String what) {
    return new AssertionError(
        "The flow did not come to rest within " + patience + ": " + what + ".\n" + timeline());
  }

  /** Whether the queues that somebody reads are empty, so that no delivery is under way. */
  private boolean isDrained() {
    return broker == null
        || log.readQueues().stream()
            .flatMap(queue -> queue.sources().stream())
            .map(broker::queue)
            .allMatch(queue -> queue.ready() == 0 && queue.unacked() == 0);
  }

  /** What expired, was pushed out or came back too often is dead-lettered without a settlement. */
  private void searchDeadLetters() {
    if (broker == null) {
      return;
    }
    for (Map.Entry<String, Set<UUID>> entry : log.missing().entrySet()) {
      String queue = entry.getKey();
      Optional<BrokerQueue> deadLetters =
          log.topology()
              .find(queue)
              .map(spec -> broker.queue(spec.deadLetterQueue()))
              .filter(dead -> dead.ready() > 0);
      if (deadLetters.isPresent()) {
        Set<String> found =
            deadLetters.get().messages().stream()
                .map(message -> String.valueOf(message.properties().get("message_id")))
                .collect(Collectors.toSet());
        entry.getValue().stream()
            .filter(event -> found.contains(event.toString()))
            .forEach(event -> log.deadLetteredByBroker(event, queue));
      }
    }
  }
}
