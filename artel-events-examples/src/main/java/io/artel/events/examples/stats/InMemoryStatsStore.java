package io.artel.events.examples.stats;

import io.artel.events.examples.ids.IdMap;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

/** A store that forgets everything when the process ends. Guarded by its own lock. */
public final class InMemoryStatsStore implements StatsStore {

  private static final int NO_RANK = 0;

  /** The results of {@link #gamePlayed}: a game that counts, and one that was taken back. */
  private static final long PLAYED = 0;

  private static final long UNDONE = 1;

  private final Map<UUID, PlayerStats> players = new HashMap<>();
  private final Ranking ranking = new Ranking();
  private final IdMap results = new IdMap();

  @Override
  public synchronized void register(UUID eventId, UUID user, String displayName) {
    once(eventId, () -> change(user, stats -> stats.registered(displayName)));
  }

  @Override
  public synchronized void ballPotted(UUID eventId, UUID user, int points) {
    once(eventId, () -> change(user, stats -> stats.potted(points)));
  }

  @Override
  public synchronized void gamePlayed(UUID eventId, Collection<UUID> users, long seconds) {
    once(
        eventId,
        () -> {
          users.forEach(user -> change(user, stats -> stats.played(seconds)));
          return PLAYED;
        });
  }

  @Override
  public synchronized void undoGamePlayed(UUID eventId, Collection<UUID> users, long seconds) {
    if (results.put(eventId, UNDONE) == PLAYED) {
      users.forEach(user -> change(user, stats -> stats.played(-seconds)));
    }
  }

  @Override
  public synchronized RankChange gameSettled(
      UUID eventId, UUID user, long rublesEarned, long rublesPaid) {
    long ranks =
        once(
            eventId,
            () -> {
              int before = rank(user);
              if (before != NO_RANK) {
                ranking.remove(stats(user).net());
              }
              change(user, stats -> stats.settled(rublesEarned, rublesPaid));
              ranking.add(stats(user).net());
              return ((long) before << 32) | rank(user);
            });
    int before = (int) (ranks >>> 32);
    return new RankChange((int) ranks, before == NO_RANK ? null : before);
  }

  @Override
  public synchronized long gameWon(UUID eventId, UUID user) {
    return once(
        eventId,
        () -> {
          change(user, PlayerStats::won);
          return stats(user).wins();
        });
  }

  @Override
  public synchronized void sessionCompleted(UUID eventId, Collection<UUID> users) {
    once(
        eventId,
        () -> {
          users.forEach(user -> change(user, PlayerStats::metAgain));
          return 0;
        });
  }

  @Override
  public synchronized Map<UUID, PlayerStats> all() {
    return Map.copyOf(players);
  }

  private long once(UUID eventId, LongSupplier change) {
    long known = results.get(eventId);
    if (known != IdMap.ABSENT) {
      return known;
    }
    long result = change.getAsLong();
    results.put(eventId, result);
    return result;
  }

  private long change(UUID user, UnaryOperator<PlayerStats> change) {
    players.put(user, change.apply(stats(user)));
    return 0;
  }

  private PlayerStats stats(UUID user) {
    return players.getOrDefault(user, PlayerStats.NONE);
  }

  private int rank(UUID user) {
    PlayerStats own = stats(user);
    return own.games() == 0 ? NO_RANK : ranking.rank(own.net());
  }
}
