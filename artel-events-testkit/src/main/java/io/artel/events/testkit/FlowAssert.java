package io.artel.events.testkit;

import static io.artel.events.testkit.internal.flow.FlowLog.word;

import io.artel.events.Event;
import io.artel.events.EventType;
import io.artel.events.Outcome;
import io.artel.events.testkit.internal.flow.FlowLog;
import io.artel.events.testkit.internal.flow.Journey;
import io.artel.events.testkit.internal.flow.SessionOrder;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

/**
 * Assertions on a flow. Each first waits until nothing goes on by itself any more ({@link
 * FlowTracker#awaitQuiet()}), and then tells what was seen until then; it never moves the clock. A
 * failure has the timeline.
 *
 * <p>An event ends once in each queue that somebody reads, and each of these ends counts.
 */
public final class FlowAssert extends AbstractAssert<FlowAssert, FlowTracker> {
  /** What {@link #then} goes on from; null before {@link #published(EventType)}. */
  private @Nullable Set<UUID> chosen;

  FlowAssert(FlowTracker flow) {
    super(flow, FlowAssert.class);
  }

  /** At least one event of this type was published. {@link #then} goes on from all of them. */
  public FlowAssert published(EventType<?> type) {
    quiet();
    List<Event<?>> found = publishedOf(type, event -> true);
    if (found.isEmpty()) {
      throw failing("Expected a " + type.name() + " to be published, but none was");
    }
    choose(found);
    return this;
  }

  /** Exactly so many events of this type were published. {@link #then} goes on from all of them. */
  public FlowAssert published(EventType<?> type, int times) {
    quiet();
    List<Event<?>> found = publishedOf(type, event -> true);
    if (found.size() != times) {
      throw failing(
          "Expected "
              + type.name()
              + " to be published "
              + times(times)
              + ", but it was "
              + times(found.size()));
    }
    choose(found);
    return this;
  }

  /** No event of this type was published. */
  public FlowAssert neverPublished(EventType<?> type) {
    return published(type, 0);
  }

  /**
   * At least one event of this type was published because of one of those that the sentence speaks
   * of so far. The next {@code then} goes on from it.
   *
   * @throws IllegalStateException if the sentence does not begin with {@code published}
   */
  public FlowAssert then(EventType<?> type) {
    Set<UUID> causes = chosen;
    if (causes == null) {
      throw new IllegalStateException("then(" + type.name() + ") has no published(…) before it");
    }
    List<Event<?>> found = publishedOf(type, event -> causes.contains(causeOf(event)));
    if (found.isEmpty()) {
      throw failing(
          "Expected a "
              + type.name()
              + " to be published because of "
              + String.join(" or ", causes.stream().map(log()::label).toList())
              + ", but none was");
    }
    choose(found);
    return this;
  }

  /** At least one event of this type was handled. */
  public FlowAssert handled(EventType<?> type) {
    return ended(type, Outcome.HANDLED);
  }

  /** Events of this type were handled exactly so often, by all queues together. */
  public FlowAssert handled(EventType<?> type, int times) {
    return ended(type, Outcome.HANDLED, times);
  }

  /** At least one event of this type went to a dead-letter queue. */
  public FlowAssert deadLettered(EventType<?> type) {
    return ended(type, Outcome.DEAD_LETTERED);
  }

  /** Exactly so many events of this type went to dead-letter queues. */
  public FlowAssert deadLettered(EventType<?> type, int times) {
    return ended(type, Outcome.DEAD_LETTERED, times);
  }

  /** At least one event of this type was discarded. */
  public FlowAssert discarded(EventType<?> type) {
    return ended(type, Outcome.DISCARDED);
  }

  /** At least one event of this type was compensated. */
  public FlowAssert compensated(EventType<?> type) {
    return ended(type, Outcome.COMPENSATED);
  }

  /** For events of this type a further attempt was arranged exactly so often. */
  public FlowAssert retried(EventType<?> type, int times) {
    quiet();
    int found = journeys(type).stream().mapToInt(Journey::retries).sum();
    if (found != times) {
      throw failing(
          "Expected "
              + type.name()
              + " to be retried "
              + times(times)
              + ", but it was "
              + times(found));
    }
    return this;
  }

