package io.artel.events.examples.play;

import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The moves of a script, one action after the other; at its end, games that are still running are
 * ended, and sessions closed.
 */
final class ScriptMoves implements Moves {

  private final ScriptTables tables;
  private final Iterator<ScriptAction> actions;
  private final Deque<Move> ready = new ArrayDeque<>();
  private final Map<UUID, ScriptAction> origins = new HashMap<>();
  private final List<String> refusals = new ArrayList<>();
  private boolean finished;

  ScriptMoves(List<ScriptAction> actions, Clock clock, PlayerNames names) {
    this.tables = new ScriptTables(clock, names);
    this.actions = actions.iterator();
  }

  @Override
  public @Nullable Move next() {
    while (ready.isEmpty() && !finished) {
      if (actions.hasNext()) {
        play(actions.next());
      } else {
        finished = true;
        ready.addAll(tables.finish());
      }
    }
    return ready.pollFirst();
  }

  private void play(ScriptAction action) {
    try {
      List<Move> moves = tables.moves(action);
      moves.forEach(move -> origins.put(move.event().id(), action));
      ready.addAll(moves);
    } catch (ScriptException e) {
      refusals.add("line " + action.line() + " refused: " + e.getMessage());
    }
  }

  /** What was refused before anything was published, one sentence for each line. */
  List<String> refusals() {
    return refusals;
  }

  /** The line that each event came from. */
  Map<UUID, ScriptAction> origins() {
    return origins;
  }

  /** Does nothing: what follows in the script may still be of use. */
  @Override
  public void stop(UUID session) {}

  @Override
  public int sessions() {
    return tables.size();
  }
}
