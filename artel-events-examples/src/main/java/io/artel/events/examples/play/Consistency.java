package io.artel.events.examples.play;

import io.artel.events.examples.contract.BilliardsEvents.PlayerResult;
import io.artel.events.examples.game.GameStore;
import io.artel.events.examples.game.KolkhozSettlement.Tally;
import io.artel.events.examples.play.Recount.Totals;
import io.artel.events.examples.stats.PlayerStats;
import io.artel.events.examples.stats.StatsStore;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Compares what the services keep with a {@link Recount}. */
final class Consistency {

  private Consistency() {}

  /** The players of whom one of the stores has something else than the recount. */
  static Set<UUID> differing(
      Map<UUID, Totals> expected, GameStore gameStore, StatsStore statsStore) {
    Map<UUID, Totals> games = inGames(gameStore);
    Map<UUID, PlayerStats> stats = statsStore.all();
    Set<UUID> players = new HashSet<>(expected.keySet());
    players.addAll(games.keySet());
    stats.forEach(
        (player, has) -> {
          if (has.games() > 0 || has.ballsPotted() > 0) {
            players.add(player);
          }
        });
    players.removeIf(
        player -> {
          Totals should = expected.getOrDefault(player, Totals.NONE);
          return agrees(should, games.getOrDefault(player, Totals.NONE))
              && agrees(should, stats.get(player));
        });
    return players;
  }

  private static Map<UUID, Totals> inGames(GameStore store) {
    Map<UUID, Totals> totals = new HashMap<>();
    store.forEach(
        session -> {
          for (var results : session.finished().values()) {
            for (PlayerResult result : results) {
              totals.merge(
                  result.userId(),
                  new Totals(
                      result.finalScore(),
                      result.ballsPotted(),
                      0,
                      1,
                      0,
                      result.rublesEarned(),
                      result.rublesPaid()),
                  Totals::plus);
            }
          }
          session
              .frame()
              .ifPresent(
                  frame -> {
                    for (Tally tally : frame.tallies()) {
                      totals.merge(
                          tally.player(),
                          new Totals(tally.score(), tally.ballsPotted(), 0, 0, 0, 0, 0),
                          Totals::plus);
                    }
                  });
        });
    return totals;
  }

  private static boolean agrees(Totals should, Totals inGames) {
    return should.score() == inGames.score()
        && should.balls() == inGames.balls()
        && should.games() == inGames.games()
        && should.earned() == inGames.earned()
        && should.paid() == inGames.paid();
  }

  private static boolean agrees(Totals should, @Nullable PlayerStats stats) {
    if (stats == null) {
      return should.balls() == 0 && should.games() == 0;
    }
    return should.balls() == stats.ballsPotted()
        && should.points() == stats.totalPoints()
        && should.games() == stats.games()
        && should.wins() == stats.wins()
        && should.earned() == stats.rublesEarned()
        && should.paid() == stats.rublesPaid();
  }
}
