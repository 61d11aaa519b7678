package io.artel.events;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The event types that a program knows, by name. An event's type comes from here only, never from a
 * class name on the wire. Immutable.
 */
public final class EventCatalog {

  private static final EventCatalog EMPTY = new EventCatalog(Map.of());

  private final Map<String, EventType<?>> types;

  private EventCatalog(Map<String, EventType<?>> types) {
    this.types = types;
  }

  /** No types at all: every event is read as a JSON tree. */
  public static EventCatalog empty() {
    return EMPTY;
  }

  /**
   * A catalog of these types.
   *
   * @throws IllegalArgumentException if two different types share a name
   */
  public static EventCatalog of(EventType<?>... types) {
    return of(Arrays.asList(types));
  }

  /**
   * A catalog of these types.
   *
   * @throws IllegalArgumentException if two different types share a name
   */
  public static EventCatalog of(Collection<? extends EventType<?>> types) {
    Map<String, EventType<?>> byName = new LinkedHashMap<>();
    for (EventType<?> type : types) {
      EventType<?> other = byName.putIfAbsent(type.name(), type);
      if (other != null && !other.equals(type)) {
        throw new IllegalArgumentException(
            "event type "
                + type.name()
                + " is in the catalog twice: for "
                + other.payload().getName()
                + " and for "
                + type.payload().getName()
                + ", or with other settings");
      }
    }
    return new EventCatalog(byName);
  }

  /** This catalog and one more type; the same rules hold. */
  public EventCatalog with(EventType<?> type) {
    List<EventType<?>> all = new ArrayList<>(types.values());
    all.add(type);
    return of(all);
  }

  /** The type with this name. */
  public Optional<EventType<?>> find(String name) {
    return Optional.ofNullable(types.get(name));
  }

  /** All types, in the order they were given. */
  public Collection<EventType<?>> types() {
    return java.util.Collections.unmodifiableCollection(types.values());
  }

  @Override
  public String toString() {
    return types.keySet().toString();
  }
}
