package io.artel.events;

import java.util.Optional;
import java.util.UUID;

/**
 * Remembers which sessions stand still because one of their events was dead-lettered, and which of
 * their events are held for that in the dead-letter queue, in order. A subscription that halts keys
 * asks before each event; all instances of a service share one store, and it outlives them: {@link
 * JdbcHaltStore}.
 *
 * <p>A key is halted as long as any event of it is held. Only the one that is held longest may be
 * handled when it comes back; every other event follows to the dead-letter queue, whether it comes
 * from there or for the first time. So the session goes on exactly when its events come back in
 * order, and is free when the last of them is done.
 *
 * <p>Methods may block, and are called by workers. If one throws, the event is asked about again a
 * moment later, and its session waits. Safe for use by several threads.
 */
public interface HaltStore {

  /**
   * The event of this key that is held longest, or nothing if the key is not halted.
   *
   * @param queue the queue, as the topology names it
   * @param key what order is kept by, the session id by default
   */
  Optional<UUID> firstHeld(String queue, String key) throws Exception;

  /**
   * This event is on its way to the dead-letter queue, behind all that are held. If it is held
   * already, or was and is released, it keeps its place.
   */
  void hold(String queue, String key, UUID eventId) throws Exception;

  /**
   * Whether this event was released, and none that is held now came before it. Such an event may be
   * handled again: its acknowledgement can get lost after its release, and then it comes once more,
   * ahead of those that are held.
   */
  boolean isReleased(String queue, String key, UUID eventId) throws Exception;

  /**
   * This event is done with; the next one may be handled, or the key is free. As long as it is not,
   * the event keeps its place, for {@link #isReleased} and in case it is held again.
   */
  void release(String queue, String key, UUID eventId) throws Exception;

  /**
   * The key is free, whatever is held: for people who have dealt with its dead letters in another
   * way.
   *
   * @return how many events were held
   */
  int releaseAll(String queue, String key) throws Exception;

  /** A store in this process only: for tests. What is halted is forgotten with the process. */
  static HaltStore inMemory() {
    return new InMemoryHaltStore();
  }
}
