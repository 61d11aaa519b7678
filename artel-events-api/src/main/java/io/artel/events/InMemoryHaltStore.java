package io.artel.events;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Halted keys of this process. */
final class InMemoryHaltStore implements HaltStore {

  private record Key(String queue, String key) {}

  /** In order; guarded by this. */
  private final Map<Key, Set<UUID>> held = new HashMap<>();

  @Override
  public synchronized Optional<UUID> firstHeld(String queue, String key) {
    Set<UUID> events = held.get(new Key(queue, key));
    return events == null ? Optional.empty() : Optional.of(events.iterator().next());
  }

  @Override
  public synchronized void hold(String queue, String key, UUID eventId) {
    held.computeIfAbsent(new Key(queue, key), unused -> new LinkedHashSet<>()).add(eventId);
  }

  @Override
  public synchronized void release(String queue, String key, UUID eventId) {
    held.computeIfPresent(
        new Key(queue, key),
        (unused, events) -> {
          events.remove(eventId);
          return events.isEmpty() ? null : events;
        });
  }

  @Override
  public synchronized int releaseAll(String queue, String key) {
    Set<UUID> events = held.remove(new Key(queue, key));
    return events == null ? 0 : events.size();
  }

  @Override
  public String toString() {
    return "memory of this process";
  }
}
