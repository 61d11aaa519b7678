package io.artel.events.examples.play;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.artel.events.Event;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class GeneratedMovesTest {

  @Property(tries = 40)
  void everyGeneratedPlayShouldBeLegalAndEndProperly(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 20) int sessions) {
    Flows flows = new Flows();

    flows.run(Flows.all(moves(sessions, seed, Duration.ofSeconds(3))));

    assertThat(flows.recorder.handled()).isPositive();
    assertThat(flows.outstanding()).isZero();
    assertThat(flows.recorder.expectedTotals()).isNotEmpty();
    assertThat(flows.inconsistent()).isZero();
    flows.games.forEach(session -> assertThat(session.frame()).isEmpty());
    assertThat(flows.recorder.inversions()).isZero();
    assertThat(flows.recorder.pace()).isEqualTo(flows.recorder.published());
  }

  @Test
  void aSeedShouldMeanTheSameMovesAtEachTable() {
    Map<UUID, String> one = byGame(Flows.all(moves(5, 7, Duration.ofSeconds(10))));
    Map<UUID, String> same = byGame(Flows.all(moves(5, 7, Duration.ofSeconds(10))));
    Map<UUID, String> other = byGame(Flows.all(moves(5, 8, Duration.ofSeconds(10))));

    assertThat(one).isNotEmpty().isEqualTo(same).isNotEqualTo(other);
  }

  @Test
  void aPlayShouldHavePotsFoulsTurnsStakesAndSeveralGames() {
    List<Move> moves = Flows.all(moves(3, 1, Duration.ofSeconds(20)));

    Set<String> types = moves.stream().map(move -> move.event().type()).collect(Collectors.toSet());
    assertThat(types)
        .contains(
            "session.created",
            "session.player_joined",
            "template.used",
            "game.started",
            "game.ball_potted",
            "game.foul_committed",
            "game.turn_changed",
            "game.ended",
            "session.completed");
    assertThat(moves.stream().map(move -> move.event().gameId()).distinct().count())
        .isGreaterThan(6);
  }

  @Test
  void aTableThatHasNotBegunWhenTheTimeIsUpShouldNotBegin() {
    SettableClock clock = new SettableClock();
    GeneratedMoves moves =
        new GeneratedMoves(50, 1, clock, clock.instant().plusSeconds(1), new PlayerNames());
    moves.next();
    clock.advance(Duration.ofSeconds(2));

    Set<UUID> sessions = new HashSet<>();
    Flows.all(moves).forEach(move -> sessions.add(move.event().sessionId()));
    assertThat(sessions).hasSize(1);
  }

  @Test
  void aStoppedSessionShouldGoNoFurther() {
    GeneratedMoves moves = moves(1, 1, Duration.ofSeconds(10));
    Move first = requireNonNull(moves.next());

    moves.stop(requireNonNull(first.event().sessionId()));

    assertThat(moves.next()).isNull();
    assertThat(moves.sessions()).isZero();
  }

  private static GeneratedMoves moves(int sessions, long seed, Duration duration) {
    SettableClock clock = new SettableClock();
    return new GeneratedMoves(
        sessions, seed, clock, clock.instant().plus(duration), new PlayerNames());
  }

  private static Map<UUID, String> byGame(List<Move> moves) {
    Map<UUID, String> games = new HashMap<>();
    for (Move move : moves) {
      Event<?> event = move.event();
      UUID game = event.gameId();
      if (game != null && !event.type().equals("game.ended")) {
        games.merge(game, event.type() + event.userId(), String::concat);
      }
    }
    return games;
  }
}
