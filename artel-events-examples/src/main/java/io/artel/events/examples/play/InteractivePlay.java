package io.artel.events.examples.play;

import io.artel.events.Outcome;
import io.artel.events.examples.contract.BilliardsEvents.PlayerResult;
import io.artel.events.examples.game.Frame;
import io.artel.events.examples.game.GameSession;
import io.artel.events.examples.game.GameStore;
import io.artel.events.examples.game.KolkhozSettlement.Tally;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * Plays what a person writes, line by line, and answers each line with what the game service made
 * of it.
 */
final class InteractivePlay {

  private static final int ANSWER_SECONDS = 30;

  private final FlowRecorder recorder;
  private final Driver driver;
  private final GameStore games;
  private final PlayerNames names;
  private final ScriptTables tables;
  private final Moves nobody = new ScriptMoves(List.of(), Clock.systemUTC(), new PlayerNames());

  InteractivePlay(FlowRecorder recorder, Driver driver, GameStore games, PlayerNames names) {
    this.recorder = recorder;
    this.driver = driver;
    this.games = games;
    this.names = names;
    this.tables = new ScriptTables(Clock.systemUTC(), names);
  }

  /** Until the end of the input; games that are still running then are ended. */
  void play(BufferedReader in, PrintWriter out) throws IOException {
    ScriptReader reader = new ScriptReader();
    int number = 0;
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      number++;
      try {
        Optional<ScriptAction> action = reader.read(line, number);
        if (action.isPresent()) {
          out.println(play(action.get()));
        }
      } catch (ScriptException e) {
        out.println("refused: line " + number + ": " + e.getMessage());
      }
      out.flush();
    }
    for (Move move : tables.finish()) {
      ask(move);
    }
  }

  private String play(ScriptAction action) throws ScriptException {
    for (Move move : tables.moves(action)) {
      Optional<String> refusal = ask(move);
      if (refusal.isPresent()) {
        return "refused: " + refusal.get() + state(action, " (", ")");
      }
    }
    return "ok" + state(action, ": ", "");
  }

  /** Publishes a move, waits for the game service, and returns why it refused, if it did. */
  private Optional<String> ask(Move move) {
    UUID event = move.event().id();
    CompletableFuture<Outcome> outcome = recorder.outcomeOf(event);
    driver.publish(move, nobody);
    try {
      Outcome answer = outcome.get(ANSWER_SECONDS, TimeUnit.SECONDS);
      return answer == Outcome.HANDLED
          ? Optional.empty()
          : Optional.of(games.refusal(event).orElse("the event was " + answer));
    } catch (TimeoutException e) {
      return Optional.of("no answer from the game service within " + ANSWER_SECONDS + " s");
    } catch (ExecutionException e) {
      return Optional.of("the event could not be published: " + recorder.failure());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of("interrupted");
    }
  }

  private String state(ScriptAction action, String before, String after) {
    return tables
        .id(action.session())
        .flatMap(id -> games.read(id, session -> describe(session, action)))
        .map(text -> before + text + after)
        .orElse("");
  }

  private String describe(GameSession session, ScriptAction action) {
    if (session.frame().isPresent()) {
      return describe(session.frame().get());
    }
    if (action.kind() == ScriptAction.Kind.END && !session.finished().isEmpty()) {
      List<List<PlayerResult>> all = List.copyOf(session.finished().values());
      return describe(all.get(all.size() - 1));
    }
    return "here are "
        + session.players().stream().map(names::of).collect(Collectors.joining(", "))
        + "; no game is running";
  }

  private String describe(Frame frame) {
    String scores =
        frame.tallies().stream()
            .map((Tally tally) -> names.of(tally.player()) + " " + tally.score())
            .collect(Collectors.joining(", "));
    return scores
        + "; "
        + names.of(frame.playerAtTable())
        + " is at the table, "
        + frame.ballsLeft()
        + (frame.ballsLeft() == 1 ? " ball left" : " balls left");
  }

  private String describe(List<PlayerResult> results) {
    return results.stream()
        .map(
            result ->
                result.position()
                    + ". "
                    + names.of(result.userId())
                    + " "
                    + result.finalScore()
                    + " ("
                    + (result.netResult() > 0 ? "+" : "")
                    + result.netResult()
                    + " rubles)")
        .collect(Collectors.joining(", "));
  }
}
