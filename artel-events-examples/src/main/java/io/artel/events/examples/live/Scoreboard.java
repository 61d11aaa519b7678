package io.artel.events.examples.live;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The scores of the games that are being played, as the gateway hears of them. */
public final class Scoreboard {

  /** One player's score in a running game. */
  public record Line(UUID player, int score) {}

  private final Map<UUID, Integer> scores = new HashMap<>();

  synchronized void show(UUID player, int score) {
    scores.put(player, score);
  }

  synchronized void remove(UUID player) {
    scores.remove(player);
  }

  /** The best scores right now, best first. */
  public synchronized List<Line> top(int count) {
    return scores.entrySet().stream()
        .map(entry -> new Line(entry.getKey(), entry.getValue()))
        .sorted(Comparator.comparingInt(Line::score).reversed().thenComparing(Line::player))
        .limit(count)
        .toList();
  }
}
