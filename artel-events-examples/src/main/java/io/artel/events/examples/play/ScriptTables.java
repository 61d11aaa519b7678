package io.artel.events.examples.play;

import io.artel.events.examples.game.Ball;
import io.artel.events.examples.game.Foul;
import io.artel.events.examples.game.Frame;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/** The sessions of a script: turns its actions into moves. Used by one thread. */
final class ScriptTables {

  private final Map<String, PlayedSession> sessions = new LinkedHashMap<>();
  private final Clock clock;
  private final PlayerNames names;

  ScriptTables(Clock clock, PlayerNames names) {
    this.clock = clock;
    this.names = names;
  }

  /**
   * The moves of this action.
   *
   * @throws ScriptException with the reason, if the action leaves out a player and nobody can be
   *     meant
   */
  List<Move> moves(ScriptAction action) throws ScriptException {
    PlayedSession session =
        sessions.computeIfAbsent(action.session(), name -> new PlayedSession(name, clock));
    return switch (action.kind()) {
      case JOIN -> {
        String player = Objects.requireNonNull(action.player());
        names.add(player);
        yield session.join(player);
      }
      case START -> session.start(action.table(), action.stake());
      case POT -> {
        Ball ball = Objects.requireNonNull(action.ball());
        yield List.of(session.pot(player(action, session), ball));
      }
      case FOUL -> {
        Foul foul = Objects.requireNonNull(action.foul());
        yield List.of(session.foul(player(action, session), foul));
      }
      case TURN -> List.of(session.turn(player(action, session)));
      case END -> List.of(session.end());
      case CLOSE -> List.of(session.close());
    };
  }

  /** What it takes to end every session properly. */
  List<Move> finish() {
    List<Move> moves = new ArrayList<>();
    sessions.values().forEach(session -> moves.addAll(session.finish()));
    return moves;
  }

  /** The id of the session with this name. */
  Optional<UUID> id(String session) {
    return Optional.ofNullable(sessions.get(session)).map(PlayedSession::id);
  }

  int size() {
    return sessions.size();
  }

  private UUID player(ScriptAction action, PlayedSession session) throws ScriptException {
    if (action.player() != null) {
      return names.add(action.player());
    }
    Frame frame =
        session
            .frame()
            .orElseThrow(
                () ->
                    new ScriptException(
                        "no game is running in session " + session.name() + ": start one"));
    return action.kind() == ScriptAction.Kind.TURN ? frame.nextPlayer() : frame.playerAtTable();
  }
}
