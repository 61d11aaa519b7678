package io.artel.events.testkit;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.artel.events.Event;
import io.artel.events.EventCodec;
import io.artel.events.EventType;
import io.artel.events.TimestampStyle;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EventContractTest {

  record Shot(int ball, boolean potted) {}

  record TurnEnded(UUID playerId, double average, @Nullable String comment, List<Shot> shots) {}

  static final class Unequal {
    public int ball = 1;
  }

  static final EventType<TurnEnded> TURN_ENDED = EventType.of("game.turn_ended", TurnEnded.class);

  private static final UUID PLAYER = UUID.fromString("5b1c9d0e-6a51-4c57-9a3f-0c1b9be0a001");
  private static final TurnEnded TURN =
      new TurnEnded(PLAYER, 2.50, null, List.of(new Shot(7, true), new Shot(3, false)));
  private static final Event<TurnEnded> EVENT =
      TURN_ENDED
          .event(TURN)
          .id(UUID.fromString("0f8fad5b-d9cb-469f-a165-70867728950e"))
          .timestamp(Instant.parse("2026-11-23T05:47:00.123456Z"))
          .session(PLAYER)
          .build("game_service");

  @Test
  void aPayloadHoldsInBothDirections() {
    assertThatCode(
            () ->
                EventContract.golden("/contract/turn_ended.payload.json")
                    .holdsFor(TURN_ENDED, TURN))
        .doesNotThrowAnyException();
  }

  @Test
  void aWholeEventHoldsInBothDirections() {
    assertThatCode(
            () -> EventContract.golden("contract/turn_ended.json").holdsFor(TURN_ENDED, EVENT))
        .doesNotThrowAnyException();
  }

  @Test
  void aCausationIsNotPartOfTheBody() {
    assertThatCode(
            () ->
                EventContract.golden("contract/turn_ended.json")
                    .holdsFor(TURN_ENDED, EVENT.causedBy(PLAYER)))
        .doesNotThrowAnyException();
  }

  @Test
  void everyDifferenceIsNamedByItsPathInBothDirections() {
    TurnEnded other =
        new TurnEnded(PLAYER, 2, "good", List.of(new Shot(7, false), new Shot(3, false)));

    assertThatThrownBy(
            () ->
                EventContract.golden("/contract/turn_ended.payload.json")
                    .holdsFor(TURN_ENDED, other))
        .isInstanceOf(AssertionError.class)
        .hasMessage(
            """
            The contract contract/turn_ended.payload.json does not hold for game.turn_ended:
              writing: data.average: the golden file has 2.5, what this program writes has 2.0
              writing: data.comment: the golden file has null, what this program writes has "good"
              writing: data.shots[0].potted: the golden file has true, what this program writes has false\
            """);
  }

  @Test
  void aListOfAnotherLengthIsADifference() {
    TurnEnded other = new TurnEnded(PLAYER, 2.5, null, List.of(new Shot(7, true)));

    assertThatThrownBy(
            () ->
                EventContract.golden("/contract/turn_ended.payload.json")
                    .holdsFor(TURN_ENDED, other))
        .hasMessageContaining(
            "data.shots: the golden file has 2 elements, what this program writes has 1");
  }

  @Test
  void aKeyThatOnlyOneSideKnowsIsADifferenceUnlessIgnored() {
    EventContract contract = EventContract.golden("/contract/turn_ended.more.json");

    assertThatThrownBy(() -> contract.holdsFor(TURN_ENDED, TURN))
        .hasMessage(
            """
            The contract contract/turn_ended.more.json does not hold for game.turn_ended:
              writing: data.table: what this program writes has no such key, the golden file has "north"
              writing: data.comment: the golden file has no such key, what this program writes has null
              reading: data.table: what this program reads has no such key, the golden file has "north"
              reading: data.comment: the golden file has no such key, what this program reads has null\
            """);
    assertThatCode(() -> contract.ignoring("data.table", "data.comment").holdsFor(TURN_ENDED, TURN))
        .doesNotThrowAnyException();
  }

  @Test
  void anIntIsNoFloatToPython() {
    EventType<TurnEnded> type = TURN_ENDED;

    assertThatThrownBy(
            () -> EventContract.golden("/contract/turn_ended.int.json").holdsFor(type, TURN))
        .hasMessageContaining(
            "data.average: the golden file has 2, what this program writes has 2.5");
  }

  @Test
  void aFileThatCannotBeReadSaysWhere() {
    assertThatThrownBy(
            () ->
                EventContract.golden("/contract/turn_ended.broken.json").holdsFor(TURN_ENDED, TURN))
        .hasMessageContaining("writing: data.player_id: the golden file has 7, what this program")
        .hasMessageContaining("reading: data.player_id");
  }

  @Test
  void theEnvelopeIsComparedToo() {
    Event<TurnEnded> other = EVENT.toBuilder().user(PLAYER).maxRetries(5).build();

    assertThatThrownBy(
            () -> EventContract.golden("/contract/turn_ended.json").holdsFor(TURN_ENDED, other))
        .hasMessageContaining("writing: max_retries: the golden file has 3, what this program")
        .hasMessageContaining("writing: user_id: the golden file has null, what this program");
  }

  @Test
  void theCodecDecidesWhatIsWritten() {
    EventCodec zoned = EventCodec.builder().timestampStyle(TimestampStyle.RFC3339).build();

    assertThatThrownBy(
            () ->
                EventContract.golden("/contract/turn_ended.json")
                    .codec(zoned)
                    .holdsFor(TURN_ENDED, EVENT))
        .hasMessageContaining("writing: timestamp: the golden file has");
  }

  @Test
  void aMissingFileIsAnsweredWithWhatItWouldHold() {
    assertThatThrownBy(
            () -> EventContract.golden("/contract/missing.json").holdsFor(TURN_ENDED, TURN))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("There is no file contract/missing.json on the class path.")
        .hasMessageContaining("for src/test/resources/contract/missing.json, is:\n{")
        .hasMessageContaining("\"average\" : 2.5");
  }

  @Test
  void aPayloadWithoutEqualsIsNamed() {
    EventType<Unequal> type = EventType.of("game.unequal", Unequal.class);

    assertThatThrownBy(
            () -> EventContract.golden("/contract/unequal.json").holdsFor(type, new Unequal()))
        .hasMessageContaining("Unequal needs an equals() as records have it");
  }
}
