package io.artel.events.examples.game;

import io.artel.events.ValidationException;
import io.artel.events.examples.ids.IdMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * A store that forgets everything when the process ends. Each session has a lock of its own, that
 * of its entry in the map; {@code results} and {@code refusals} guard themselves and are taken
 * last.
 */
public final class InMemoryGameStore implements GameStore {

  private static final int REASONS_KEPT = 1000;
  private static final long REFUSED = Long.MAX_VALUE;

  private final ConcurrentHashMap<UUID, GameSession> sessions = new ConcurrentHashMap<>();
  private final IdMap results = new IdMap();
  private final Map<UUID, String> refusals =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<UUID, String> eldest) {
          return size() > REASONS_KEPT;
        }
      };

  @Override
  public long once(UUID eventId, UUID sessionId, ToLongFunction<GameSession> change) {
    long[] result = new long[1];
    sessions.compute(
        sessionId,
        (id, known) -> {
          result[0] = resultOf(eventId);
          if (result[0] != IdMap.ABSENT) {
            return known;
          }
          GameSession session = known != null ? known : new GameSession(id);
          try {
            result[0] = change.applyAsLong(session);
          } catch (ValidationException refusal) {
            refuse(eventId, refusal);
            throw refusal;
          }
          remember(eventId, result[0]);
          return session;
        });
    return result[0];
  }

  @Override
  public <R> Optional<R> read(UUID sessionId, Function<GameSession, R> look) {
    Object[] result = new Object[1];
    sessions.computeIfPresent(
        sessionId,
        (id, session) -> {
          result[0] = look.apply(session);
          return session;
        });
    @SuppressWarnings("unchecked") // it came from the function
    R seen = (R) result[0];
    return Optional.ofNullable(seen);
  }

  @Override
  public void forEach(Consumer<GameSession> look) {
    for (UUID id : sessions.keySet()) {
      read(
          id,
          session -> {
            look.accept(session);
            return true;
          });
    }
  }

  @Override
  public Optional<String> refusal(UUID eventId) {
    synchronized (refusals) {
      return Optional.ofNullable(refusals.get(eventId));
    }
  }

  private long resultOf(UUID eventId) {
    long result;
    synchronized (results) {
      result = results.get(eventId);
    }
    if (result == REFUSED) {
      throw new ValidationException(refusal(eventId).orElse("it was refused before"));
    }
    return result;
  }

  private void remember(UUID eventId, long result) {
    synchronized (results) {
      results.put(eventId, result);
    }
  }

  private void refuse(UUID eventId, ValidationException refusal) {
    synchronized (refusals) {
      refusals.put(eventId, String.valueOf(refusal.getMessage()));
    }
    remember(eventId, REFUSED);
  }
}
