package io.artel.events.examples.play;

import static io.artel.events.examples.contract.BilliardsEvents.BALL_POTTED;
import static io.artel.events.examples.contract.BilliardsEvents.FOUL_COMMITTED;
import static io.artel.events.examples.contract.BilliardsEvents.GAME_ENDED;
import static io.artel.events.examples.contract.BilliardsEvents.GAME_STARTED;
import static io.artel.events.examples.contract.BilliardsEvents.KOLKHOZ;
import static io.artel.events.examples.contract.BilliardsEvents.PLAYER_JOINED;
import static io.artel.events.examples.contract.BilliardsEvents.SESSION_COMPLETED;
import static io.artel.events.examples.contract.BilliardsEvents.SESSION_CREATED;
import static io.artel.events.examples.contract.BilliardsEvents.TEMPLATE_USED;
import static io.artel.events.examples.contract.BilliardsEvents.TURN_CHANGED;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.artel.events.Event;
import io.artel.events.ValidationException;
import io.artel.events.examples.contract.BilliardsEvents.BallPotted;
import io.artel.events.examples.contract.BilliardsEvents.FoulCommitted;
import io.artel.events.examples.contract.BilliardsEvents.GameEnded;
import io.artel.events.examples.contract.BilliardsEvents.GameStarted;
import io.artel.events.examples.contract.BilliardsEvents.PlayerJoined;
import io.artel.events.examples.contract.BilliardsEvents.SessionCompleted;
import io.artel.events.examples.contract.BilliardsEvents.SessionCreated;
import io.artel.events.examples.contract.BilliardsEvents.Template;
import io.artel.events.examples.contract.BilliardsEvents.TurnChanged;
import io.artel.events.examples.game.Ball;
import io.artel.events.examples.game.Foul;
import io.artel.events.examples.game.Frame;
import io.artel.events.examples.game.GameService;
import io.artel.events.examples.game.GameSession;
import io.artel.events.examples.game.KolkhozSettlement;
import io.artel.events.examples.ids.NamedIds;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A session as its players see it: turns what they do into events. It follows the game for the
 * fields that tell the state, but lets everything through; the game service decides.
 */
final class PlayedSession {

  private final String name;
  private final UUID id;
  private final Clock clock;
  private final GameSession view;
  private boolean created;
  private boolean completed;
  private int games;
  private boolean gameOpen;
  private long stake = KolkhozSettlement.DEFAULT_STAKE;
  private Instant gameStarted = Instant.EPOCH;

  PlayedSession(String name, Clock clock) {
    this.name = name;
    this.id = NamedIds.session(name);
    this.clock = clock;
    this.view = new GameSession(id);
  }

  UUID id() {
    return id;
  }

  String name() {
    return name;
  }

  /** The game that is being played. */
  Optional<Frame> frame() {
    return view.frame();
  }

  List<Move> join(String player) {
    UUID playerId = NamedIds.player(player);
    List<Move> moves = new ArrayList<>();
    if (!created) {
      created = true;
      boolean legal = follow(view::create);
      moves.add(move(SESSION_CREATED.event(new SessionCreated(playerId)), playerId, legal, 0));
    }
    boolean legal = follow(() -> view.join(playerId));
    moves.add(move(PLAYER_JOINED.event(new PlayerJoined(playerId)), playerId, legal, 1));
    return moves;
  }

