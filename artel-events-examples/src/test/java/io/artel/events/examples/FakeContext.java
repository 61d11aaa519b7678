package io.artel.events.examples;

import io.artel.events.ChildIds;
import io.artel.events.Event;
import io.artel.events.HandlerContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** A context that keeps what a handler publishes, as the library would publish it. */
public final class FakeContext implements HandlerContext {

  private final Event<?> parent;
  private final String queue;
  private final List<Event<?>> published = new ArrayList<>();
  private final Map<String, Integer> ordinals = new HashMap<>();

  /** For handling this event from this queue. */
  public FakeContext(Event<?> parent, String queue) {
    this.parent = parent;
    this.queue = queue;
  }

  /** What the handler has published, in order. */
  public List<Event<?>> published() {
    return published;
  }

  /** The types of what the handler has published, in order. */
  public List<String> publishedTypes() {
    return published.stream().<String>map(Event::type).toList();
  }

  /** The payloads of this class among what the handler has published. */
  public <T> List<T> published(Class<T> payload) {
    return published.stream()
        .map(Event::data)
        .filter(payload::isInstance)
        .map(payload::cast)
        .toList();
  }

  @Override
  public <T> Event<T> publish(Event.Builder<T> child) {
    int ordinal = ordinals.merge(child.type(), 1, Integer::sum) - 1;
    child
        .id(ChildIds.derive(parent.id(), queue, child.type(), ordinal))
        .correlation(parent.flowId())
        .causation(parent.id());
    if (child.session() == null) {
      child.session(parent.sessionId());
    }
    if (child.game() == null) {
      child.game(parent.gameId());
    }
    if (child.user() == null) {
      child.user(parent.userId());
    }
    Event<T> event = child.build("a_service");
    published.add(event);
    return event;
  }

  @Override
  public String queue() {
    return queue;
  }

  @Override
  public int attempt() {
    return 1;
  }

  @Override
  public boolean redelivered() {
    return false;
  }

  @Override
  public Map<String, Object> headers() {
    return Map.of();
  }

  @Override
  public boolean stillOwned() {
    return true;
  }

  @Override
  public void await(CompletionStage<?> work) {
    throw new UnsupportedOperationException("no service here waits");
  }

  @Override
  public void retry(Duration after) {
    throw new UnsupportedOperationException("no service here asks for a retry");
  }

  @Override
  public void deadLetter(String reason) {
    throw new UnsupportedOperationException("no service here dead-letters by itself");
  }

  @Override
  public void discard(String reason) {
    throw new UnsupportedOperationException("no service here discards by itself");
  }
}
