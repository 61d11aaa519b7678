package io.artel.events.testkit.internal.flow;

import io.artel.events.Event;
import io.artel.events.EventType;

/** Events whose type is known by name only, as events of that type. */
public final class EventsOfType {

  private EventsOfType() {}

  /**
   * The same event.
   *
   * @throws ClassCastException if its payload is not of the type's class
   */
  @SuppressWarnings("unchecked") // the payload's class is checked
  public static <T> Event<T> cast(Event<?> event, EventType<T> type) {
    if (!type.payload().isInstance(event.data())) {
      throw new ClassCastException(
          event + " has a payload of " + event.data().getClass() + ", not of " + type.payload());
    }
    return (Event<T>) event;
  }
}
