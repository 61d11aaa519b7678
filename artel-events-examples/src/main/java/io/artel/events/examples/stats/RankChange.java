package io.artel.events.examples.stats;

import org.jspecify.annotations.Nullable;

/**
 * A player's rank by net result after a game, and before it.
 *
 * @param rank the first is 1; equal results share a rank
 * @param previous null after the player's first game
 */
public record RankChange(int rank, @Nullable Integer previous) {

  /** Whether there is something to tell. */
  public boolean isNews() {
    return previous == null || previous != rank;
  }
}
