package io.artel.events.examples.play;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Sessions that play game after game until the time is up, and then end the one they are in. Each
 * table decides by a random source of its own, so that a seed means the same games on every run;
 * how far they get is a matter of speed.
 */
final class GeneratedMoves implements Moves {

  private final List<GeneratedTable> tables = new ArrayList<>();
  private final Set<UUID> stopped = ConcurrentHashMap.newKeySet();
  private final Random turn;
  private final Clock clock;
  private final Instant end;

  /** So many tables, which play until that moment. */
  GeneratedMoves(int sessions, long seed, Clock clock, Instant end, PlayerNames names) {
    for (int table = 0; table < sessions; table++) {
      tables.add(new GeneratedTable(table, new Random(seed * 1_000_003 + table), clock, names));
    }
    this.turn = new Random(seed);
    this.clock = clock;
    this.end = end;
  }

  @Override
  public @Nullable Move next() {
    boolean timeIsUp = !clock.instant().isBefore(end);
    while (!tables.isEmpty()) {
      int index = turn.nextInt(tables.size());
      GeneratedTable table = tables.get(index);
      Move move = isStopped(table) ? null : table.next(timeIsUp);
      if (move != null) {
        return move;
      }
      // The order does not matter, and the last one's place is the cheapest to give up.
      tables.set(index, tables.get(tables.size() - 1));
      tables.remove(tables.size() - 1);
    }
    return null;
  }

  @Override
  public void stop(UUID session) {
    stopped.add(session);
  }

  @Override
  public int sessions() {
    return tables.size();
  }

  private boolean isStopped(GeneratedTable table) {
    return !stopped.isEmpty() && stopped.contains(table.session());
  }
}
