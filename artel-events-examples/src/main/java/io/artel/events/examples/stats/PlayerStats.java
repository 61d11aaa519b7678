package io.artel.events.examples.stats;

import org.jspecify.annotations.Nullable;

/**
 * What one player has done so far.
 *
 * @param displayName what the player is called, if the player is registered
 * @param secondsPlayed the length of all games together
 */
public record PlayerStats(
    @Nullable String displayName,
    long ballsPotted,
    long totalPoints,
    long games,
    long wins,
    long rublesEarned,
    long rublesPaid,
    long sessions,
    long secondsPlayed) {

  /** A player who has done nothing yet. */
  static final PlayerStats NONE = new PlayerStats(null, 0, 0, 0, 0, 0, 0, 0, 0);

  /** What was earned less what was paid. */
  public long net() {
    return rublesEarned - rublesPaid;
  }

  PlayerStats registered(String name) {
    return new PlayerStats(
        name,
        ballsPotted,
        totalPoints,
        games,
        wins,
        rublesEarned,
        rublesPaid,
        sessions,
        secondsPlayed);
  }

  PlayerStats potted(int points) {
    return new PlayerStats(
        displayName,
        ballsPotted + 1,
        totalPoints + points,
        games,
        wins,
        rublesEarned,
        rublesPaid,
        sessions,
        secondsPlayed);
  }

  PlayerStats settled(long earned, long paid) {
    return new PlayerStats(
        displayName,
        ballsPotted,
        totalPoints,
        games + 1,
        wins,
        rublesEarned + earned,
        rublesPaid + paid,
        sessions,
        secondsPlayed);
  }

  PlayerStats won() {
    return new PlayerStats(
        displayName,
        ballsPotted,
        totalPoints,
        games,
        wins + 1,
        rublesEarned,
        rublesPaid,
        sessions,
        secondsPlayed);
  }

  PlayerStats played(long seconds) {
    return new PlayerStats(
        displayName,
        ballsPotted,
        totalPoints,
        games,
        wins,
        rublesEarned,
        rublesPaid,
        sessions,
        secondsPlayed + seconds);
  }

  PlayerStats metAgain() {
    return new PlayerStats(
        displayName,
        ballsPotted,
        totalPoints,
        games,
        wins,
        rublesEarned,
        rublesPaid,
        sessions + 1,
        secondsPlayed);
  }
}
