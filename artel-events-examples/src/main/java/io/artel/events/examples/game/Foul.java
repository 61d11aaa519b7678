package io.artel.events.examples.game;

import java.util.Locale;
import java.util.Optional;

/** What counts as a foul, and the points that it costs. */
public enum Foul {
  /** The cue ball touched no other. */
  NO_CONTACT(1),
  /** The cue ball touched the wrong ball first. */
  WRONG_BALL(2),
  /** A ball left the table. */
  BALL_OFF_TABLE(3),
  /** The cue ball went in. */
  CUE_BALL_POTTED(4);

  private final int penalty;

  Foul(int penalty) {
    this.penalty = penalty;
  }

  /** The points that it costs. */
  public int penalty() {
    return penalty;
  }

  /** The reason as it is written in events and scripts. */
  public String reason() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The foul with this reason. */
  public static Optional<Foul> of(String reason) {
    for (Foul foul : values()) {
      if (foul.reason().equals(reason)) {
        return Optional.of(foul);
      }
    }
    return Optional.empty();
  }
}
