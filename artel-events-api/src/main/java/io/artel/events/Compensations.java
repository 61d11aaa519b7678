package io.artel.events;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Undoes what events did that another service could not accept: the handler of {@code
 * compensation.<type>} events, with an action for each type that this service has effects of.
 *
 * <pre>{@code
 * artel.subscribe("compensation.queue")
 *     .onOther(Compensations.none()
 *         .undo(GAME_ENDED, (ended, context) -> stats.undoGame(ended.id(), ended.data())))
 *     .start();
 * }</pre>
 *
 * <p>An action sees the original event and may see it more than once, since two services may have
 * refused it: with {@link JdbcIdempotencyStore#once} as the action, what it does in the database is
 * done once for each original. It may also come before the effect that it is to undo, where both
 * events are on their way at the same time.
 *
 * <p>An event of a type without an action is dead-lettered: whoever owns its effect has not undone
 * it. Immutable, and as safe for use by several threads as its actions are.
 */
public final class Compensations implements EventHandler<JsonNode> {

  private static final String PREFIX = "compensation.";
  private static final String ORIGINAL = "original_event";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, Undo<?>> actions;
  private final EventCodec codec;

  private record Undo<T>(EventType<T> type, EventHandler<T> action) {
    void run(EventCodec codec, byte[] original, HandlerContext context) throws Exception {
      action.handle(codec.decode(original, type), context);
    }
  }

  private Compensations(Map<String, Undo<?>> actions, EventCodec codec) {
    this.actions = actions;
    this.codec = codec;
  }

  /** No action yet. */
  public static Compensations none() {
    return new Compensations(Map.of(), EventCodec.create());
  }

  /** Reads original events with this codec; one with the defaults unless given. */
  public Compensations codec(EventCodec codec) {
    return new Compensations(actions, Objects.requireNonNull(codec, "codec"));
  }

  /**
   * Undoes what events of this type did.
   *
   * @param action what does it; called as any handler is, with the original event
   * @throws IllegalArgumentException if the type has an action already
   */
  public <T> Compensations undo(EventType<T> original, EventHandler<T> action) {
    Map<String, Undo<?>> more = new HashMap<>(actions);
    Undo<T> undo = new Undo<>(original, Objects.requireNonNull(action, "action"));
    if (more.put(original.name(), undo) != null) {
      throw new IllegalArgumentException(
          "there is an action already that undoes " + original.name());
    }
    return new Compensations(Map.copyOf(more), codec);
  }

  /**
   * Undoes what the original event did.
   *
   * @throws MalformedEventException if there is no original event in it, or one of another type
   * @throws Exception whatever the action throws
   */
  @Override
  public void handle(Event<JsonNode> compensation, HandlerContext context) throws Exception {
    String type = compensation.type();
    Undo<?> undo = type.startsWith(PREFIX) ? actions.get(type.substring(PREFIX.length())) : null;
    if (undo == null) {
      context.deadLetter("no action undoes what " + type + " is about");
      return;
    }
    JsonNode original = compensation.data().get(ORIGINAL);
    if (original == null || !original.isObject()) {
      throw new MalformedEventException("data." + ORIGINAL + ": expected an event, found none");
    }
    undo.run(codec, JSON.writeValueAsBytes(original), context);
  }

  @Override
  public String toString() {
    return "undoes " + actions.keySet();
  }
}
