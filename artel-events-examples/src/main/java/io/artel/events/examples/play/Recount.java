package io.artel.events.examples.play;

import com.fasterxml.jackson.databind.JsonNode;
import io.artel.events.Event;
import io.artel.events.examples.contract.BilliardsEvents.BallPotted;
import io.artel.events.examples.contract.BilliardsEvents.FoulCommitted;
import io.artel.events.examples.contract.BilliardsEvents.GameStarted;
import io.artel.events.examples.contract.BilliardsEvents.PlayerJoined;
import io.artel.events.examples.contract.BilliardsEvents.SessionCreated;
import io.artel.events.examples.contract.BilliardsEvents.Template;
import io.artel.events.examples.contract.BilliardsEvents.TurnChanged;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Counts a second time what the game and statistics services should have, from the events alone. It
 * shares no rule with the services, on purpose: the balls, the turns and the settlement are written
 * down here again, in another way. Not safe for use by several threads.
 */
final class Recount {

  /** What one player should have. */
  record Totals(
      long score, long balls, long points, long games, long wins, long earned, long paid) {

    static final Totals NONE = new Totals(0, 0, 0, 0, 0, 0, 0);

    Totals plus(Totals more) {
      return new Totals(
          score + more.score,
          balls + more.balls,
          points + more.points,
          games + more.games,
          wins + more.wins,
          earned + more.earned,
          paid + more.paid);
    }
  }

  private static final Map<String, Integer> POINTS =
      Map.of("white", 1, "yellow", 2, "green", 3, "red", 4, "blue", 5, "pink", 6, "black", 7);
  private static final Map<String, Integer> PENALTIES =
      Map.of("no_contact", 1, "wrong_ball", 2, "ball_off_table", 3, "cue_ball_potted", 4);
  private static final String KOLKHOZ = "kolkhoz";

  private final Map<UUID, Session> sessions = new HashMap<>();
  private final Map<UUID, Totals> settled = new HashMap<>();

  private static final class Session {
    final Set<UUID> players = new HashSet<>();
    final Set<UUID> played = new HashSet<>();
    boolean open = true;
    long stake = 10;
    @Nullable UUID game;
    UUID[] seats = {};
    long[] scores = {};
    long[] balls = {};
    long[] points = {};
    int turn;
    List<String> rack = new ArrayList<>();
  }

  /** Counts one event, given in the order in which its session published them. */
  void count(Event<?> event) {
    UUID id = event.sessionId();
    if (id == null) {
      return;
    }
    if (event.data() instanceof SessionCreated) {
      sessions.putIfAbsent(id, new Session());
      return;
    }
    Session session = sessions.get(id);
    if (session != null && session.open) {
      count(event, session);
    }
  }

  private void count(Event<?> event, Session session) {
    Object data = event.data();
    if (data instanceof PlayerJoined joined && event.type().equals("session.player_joined")) {
      session.players.add(joined.playerId());
    } else if (data instanceof Template template) {
      JsonNode stake = template.rules().path("stake");
      if (stake.isIntegralNumber() && stake.asLong() >= 1 && stake.asLong() <= 1_000_000) {
        session.stake = stake.asLong();
      }
    } else if (data instanceof GameStarted started) {
      start(event.gameId(), started, session);
    } else if (event.type().equals("session.completed")) {
      session.open = session.game != null;
    } else if (session.game != null && Objects.equals(session.game, event.gameId())) {
      if (data instanceof BallPotted potted) {
        pot(potted, session);
      } else if (data instanceof FoulCommitted foul) {
        Integer penalty = PENALTIES.get(foul.reason());
        if (atTable(session, foul.playerId())
            && penalty != null
            && penalty == foul.penaltyPoints()) {
          session.scores[session.turn] -= penalty;
        }
      } else if (data instanceof TurnChanged changed) {
        int next = session.turn + 1 == session.seats.length ? 0 : session.turn + 1;
        if (session.seats[next].equals(changed.playerId()) && changed.turnPosition() == next + 1) {
          session.turn = next;
        }
      } else if (event.type().equals("game.ended")) {
        settle(session);
      }
    }
  }

  private static void start(@Nullable UUID game, GameStarted started, Session session) {
    List<UUID> seats = started.participants();
    boolean legal =
        game != null
            && session.game == null
            && !session.played.contains(game)
            && started.gameType().equals(KOLKHOZ)
            && seats.size() >= 2
            && seats.size() <= 6
            && new HashSet<>(seats).size() == seats.size()
            && session.players.containsAll(seats);
    if (legal) {
      session.game = game;
      session.seats = seats.toArray(UUID[]::new);
      session.scores = new long[seats.size()];
      session.balls = new long[seats.size()];
      session.points = new long[seats.size()];
      session.turn = 0;
      session.rack = new ArrayList<>(List.of("blue", "pink", "black"));
      session.rack.addAll(List.of("yellow", "yellow", "green", "green", "red", "red"));
      session.rack.addAll(List.of("white", "white", "white", "white", "white", "white"));
    }
  }

  private static void pot(BallPotted potted, Session session) {
    Integer points = POINTS.get(potted.ballColor());
    if (atTable(session, potted.playerId())
        && points != null
        && points == potted.ballPoints()
        && session.rack.remove(potted.ballColor())) {
      session.scores[session.turn] += points;
      session.balls[session.turn]++;
      session.points[session.turn] += points;
    }
  }

  private static boolean atTable(Session session, UUID player) {
    return session.seats[session.turn].equals(player);
  }

  /** By sums over the sorted scores, where the game service compares players pair by pair. */
  private void settle(Session session) {
    long[] sorted = session.scores.clone();
    Arrays.sort(sorted);
    long best = sorted[sorted.length - 1];
    boolean somebodyWon = best != sorted[0];
    for (int seat = 0; seat < session.seats.length; seat++) {
      long score = session.scores[seat];
      long earned = 0;
      long paid = 0;
      for (long other : sorted) {
        earned += other < score ? score - other : 0;
        paid += other > score ? other - score : 0;
      }
      boolean won = somebodyWon && score == best;
      add(
          settled,
          session.seats[seat],
          new Totals(
              score,
              session.balls[seat],
              session.points[seat],
              1,
              won ? 1 : 0,
              earned * session.stake,
              paid * session.stake));
    }
    session.played.add(Objects.requireNonNull(session.game));
    session.game = null;
  }

  /** What every player should have by now, games that are still running included. */
  Map<UUID, Totals> totals() {
    Map<UUID, Totals> totals = new HashMap<>(settled);
    for (Session session : sessions.values()) {
      if (session.game != null) {
        for (int seat = 0; seat < session.seats.length; seat++) {
          add(
              totals,
              session.seats[seat],
              new Totals(
                  session.scores[seat], session.balls[seat], session.points[seat], 0, 0, 0, 0));
        }
      }
    }
    return totals;
  }

  private static void add(Map<UUID, Totals> totals, UUID player, Totals more) {
    totals.merge(player, more, Totals::plus);
  }
}
