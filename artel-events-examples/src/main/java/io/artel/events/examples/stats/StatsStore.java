package io.artel.events.examples.stats;

import java.util.Collection;
import java.util.Map;
import java.util.UUID;

/**
 * Where the statistics are kept. Safe for use by several threads.
 *
 * <p>Every change is made once per event, by its id; called again for the same event, a method
 * returns what it returned the first time.
 */
public interface StatsStore {

  /** A user is registered by this name. */
  void register(UUID eventId, UUID user, String displayName);

  /** A player potted a ball worth so many points. */
  void ballPotted(UUID eventId, UUID user, int points);

  /** These players played a game that took so long. */
  void gamePlayed(UUID eventId, Collection<UUID> users, long seconds);

  /**
   * These players did not play the game of this event after all: takes back what {@link
   * #gamePlayed} did with it, or makes it do nothing if it comes later.
   */
  void undoGamePlayed(UUID eventId, Collection<UUID> users, long seconds);

  /** A game is settled for a player: what that does to the player's rank. */
  RankChange gameSettled(UUID eventId, UUID user, long rublesEarned, long rublesPaid);

  /** A player won a game: how many that makes, this one included. */
  long gameWon(UUID eventId, UUID user);

  /** A session is over for these players. */
  void sessionCompleted(UUID eventId, Collection<UUID> users);

  /** What everybody has done so far, as a copy. */
  Map<UUID, PlayerStats> all();
}
