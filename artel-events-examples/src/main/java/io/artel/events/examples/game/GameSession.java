package io.artel.events.examples.game;

import io.artel.events.ValidationException;
import io.artel.events.examples.contract.BilliardsEvents;
import io.artel.events.examples.contract.BilliardsEvents.BallPotted;
import io.artel.events.examples.contract.BilliardsEvents.FoulCommitted;
import io.artel.events.examples.contract.BilliardsEvents.GameStarted;
import io.artel.events.examples.contract.BilliardsEvents.PlayerResult;
import io.artel.events.examples.contract.BilliardsEvents.TurnChanged;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A session: players who meet and play one game after another. Every method checks first and
 * changes afterwards, so that a refused event changes nothing. Not safe for use by several threads;
 * a {@link GameStore} takes care of that.
 */
public final class GameSession {

  private final UUID id;
  private final Set<UUID> players = new LinkedHashSet<>();
  private final Map<UUID, List<PlayerResult>> finished = new LinkedHashMap<>();
  private long stake = KolkhozSettlement.DEFAULT_STAKE;
  private boolean created;
  private boolean completed;
  private @Nullable Frame frame;

  /** A session that nobody has created yet. */
  public GameSession(UUID id) {
    this.id = id;
  }

  /** The session. */
  public UUID id() {
    return id;
  }

  /** Who has come, in that order. */
  public List<UUID> players() {
    return List.copyOf(players);
  }

  /** The game that is being played. */
  public Optional<Frame> frame() {
    return Optional.ofNullable(frame);
  }

  /** The results of every game that is over, best player first. */
  public Map<UUID, List<PlayerResult>> finished() {
    return finished;
  }

  /** Opens the session. */
  public void create() {
    require(!created, "the session exists already");
    created = true;
  }

  /** A player comes; to play from the next game on. */
  public void join(UUID player) {
    requireOpen();
    require(!players.contains(player), "this player is here already");
    players.add(player);
  }

  /** The stake of the games that start from now on. */
  public void stake(long stake) {
    requireOpen();
    require(
        stake >= 1 && stake <= KolkhozSettlement.MAX_STAKE,
        "a stake is 1 to " + KolkhozSettlement.MAX_STAKE + " rubles per point");
    this.stake = stake;
  }

  /** A game starts. */
  public void start(@Nullable UUID gameId, GameStarted started) {
    requireOpen();
    if (gameId == null || finished.containsKey(gameId)) {
      throw new ValidationException("a game needs an id of its own");
    }
    require(frame == null, "a game is running already");
    require(
        started.gameType().equals(BilliardsEvents.KOLKHOZ),
        "only " + BilliardsEvents.KOLKHOZ + " is played here");
    require(players.containsAll(started.participants()), "somebody did not join the session");
    frame = new Frame(gameId, started.participants(), stake);
  }

  /** A ball goes in. Returns the player's new score. */
  public int pot(@Nullable UUID gameId, BallPotted potted) {
    return running(gameId).pot(potted.playerId(), potted.ballColor(), potted.ballPoints());
  }

  /** A foul. Returns the player's new score. */
  public int foul(@Nullable UUID gameId, FoulCommitted foul) {
    return running(gameId).foul(foul.playerId(), foul.reason(), foul.penaltyPoints());
  }

  /** The next player comes to the table. */
  public void turn(@Nullable UUID gameId, TurnChanged turn) {
    running(gameId).turnTo(turn.playerId(), turn.turnPosition());
  }

  /** The game is over, and settled. */
  public void end(@Nullable UUID gameId) {
    Frame over = running(gameId);
    finished.put(over.gameId(), KolkhozSettlement.settle(over.tallies(), over.stake()));
    frame = null;
  }

  /** The session is over. */
  public void complete() {
    requireOpen();
    require(frame == null, "a game is still running");
    completed = true;
  }

  private Frame running(@Nullable UUID gameId) {
    Frame current = frame;
    if (current == null || !current.gameId().equals(gameId)) {
      throw new ValidationException(
          current == null ? "no game is running" : "another game is running");
    }
    return current;
  }

  private void requireOpen() {
    require(created, "there is no such session");
    require(!completed, "the session is over");
  }

  private static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new ValidationException(otherwise);
    }
  }
}