  /** A game starts, with everybody who is here; a new stake is chosen by using a template. */
  List<Move> start(String table, @Nullable Long newStake) {
    List<Move> moves = new ArrayList<>();
    UUID templateId = null;
    if (newStake != null && newStake != stake) {
      stake = newStake;
      boolean legal = follow(() -> view.stake(newStake));
      moves.add(
          move(
              TEMPLATE_USED.event(
                  new Template(
                      NamedIds.template("stake-" + newStake),
                      KOLKHOZ,
                      JsonNodeFactory.instance.objectNode().put("stake", newStake))),
              null,
              legal,
              0));
    }
    if (stake != KolkhozSettlement.DEFAULT_STAKE) {
      templateId = NamedIds.template("stake-" + stake);
    }
    if (!gameOpen) {
      games++;
      gameOpen = true;
      gameStarted = clock.instant();
    }
    GameStarted started = new GameStarted(KOLKHOZ, view.players(), table, templateId);
    boolean legal = follow(() -> view.start(gameId(), started));
    if (!legal && view.frame().isEmpty()) {
      gameOpen = false;
    }
    moves.add(move(GAME_STARTED.event(started), null, gameIdOfLatest(), legal, 0));
    return moves;
  }

  Move pot(UUID player, Ball ball) {
    BallPotted[] potted = {potted(player, ball, scoreOf(player) + ball.points())};
    boolean legal = follow(() -> view.pot(gameId(), potted[0]));
    return move(BALL_POTTED.event(potted[0]), player, legal, 2);
  }

  Move foul(UUID player, Foul foul) {
    FoulCommitted committed = new FoulCommitted(player, foul.penalty(), foul.reason());
    boolean legal = follow(() -> view.foul(gameId(), committed));
    return move(FOUL_COMMITTED.event(committed), player, legal, 1);
  }

  Move turn(UUID player) {
    TurnChanged turn = new TurnChanged(player, seatOf(player));
    boolean legal = follow(() -> view.turn(gameId(), turn));
    return move(TURN_CHANGED.event(turn), player, legal, 0);
  }

  Move end() {
    List<UUID> participants = view.frame().map(Frame::players).orElse(view.players());
    long seconds = Duration.between(gameStarted, clock.instant()).toSeconds();
    UUID game = gameId();
    boolean legal = follow(() -> view.end(game));
    int children = 0;
    if (legal) {
      var results = view.finished().getOrDefault(gameIdOfLatest(), List.of());
      children = results.size() + KolkhozSettlement.winners(results).size() + 2;
      gameOpen = false;
    }
    return move(
        GAME_ENDED.event(new GameEnded(KOLKHOZ, participants, Math.max(0, seconds))),
        null,
        game,
        legal,
        children);
  }

  Move close() {
    boolean legal = follow(view::complete);
    completed |= legal;
    return move(
        SESSION_COMPLETED.event(new SessionCompleted(view.players())), null, null, legal, 0);
  }

  /** What it takes to end this session properly; nothing for one that has ended. */
  List<Move> finish() {
    List<Move> moves = new ArrayList<>();
    if (view.frame().isPresent()) {
      moves.add(end());
    }
    if (created && !completed) {
      moves.add(close());
    }
    return moves;
  }

  private BallPotted potted(UUID player, Ball ball, int total) {
    return new BallPotted(player, ball.color(), ball.points(), total, seatOf(player), KOLKHOZ);
  }

  private int scoreOf(UUID player) {
    return view.frame()
        .filter(frame -> frame.seat(player) > 0)
        .map(frame -> frame.score(player))
        .orElse(0);
  }

  private int seatOf(UUID player) {
    return view.frame().map(frame -> frame.seat(player)).orElse(0);
  }

  private @Nullable UUID gameId() {
    return gameOpen ? gameIdOfLatest() : null;
  }

  private UUID gameIdOfLatest() {
    return NamedIds.game(name, games);
  }

  private <T> Move move(
      Event.Builder<T> event, @Nullable UUID player, boolean legal, int children) {
    return move(event, player, gameId(), legal, children);
  }

  private <T> Move move(
      Event.Builder<T> event,
      @Nullable UUID player,
      @Nullable UUID game,
      boolean legal,
      int children) {
    Event<T> built = event.clock(clock).session(id).game(game).user(player).build(GameService.NAME);
    return new Move(built, legal ? children : 0);
  }

  private static boolean follow(Runnable change) {
    try {
      change.run();
      return true;
    } catch (ValidationException refused) {
      return false;
    }
  }
}
