package io.artel.events.testkit;

import io.artel.events.ChildIds;
import io.artel.events.Event;
import io.artel.events.EventCodec;
import io.artel.events.EventType;
import io.artel.events.HandlerContext;
import io.artel.events.Outcome;
import io.artel.events.testkit.internal.flow.EventsOfType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A delivery without a broker: for tests that call a handler as a plain method, and look at what it
 * published and how it ended.
 *
 * <pre>{@code
 * FakeHandlerContext context = FakeHandlerContext.of(potted).attempt(2);
 * scores.potted(potted, context);
 * assertThat(context.payloads(SCORE_UPDATED)).containsExactly(new ScoreUpdated(ann, 4));
 * }</pre>
 *
 * <p>What is published gets the same ids, session, game, user and correlation that the library
 * gives it, and must be writable as the library writes it. Not safe for use by several threads.
 */
public final class FakeHandlerContext implements HandlerContext {
  private final Event<?> event;
  private final EventCodec codec = EventCodec.create();
  private final List<Event<?>> published = new ArrayList<>();
  private final List<CompletableFuture<?>> work = new ArrayList<>();
  private final Map<String, Integer> ordinals = new HashMap<>();
  private final Map<String, Object> headers = new LinkedHashMap<>();
  private String queue = "test.queue";
  private String source = "test";
  private int attempt = 1;
  private boolean redelivered;
  private boolean owned = true;
  private boolean stopping;
  private Outcome outcome = Outcome.HANDLED;
  private @Nullable String reason;
  private @Nullable Duration retryAfter;

  private FakeHandlerContext(Event<?> event) {
    this.event = event;
  }

  /** The first delivery of this event, from a queue named {@code test.queue}. */
  public static FakeHandlerContext of(Event<?> event) {
    return new FakeHandlerContext(Objects.requireNonNull(event, "event"));
  }

  /** From this queue; the ids of what is published depend on it. */
  public FakeHandlerContext queue(String queue) {
    this.queue = Objects.requireNonNull(queue, "queue");
    return this;
  }

  /** In a service of this name, which is the source of what is published; {@code test} else. */
  public FakeHandlerContext source(String source) {
    this.source = Objects.requireNonNull(source, "source");
    return this;
  }

  /**
   * So many calls of the handler for this event, counting this one.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public FakeHandlerContext attempt(int attempt) {
    if (attempt < 1) {
      throw new IllegalArgumentException("attempt is " + attempt + ", but must be 1 or more");
    }
    this.attempt = attempt;
    return this;
  }

  /** Delivered before, as after a lost connection. */
  public FakeHandlerContext redelivery() {
    this.redelivered = true;
    return this;
  }

  /** With this header. */
  public FakeHandlerContext header(String name, Object value) {
    headers.put(name, Objects.requireNonNull(value, "value"));
    return this;
  }

  /** On a channel that is closed by now: the broker gives the message to somebody else. */
  public FakeHandlerContext lost() {
    this.owned = false;
    return this;
  }

  /** In a subscription that is being stopped. */
  public FakeHandlerContext stopping() {
    this.stopping = true;
    return this;
  }

  /** What the handler has published, in order. */
  public List<Event<?>> published() {
    return List.copyOf(published);
  }

  /**
   * What the handler has published of one type, in order.
   *
   * @throws ClassCastException if one has a payload of another class
   */
  public <T> List<Event<T>> published(EventType<T> type) {
    return published.stream()
        .filter(child -> child.type().equals(type.name()))
        .map(child -> EventsOfType.cast(child, type))
        .toList();
  }

  /**
   * The payloads of what the handler has published of one type, in order.
   *
   * @throws ClassCastException if one is of another class
   */
  public <T> List<T> payloads(EventType<T> type) {
    return published(type).stream().map(Event::data).toList();
  }

  /**
   * How the delivery ends, as far as the handler decides that itself: {@link Outcome#HANDLED}
   * unless it asked for another end. What it throws the test sees itself.
   */
  public Outcome outcome() {
    return outcome;
  }

  /** Why it is to be dead-lettered or discarded, or needed no work any more. */
  public Optional<String> reason() {
    return Optional.ofNullable(reason);
  }

  /** How long the handler asked to wait until the next attempt. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }

  /** Completes when all work is done that the handler awaits; fails as the first of it fails. */
  public CompletableFuture<Void> awaited() {
    return CompletableFuture.allOf(work.toArray(CompletableFuture<?>[]::new));
  }

  @Override
  public String queue() {
    return queue;
  }

  @Override
  public int attempt() {
    return attempt;
  }

  @Override
  public boolean redelivered() {
    return redelivered;
  }

  @Override
  public Map<String, Object> headers() {
    return Map.copyOf(headers);
  }

  @Override
  public boolean stillOwned() {
    return owned;
  }

  /** Always 1: there is no second channel. */
  @Override
  public long generation() {
    return 1;
  }

  @Override
  public boolean isStopping() {
    return stopping;
  }

  /**
   * Keeps the event, after the rules of {@link HandlerContext#publish(Event.Builder)}.
   *
   * @throws IllegalArgumentException if it cannot be written; the text says where and why
   */
  @Override
  public <T> Event<T> publish(Event.Builder<T> child) {
    Event<T> prepared = prepare(child);
    publish(prepared);
    return prepared;
  }

  @Override
  public <T> Event<T> prepare(Event.Builder<T> child) {
    int ordinal = ordinals.merge(child.type(), 1, Integer::sum) - 1;
    if (child.id() == null) {
      child.id(ChildIds.derive(event.id(), queue, child.type(), ordinal));
    }
    if (child.session() == null) {
      child.session(event.sessionId());
    }
    if (child.game() == null) {
      child.game(event.gameId());
    }
    if (child.user() == null) {
      child.user(event.userId());
    }
    return child.correlation(event.flowId()).causation(event.id()).build(source);
  }

  /**
   * Keeps the event.
   *
   * @throws IllegalArgumentException if it cannot be written; the text says where and why
   */
  @Override
  public void publish(Event<?> prepared) {
    byte[] unused = codec.encode(prepared);
    published.add(prepared);
  }

  @Override
  public void await(CompletionStage<?> stage) {
    work.add(stage.toCompletableFuture());
  }

  @Override
  public void retry(Duration after) {
    if (after.isNegative()) {
      throw new IllegalArgumentException("a retry after " + after + " lies in the past");
    }
    decide(Outcome.RETRIED, null);
    retryAfter = after;
  }

  @Override
  public void deadLetter(String reason) {
    decide(Outcome.DEAD_LETTERED, reason);
  }

  @Override
  public void discard(String reason) {
    decide(Outcome.DISCARDED, reason);
  }

  @Override
  public void alreadyHandled() {
    decide(Outcome.HANDLED, "handled before");
  }

  private void decide(Outcome wanted, @Nullable String why) {
    if (outcome != Outcome.HANDLED) {
      throw new IllegalStateException(
          "this delivery is to end as " + outcome + " already, and cannot as " + wanted + " too");
    }
    outcome = wanted;
    reason = why;
  }

  @Override
  public String toString() {
    return "attempt " + attempt + " at " + event + " from '" + queue + "': " + outcome;
  }
}
