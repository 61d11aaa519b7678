package io.artel.events.examples.play;

import static org.assertj.core.api.Assertions.assertThat;

import io.artel.events.examples.contract.BilliardsEvents.PlayerResult;
import io.artel.events.examples.ids.NamedIds;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The scripts that come with the program, played without a broker. */
class ScriptsTest {

  private final Flows flows = new Flows();

  @Test
  void twoFriendsShouldPlayOneGame() throws ScriptException {
    assertThat(play("two-friends")).isEmpty();

    assertThat(results("main", 1)).containsExactly("Anna 13 +70", "Boris 6 -70");
    assertThat(flows.inconsistent()).isZero();
  }

  @Test
  void aCompanyShouldPlayAtTwoTablesForDifferentStakes() throws ScriptException {
    assertThat(play("company-evening")).isEmpty();

    assertThat(results("friday", 1)).containsExactly("Gleb 5 +80", "Darya 5 +80", "Vera 1 -160");
    assertThat(results("corner", 1)).containsExactly("Egor 7 +0", "Kira 7 +0");
    assertThat(results("corner", 2)).containsExactly("Egor 1 +0", "Kira 1 +0");
    assertThat(results("friday", 2))
        .containsExactly("Maria 8 +340", "Vera 7 +260", "Gleb 0 -300", "Darya 0 -300");
    assertThat(flows.inconsistent()).isZero();
  }

  @Test
  void whatIsAgainstTheRulesShouldBeRefusedAndChangeNothing() throws ScriptException {
    Map<Integer, String> refused = play("against-the-rules");

    assertThat(refused)
        .isEqualTo(
            Map.of(
                2, "a game takes 2 to 6 players",
                4, "this player is here already",
                5, "no game is running",
                7, "it is another player's turn",
                9, "no black ball is left on the table",
                10, "the turn goes to the next seat, not to this player",
                11, "it is another player's turn",
                14, "this player does not take part in the game",
                15, "a game is still running",
                19, "no game is running"));
    assertThat(results("quarrel", 2)).containsExactly("Olga 10 +140", "Pavel -4 -140");
    assertThat(flows.inconsistent()).isZero();
  }

  @Test
  void aPlayerWhoIsLeftOutShouldBeRefusedWhereNoGameIsRunning() {
    ScriptMoves moves =
        new ScriptMoves(
            List.of(
                new ScriptAction(
                    4, ScriptAction.Kind.TURN, "main", null, null, null, null, "table 1")),
            Clock.systemUTC(),
            new PlayerNames());

    assertThat(moves.next()).isNull();
    assertThat(moves.refusals())
        .containsExactly("line 4 refused: no game is running in session main: start one");
  }

  @Test
  void whatTheScriptLeavesOpenShouldBeEndedAndClosed() throws ScriptException {
    ScriptReader reader = new ScriptReader();
    List<ScriptAction> actions = new ArrayList<>();
    reader.read("{\"action\":\"join\",\"player\":\"A\"}", 1).ifPresent(actions::add);
    reader.read("{\"action\":\"join\",\"player\":\"B\"}", 2).ifPresent(actions::add);
    reader.read("{\"action\":\"start\"}", 3).ifPresent(actions::add);
    ScriptMoves moves = new ScriptMoves(actions, Clock.systemUTC(), new PlayerNames());

    assertThat(Flows.all(moves))
        .extracting(move -> move.event().type())
        .endsWith("game.started", "game.ended", "session.completed");
  }

  private Map<Integer, String> play(String script) throws ScriptException {
    List<ScriptAction> actions = new ScriptReader().read(Path.of("scripts", script + ".jsonl"));
    ScriptMoves moves = new ScriptMoves(actions, Clock.systemUTC(), new PlayerNames());
    flows.run(Flows.all(moves));
    assertThat(moves.refusals()).isEmpty();
    assertThat(flows.outstanding()).isZero();
    Map<Integer, String> refused = new TreeMap<>();
    moves
        .origins()
        .forEach(
            (event, action) ->
                flows.games.refusal(event).ifPresent(why -> refused.put(action.line(), why)));
    return refused;
  }

  private List<String> results(String session, int game) {
    List<PlayerResult> results =
        flows
            .games
            .read(
                NamedIds.session(session),
                each -> each.finished().get(NamedIds.game(session, game)))
            .orElseThrow();
    return results.stream()
        .map(
            result ->
                String.format(
                    "%s %d %+d", name(result.userId()), result.finalScore(), result.netResult()))
        .toList();
  }

  private static String name(UUID player) {
    return List.of(
            "Anna", "Boris", "Vera", "Gleb", "Darya", "Egor", "Kira", "Maria", "Olga", "Pavel")
        .stream()
        .filter(name -> NamedIds.player(name).equals(player))
        .findFirst()
        .orElseThrow();
  }
}
