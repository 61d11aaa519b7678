package io.artel.events.examples.game;

import io.artel.events.ValidationException;
import io.artel.events.examples.game.KolkhozSettlement.Tally;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * One game of Kolkhoz on the table: whose turn it is, the scores, the balls left. Every method
 * checks first and changes afterwards, so that a refused event changes nothing. Not safe for use by
 * several threads.
 */
public final class Frame {

  /** The most players around one table. */
  public static final int MAX_PLAYERS = 6;

  private final UUID gameId;
  private final List<UUID> players;
  private final long stake;
  private final int[] scores;
  private final int[] potted;
  private final Map<Ball, Integer> ballsLeft = new EnumMap<>(Ball.class);
  private int turn;

  /** A new game; the first player begins. */
  Frame(UUID gameId, List<UUID> players, long stake) {
    if (players.size() < 2 || players.size() > MAX_PLAYERS) {
      throw new ValidationException("a game takes 2 to " + MAX_PLAYERS + " players");
    }
    if (players.stream().distinct().count() != players.size()) {
      throw new ValidationException("a player cannot sit in two seats");
    }
    this.gameId = gameId;
    this.players = List.copyOf(players);
    this.stake = stake;
    this.scores = new int[players.size()];
    this.potted = new int[players.size()];
    for (Ball ball : Ball.values()) {
      ballsLeft.put(ball, ball.count());
    }
  }

  /** The game. */
  public UUID gameId() {
    return gameId;
  }

  /** The players, as they sit. */
  public List<UUID> players() {
    return players;
  }

  /** Who is at the table. */
  public UUID playerAtTable() {
    return players.get(turn);
  }

  /** Who comes next. */
  public UUID nextPlayer() {
    return players.get((turn + 1) % players.size());
  }

  /** The seat of this player, the first being 1; 0 for somebody else. */
  public int seat(UUID player) {
    return players.indexOf(player) + 1;
  }

  /** The score of this player. */
  public int score(UUID player) {
    return scores[players.indexOf(player)];
  }

  /** How many balls of this color are left. */
  public int left(Ball ball) {
    return ballsLeft.getOrDefault(ball, 0);
  }

  /** How many balls are left. */
  public int ballsLeft() {
    return ballsLeft.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** A ball goes in; the player stays at the table. Returns the player's new score. */
  int pot(UUID player, String color, int points) {
    requireTurn(player);
    Ball ball = Ball.of(color).orElseThrow(() -> new ValidationException("there is no such ball"));
    if (ball.points() != points) {
      throw new ValidationException(
          "a " + color + " ball is worth " + ball.points() + " points, not " + points);
    }
    if (left(ball) == 0) {
      throw new ValidationException("no " + color + " ball is left on the table");
    }
    ballsLeft.merge(ball, -1, Integer::sum);
    potted[turn]++;
    scores[turn] += points;
    return scores[turn];
  }

  /** A foul costs points; a score may become negative. Returns the player's new score. */
  int foul(UUID player, String reason, int penalty) {
    requireTurn(player);
    Foul foul = Foul.of(reason).orElseThrow(() -> new ValidationException("there is no such foul"));
    if (foul.penalty() != penalty) {
      throw new ValidationException(
          "the foul " + reason + " costs " + foul.penalty() + " points, not " + penalty);
    }
    scores[turn] -= penalty;
    return scores[turn];
  }

  /** The next player comes to the table. */
  void turnTo(UUID player, int seat) {
    if (!nextPlayer().equals(player)) {
      throw new ValidationException("the turn goes to the next seat, not to this player");
    }
    if (seat(player) != seat) {
      throw new ValidationException(
          "this player sits in seat " + seat(player) + ", not in seat " + seat);
    }
    turn = seat - 1;
  }

  /** The scores as they are now, as the players sit. */
  public List<Tally> tallies() {
    List<Tally> tallies = new ArrayList<>();
    for (int i = 0; i < scores.length; i++) {
      tallies.add(new Tally(players.get(i), scores[i], potted[i]));
    }
    return tallies;
  }

  /** Rubles per point. */
  public long stake() {
    return stake;
  }

  private void requireTurn(UUID player) {
    if (!playerAtTable().equals(player)) {
      throw new ValidationException(
          seat(player) == 0
              ? "this player does not take part in the game"
              : "it is another player's turn");
    }
  }
}
