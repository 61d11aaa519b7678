package io.artel.events.examples.game;

import java.util.Locale;
import java.util.Optional;

/** The balls of a Kolkhoz: what each is worth, and how many of each are on the table at first. */
public enum Ball {
  WHITE(1, 6),
  YELLOW(2, 2),
  GREEN(3, 2),
  RED(4, 2),
  BLUE(5, 1),
  PINK(6, 1),
  BLACK(7, 1);

  private final int points;
  private final int count;

  Ball(int points, int count) {
    this.points = points;
    this.count = count;
  }

  /** What potting one is worth. */
  public int points() {
    return points;
  }

  /** How many there are at the start of a game. */
  public int count() {
    return count;
  }

  /** The color as it is written in events and scripts. */
  public String color() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The ball of this color. */
  public static Optional<Ball> of(String color) {
    for (Ball ball : values()) {
      if (ball.color().equals(color)) {
        return Optional.of(ball);
      }
    }
    return Optional.empty();
  }
}
