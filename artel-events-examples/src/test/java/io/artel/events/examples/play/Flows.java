package io.artel.events.examples.play;

import io.artel.events.ChildIds;
import io.artel.events.Event;
import io.artel.events.EventType;
import io.artel.events.FlowObserver.Settlement;
import io.artel.events.Outcome;
import io.artel.events.PublishException;
import io.artel.events.PublishReceipt;
import io.artel.events.Topology;
import io.artel.events.ValidationException;
import io.artel.events.examples.contract.BilliardsEvents;
import io.artel.events.examples.contract.BilliardsEvents.BallPotted;
import io.artel.events.examples.contract.BilliardsEvents.FoulCommitted;
import io.artel.events.examples.contract.BilliardsEvents.GameStarted;
import io.artel.events.examples.contract.BilliardsEvents.PlayerJoined;
import io.artel.events.examples.contract.BilliardsEvents.PlayerResult;
import io.artel.events.examples.contract.BilliardsEvents.StatsBallPotted;
import io.artel.events.examples.contract.BilliardsEvents.Template;
import io.artel.events.examples.contract.BilliardsEvents.TurnChanged;
import io.artel.events.examples.contract.BilliardsTopology;
import io.artel.events.examples.game.GameStore;
import io.artel.events.examples.game.InMemoryGameStore;
import io.artel.events.examples.game.KolkhozSettlement;
import io.artel.events.examples.stats.InMemoryStatsStore;
import io.artel.events.examples.stats.StatsStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the recorder would see of a play, made without a broker, step by step; each test leaves out,
 * repeats or swaps the steps it is about.
 */
final class Flows {

  private static final Topology TOPOLOGY = BilliardsTopology.ordered();

  final FlowRecorder recorder = new FlowRecorder(TOPOLOGY);
  final GameStore games = new InMemoryGameStore();
  final StatsStore stats = new InMemoryStatsStore();

  /** Publishes, confirms, handles and settles all of these. */
  void run(List<Move> moves) {
    for (Move move : moves) {
      publishing(move);
      confirmed(move.event());
      handle(move.event());
    }
  }

  void publishing(Move move) {
    recorder.publishing(move);
  }

  void confirmed(Event<?> event) {
    recorder.confirmed(
        event, new PublishReceipt(event.id(), true, "broker:5672", 1, Duration.ofMillis(1)));
  }

  void failed(Event<?> event, PublishException.Outcome outcome) {
    recorder.failed(
        event,
        new PublishException(outcome, PublishException.Details.of(event), "it failed", null));
  }

  /** What the game service and those behind it do with an event, down to the last settlement. */
  void handle(Event<?> event) {
    Outcome outcome = Outcome.HANDLED;
    try {
      apply(event);
    } catch (ValidationException refused) {
      outcome = Outcome.DISCARDED;
    }
    settled(BilliardsTopology.GAME_QUEUE, event, outcome);
    for (String queue :
        List.of(BilliardsTopology.STATS_QUEUE, BilliardsTopology.NOTIFICATIONS_QUEUE)) {
      if (TOPOLOGY.find(queue).orElseThrow().takes(event.routingKey())) {
        settled(queue, event, Outcome.HANDLED);
      }
    }
  }

  void settled(String queue, @Nullable Event<?> event, Outcome outcome) {
    if (event != null && queue.equals(BilliardsTopology.GAME_QUEUE)) {
      recorder.begun(event);
    }
    recorder.settled(
        new Settlement(
            queue, event, 1, outcome, null, Instant.now(), Instant.now(), Duration.ofMillis(1)));
  }

  private void apply(Event<?> event) {
    UUID session = event.sessionId();
    if (session == null) {
      throw new ValidationException("no session");
    }
    games.once(
        event.id(),
        session,
        game -> {
          UUID id = event.gameId();
          Object data = event.data();
          switch (event.type()) {
            case "session.created" -> game.create();
            case "session.player_joined" -> game.join(((PlayerJoined) data).playerId());
            case "session.completed" -> game.complete();
            case "template.used" -> game.stake(((Template) data).rules().path("stake").asLong());
            case "game.started" -> game.start(id, (GameStarted) data);
            case "game.ball_potted" -> game.pot(id, (BallPotted) data);
            case "game.foul_committed" -> game.foul(id, (FoulCommitted) data);
            case "game.turn_changed" -> game.turn(id, (TurnChanged) data);
            case "game.ended" -> game.end(id);
            default -> throw new IllegalArgumentException(event.type());
          }
          return 0;
        });
    if (event.data() instanceof BallPotted potted) {
      Event<?> child =
          child(
              event,
              BilliardsEvents.STATS_BALL_POTTED,
              new StatsBallPotted(potted.playerId(), potted.ballColor(), potted.ballPoints(), "k"),
              0);
      confirmed(child);
      stats.ballPotted(child.id(), potted.playerId(), potted.ballPoints());
      settled(BilliardsTopology.STATS_QUEUE, child, Outcome.HANDLED);
    }
    if (event.type().equals("game.ended")) {
      List<PlayerResult> results =
          games.read(session, game -> game.finished().get(event.gameId())).orElseThrow();
      for (PlayerResult result : results) {
        stats.gameSettled(
            ChildIds.derive(event.id(), "settled", result.userId().toString(), 0),
            result.userId(),
            result.rublesEarned(),
            result.rublesPaid());
      }
      for (PlayerResult winner : KolkhozSettlement.winners(results)) {
        stats.gameWon(
            ChildIds.derive(event.id(), "won", winner.userId().toString(), 0), winner.userId());
      }
    }
  }

  private static <T> Event<T> child(Event<?> parent, EventType<T> type, T data, int ordinal) {
    return type.event(data)
        .id(ChildIds.derive(parent.id(), BilliardsTopology.GAME_QUEUE, type.name(), ordinal))
        .correlation(parent.flowId())
        .session(parent.sessionId())
        .build();
  }

  /** How many players differ, once all is over. */
  int inconsistent() {
    return Consistency.differing(recorder.expectedTotals(), games, stats).size();
  }

  long outstanding() {
    return recorder.ledgers().stream().mapToLong(QueueLedger::outstanding).sum();
  }

  /** All moves that there are. */
  static List<Move> all(Moves moves) {
    List<Move> all = new ArrayList<>();
    for (Move move = moves.next(); move != null; move = moves.next()) {
      all.add(move);
    }
    return all;
  }
}
