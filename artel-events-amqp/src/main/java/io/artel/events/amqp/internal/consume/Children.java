package io.artel.events.amqp.internal.consume;

import io.artel.events.ChildIds;
import io.artel.events.Event;
import java.util.HashMap;
import java.util.Map;

/** Makes the events that are published because of one. Used by one thread at a time. */
final class Children {

  private final Event<?> parent;
  private final String queue;
  private final String source;
  private final Map<String, Integer> ordinals = new HashMap<>();

  /**
   * Of this event, as it came from this queue.
   *
   * @param source the source service of those that name no other
   */
  Children(Event<?> parent, String queue, String source) {
    this.parent = parent;
    this.queue = queue;
    this.source = source;
  }

  /** The next one, with all that it has from its parent. */
  <T> Event<T> next(Event.Builder<T> child) {
    int ordinal = ordinals.merge(child.type(), 1, Integer::sum) - 1;
    if (child.id() == null) {
      child.id(ChildIds.derive(parent.id(), queue, child.type(), ordinal));
    }
    if (child.session() == null) {
      child.session(parent.sessionId());
    }
    if (child.game() == null) {
      child.game(parent.gameId());
    }
    if (child.user() == null) {
      child.user(parent.userId());
    }
    return child.correlation(parent.flowId()).causation(parent.id()).build(source);
  }
}
