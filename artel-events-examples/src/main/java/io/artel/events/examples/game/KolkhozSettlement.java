package io.artel.events.examples.game;

import io.artel.events.examples.contract.BilliardsEvents.PlayerResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * How a Kolkhoz is settled: every player pays each player who scored more the difference in points
 * times the stake. What one pays another earns, so the net results of a game sum to zero.
 *
 * <p>Equal scores share a position, and the position after them is left out: 1, 1, 3.
 */
public final class KolkhozSettlement {

  /** Rubles per point unless a template says otherwise. */
  public static final long DEFAULT_STAKE = 10;

  /** The highest stake. */
  public static final long MAX_STAKE = 1_000_000;

  private KolkhozSettlement() {}

  /** What one player brings to the settlement. */
  public record Tally(UUID player, int score, int ballsPotted) {}

  /**
   * Settles a game.
   *
   * @param tallies the players as they sat
   * @param stake rubles per point
   * @return the results, best first; those who share a position as they sat
   */
  public static List<PlayerResult> settle(List<Tally> tallies, long stake) {
    List<PlayerResult> results = new ArrayList<>();
    for (Tally own : tallies) {
      long earned = 0;
      long paid = 0;
      int position = 1;
      for (Tally other : tallies) {
        long difference = (long) own.score() - other.score();
        if (difference > 0) {
          earned += difference * stake;
        } else if (difference < 0) {
          paid -= difference * stake;
          position++;
        }
      }
      results.add(
          new PlayerResult(
              own.player(), own.score(), own.ballsPotted(), earned, paid, earned - paid, position));
    }
    results.sort(Comparator.comparingInt(PlayerResult::position));
    return List.copyOf(results);
  }

  /** Everybody in the first position; nobody when all have the same score. */
  public static List<PlayerResult> winners(List<PlayerResult> results) {
    List<PlayerResult> first = results.stream().filter(each -> each.position() == 1).toList();
    return first.size() == results.size() ? List.of() : first;
  }

  /** The one winner, unless it is a draw at the top. */
  public static Optional<UUID> soleWinner(List<PlayerResult> results) {
    List<PlayerResult> winners = winners(results);
    return winners.size() == 1 ? Optional.of(winners.get(0).userId()) : Optional.empty();
  }
}
