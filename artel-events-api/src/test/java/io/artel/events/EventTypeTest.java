package io.artel.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import io.artel.events.Payloads.BallPotted;
import io.artel.events.Payloads.Nothing;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventTypeTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"game.ball_potted", "a.b", "A-1.b_2.c.d", "compensation.game.ended", "0.0"})
  void nameOfWordsAndDotsShouldBeAccepted(String name) {
    assertThat(EventType.of(name, Nothing.class).name()).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "game",
        ".",
        "a.",
        ".a",
        "a..b",
        "a.b.",
        "a b.c",
        "a.*",
        "#.a",
        "a.b\n",
        "a.b\u0000",
        "игра.шар",
        "a/b.c",
        "a.b:c",
        "a.\uD800"
      })
  void anyOtherNameShouldBeRefused(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EventType.of(name, Nothing.class))
        .withMessageContaining("domain.name");
  }

  @Test
  void nameShouldFitIntoARoutingKey() {
    String longest = "a." + "b".repeat(EventType.MAX_NAME_LENGTH - 2);

    assertThat(EventType.of(longest, Nothing.class).name()).isEqualTo(longest);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EventType.of(longest + "b", Nothing.class))
        .withMessageContaining("256")
        .withMessageContaining("255");
  }

  @Test
  void typeShouldHaveTheDocumentedDefaults() {
    EventType<Nothing> type = EventType.of("a.b", Nothing.class);

    assertThat(type.priority()).isEqualTo(EventPriority.NORMAL);
    assertThat(type.requiresAudience()).isTrue();
    assertThat(type.sourceService()).isNull();
    assertThat(type.maxRetries()).isEqualTo(3);
    assertThat(type.payload()).isEqualTo(Nothing.class);
    assertThat(EventType.ofTree("a.b").payload()).isEqualTo(JsonNode.class);
  }

  @Test
  void eachSettingShouldChangeACopy() {
    EventType<Nothing> type = EventType.of("a.b", Nothing.class);
    List<EventType<?>> variants =
        List.of(
            type.priority(EventPriority.LOW),
            type.optionalAudience(),
            type.source("service"),
            type.maxRetries(0),
            EventType.ofTree("a.b"),
            EventType.of("a.c", Nothing.class));

    assertThat(variants).doesNotHaveDuplicates().doesNotContain(type);
    assertThat(type).isEqualTo(EventType.of("a.b", Nothing.class));
    assertThat(type).hasSameHashCodeAs(EventType.of("a.b", Nothing.class));
    assertThat(type).hasToString("a.b (Nothing)");
  }

  @Test
  void settingsShouldReachTheEvent() {
    Event<BallPotted> event =
        Payloads.BALL_POTTED
            .source("game_service")
            .maxRetries(7)
            .optionalAudience()
            .event(new BallPotted(new UUID(0, 1), "red", 1, 1, 1))
            .build();

    assertThat(event.type()).isEqualTo("game.ball_potted");
    assertThat(event.priority()).isEqualTo(EventPriority.HIGH);
    assertThat(event.sourceService()).isEqualTo("game_service");
    assertThat(event.maxRetries()).isEqualTo(7);
    assertThat(event.requiresAudience()).isFalse();
  }

  @Test
  void settingThatCannotBeMeantShouldBeRefused() {
    EventType<Nothing> type = EventType.of("a.b", Nothing.class);

    assertThatIllegalArgumentException().isThrownBy(() -> type.maxRetries(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> type.source(" "));
  }

  @Test
  void routingKeyShouldBeTheNameExceptForCompensation() {
    assertThat(EventType.ofTree("game.ball_potted").routingKey()).isEqualTo("game.ball_potted");
    assertThat(EventType.ofTree("compensation.game.ended").routingKey())
        .isEqualTo("compensation.required");
    assertThat(EventType.ofTree("compensations.x").routingKey()).isEqualTo("compensations.x");
  }
}
