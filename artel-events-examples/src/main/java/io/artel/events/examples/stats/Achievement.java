package io.artel.events.examples.stats;

import java.util.Locale;
import java.util.Optional;

/** What a player can achieve, by the number of games won. */
public enum Achievement {
  FIRST_WIN(1, "First win", "You won a game of Kolkhoz.", "common"),
  REGULAR(5, "Regular", "You won five games.", "uncommon"),
  CHAIRMAN(10, "Chairman of the Kolkhoz", "You won ten games.", "rare"),
  LEGEND(25, "Legend of the table", "You won twenty-five games.", "legendary");

  private final long wins;
  private final String title;
  private final String description;
  private final String rarity;

  Achievement(long wins, String title, String description, String rarity) {
    this.wins = wins;
    this.title = title;
    this.description = description;
    this.rarity = rarity;
  }

  /** What the win with this number unlocks. */
  public static Optional<Achievement> ofWin(long number) {
    for (Achievement achievement : values()) {
      if (achievement.wins == number) {
        return Optional.of(achievement);
      }
    }
    return Optional.empty();
  }

  /** What it is called in events. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What it is called among people. */
  public String title() {
    return title;
  }

  /** What it is for. */
  public String description() {
    return description;
  }

  /** How rare it is. */
  public String rarity() {
    return rarity;
  }
}
