package io.artel.events.examples.game;

import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * Where the game service keeps its sessions. Safe for use by several threads.
 *
 * <p>An event may arrive twice, also late; what it did is remembered by its id.
 */
public interface GameStore {

  /**
   * Changes a session because of an event, in one transaction and once only.
   *
   * @param change what to do; when it throws, nothing has changed
   * @return what {@code change} returned when it ran, now or on an earlier arrival of the event
   * @throws io.artel.events.ValidationException if {@code change} refused the event with one, now
   *     or on an earlier arrival: what was against the rules once stays refused
   */
  long once(UUID eventId, UUID sessionId, ToLongFunction<GameSession> change);

  /** Looks at a session, which nobody changes meanwhile; empty if there is none. */
  <R> Optional<R> read(UUID sessionId, Function<GameSession, R> look);

  /** Looks at every session. */
  void forEach(Consumer<GameSession> look);

  /** Why this event was refused; empty if it was not, or so long ago that it is forgotten. */
  Optional<String> refusal(UUID eventId);
}
