package io.artel.events;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Halted keys of this process. */
final class InMemoryHaltStore implements HaltStore {

  private record Key(String queue, String key) {}

  private enum State {
    HELD,
    RELEASED
  }

  /** Events in their order; of keys that have one that is held. Guarded by this. */
  private final Map<Key, Map<UUID, State>> halted = new HashMap<>();

  private Map<UUID, State> events(String queue, String key) {
    return halted.getOrDefault(new Key(queue, key), Map.of());
  }

  private static long held(Map<UUID, State> events) {
    return events.values().stream().filter(state -> state == State.HELD).count();
  }

  @Override
  public synchronized Optional<UUID> firstHeld(String queue, String key) {
    return events(queue, key).entrySet().stream()
        .filter(event -> event.getValue() == State.HELD)
        .map(Map.Entry::getKey)
        .findFirst();
  }

  @Override
  public synchronized void hold(String queue, String key, UUID eventId) {
    halted
        .computeIfAbsent(new Key(queue, key), unused -> new LinkedHashMap<>())
        .put(eventId, State.HELD);
  }

  @Override
  public synchronized boolean isReleased(String queue, String key, UUID eventId) {
    for (Map.Entry<UUID, State> event : events(queue, key).entrySet()) {
      if (event.getValue() == State.HELD) {
        return false;
      }
      if (event.getKey().equals(eventId)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public synchronized void release(String queue, String key, UUID eventId) {
    halted.computeIfPresent(
        new Key(queue, key),
        (unused, events) -> {
          events.computeIfPresent(eventId, (id, state) -> State.RELEASED);
          return held(events) == 0 ? null : events;
        });
  }

  @Override
  public synchronized int releaseAll(String queue, String key) {
    Map<UUID, State> events = halted.remove(new Key(queue, key));
    return events == null ? 0 : (int) held(events);
  }

  @Override
  public String toString() {
    return "memory of this process";
  }
}
