package io.artel.events.examples.play;

import io.artel.events.examples.game.Ball;
import io.artel.events.examples.game.Foul;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One line of a script, read.
 *
 * @param line its number, the first being 1
 * @param player null where it is left out: whoever is at the table, or comes next
 * @param ball of a pot
 * @param foul of a foul
 * @param stake of a start, or null for the stake so far
 * @param table of a start
 */
record ScriptAction(
    int line,
    Kind kind,
    String session,
    @Nullable String player,
    @Nullable Ball ball,
    @Nullable Foul foul,
    @Nullable Long stake,
    String table) {

  /** What can be done. */
  enum Kind {
    /** A player comes. */
    JOIN,
    /** A game starts, with everybody who is here. */
    START,
    /** A ball goes in. */
    POT,
    /** A foul. */
    FOUL,
    /** The next player comes to the table. */
    TURN,
    /** The game is over. */
    END,
    /** The session is over. */
    CLOSE;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