  /**
   * There was an event and something of it handled, and every event was handled in every queue that
   * somebody reads, or ignored there because nobody handles its type.
   */
  public FlowAssert everythingHandled() {
    isSettled();
    Set<UUID> family = family();
    if (log().events(family).isEmpty()) {
      throw failing("Expected everything to be handled, but there was no event");
    }
    List<String> others = new ArrayList<>();
    boolean handled = false;
    for (UUID event : family) {
      for (Journey journey : log().journeys(event)) {
        Outcome outcome = journey.outcome();
        handled |= outcome == Outcome.HANDLED;
        if (outcome != null && outcome != Outcome.HANDLED && outcome != Outcome.IGNORED) {
          others.add(ending(journey));
        }
      }
    }
    if (!others.isEmpty()) {
      throw failing("Expected everything to be handled, but " + String.join("; ", others));
    }
    if (!handled) {
      throw failing(
          "Expected everything to be handled, but nothing was: is there a subscription that was"
              + " never started, or a service that does not observe with this flow?");
    }
    return this;
  }

  /** Every event has its outcome in every queue that somebody reads: none waits for a retry. */
  public FlowAssert isSettled() {
    quiet();
    List<String> delayed = flow().delayed();
    if (!delayed.isEmpty()) {
      throw failing(
          "Expected the flow to be settled, but these wait for their next attempt: "
              + String.join("; ", delayed)
              + ". Move the broker's clock, or call awaitSettled(), which does");
    }
    return this;
  }

  /**
   * In every ordered queue of the topology, the events of each session were first handled in the
   * order in which each service published them; and at least two events of one session were handled
   * there, so that there was an order to keep.
   */
  public FlowAssert keptOrderPerSession() {
    quiet();
    SessionOrder order = SessionOrder.of(log(), flow().root());
    if (!order.violations().isEmpty()) {
      throw failing(
          "Expected the order of each session to be kept, but "
              + String.join("; ", order.violations()));
    }
    if (order.compared() == 0) {
      throw failing(
          "Expected the order of each session to be kept, but no ordered queue has handled two"
              + " events of one session, so there is no order to see");
    }
    return this;
  }

  private FlowAssert ended(EventType<?> type, Outcome outcome) {
    quiet();
    if (count(type, outcome) == 0) {
      throw failing(
          "Expected a " + type.name() + " to be " + word(outcome) + ", but " + endings(type));
    }
    return this;
  }

  private FlowAssert ended(EventType<?> type, Outcome outcome, int times) {
    quiet();
    long found = count(type, outcome);
    if (found != times) {
      throw failing(
          "Expected "
              + type.name()
              + " to be "
              + word(outcome)
              + " "
              + times(times)
              + ", but it was so "
              + times(found)
              + ": "
              + endings(type));
    }
    return this;
  }

  private long count(EventType<?> type, Outcome outcome) {
    return journeys(type).stream().filter(journey -> journey.outcome() == outcome).count();
  }

  private String endings(EventType<?> type) {
    List<Journey> journeys = journeys(type);
    return journeys.isEmpty()
        ? "none reached a queue"
        : String.join("; ", journeys.stream().map(this::ending).toList());
  }

  private String ending(Journey journey) {
    Outcome outcome = journey.outcome();
    String reason = journey.reason();
    return log().label(journey.event())
        + (outcome == null ? " has no outcome" : " was " + word(outcome))
        + " in '"
        + journey.queue()
        + "'"
        + (reason == null || reason.isEmpty() ? "" : " (" + reason + ")");
  }

  private List<Journey> journeys(EventType<?> type) {
    return log().events(family()).stream()
        .filter(event -> event.type().equals(type.name()))
        .flatMap(event -> log().journeys(event.id()).stream())
        .toList();
  }

  private List<Event<?>> publishedOf(EventType<?> type, Predicate<Event<?>> which) {
    return flow().published().stream()
        .filter(event -> event.type().equals(type.name()))
        .filter(which)
        .toList();
  }

  private void choose(List<Event<?>> events) {
    Set<UUID> ids = new LinkedHashSet<>();
    events.forEach(event -> ids.add(event.id()));
    chosen = ids;
  }

  /** Python services say no cause, but set the correlation to it. */
  private static @Nullable UUID causeOf(Event<?> event) {
    return event.causationId() != null ? event.causationId() : event.correlationId();
  }

  private Set<UUID> family() {
    return log().family(flow().root());
  }

  private void quiet() {
    flow().awaitQuiet();
  }

  private FlowLog log() {
    return flow().log();
  }

  private FlowTracker flow() {
    isNotNull();
    return actual;
  }

  private AssertionError failing(String sentence) {
    return failure("%s.%n%s", sentence, flow().timeline());
  }

  private static String times(long count) {
    return count == 1 ? "once" : count == 0 ? "never" : count + " times";
  }
}
