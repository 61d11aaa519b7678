package io.artel.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import io.artel.events.Payloads.Ball;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventTest {

  private static final EventType<Ball> TYPE = EventType.of("test.ball", Ball.class);
  private static final Instant NOON = Instant.parse("2026-11-23T12:00:00.123456789Z");

  private static Event.Builder<Ball> ball() {
    return TYPE.event(new Ball(HostileInputs.MARKER, 4))
        .id(new UUID(0, 1))
        .timestamp(NOON)
        .source("service");
  }

  @Test
  void timestampShouldBeTheClocksInWholeMicroseconds() {
    Event<Ball> event =
        TYPE.event(new Ball("red", 1)).clock(Clock.fixed(NOON, ZoneOffset.UTC)).build("service");

    assertThat(event.timestamp()).isEqualTo(Instant.parse("2026-11-23T12:00:00.123456Z"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0000-12-31T23:59:59.999999Z", "+10000-01-01T00:00:00Z"})
  void timestampThatTheWireCannotWriteShouldBeRefused(String timestamp) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ball().timestamp(Instant.parse(timestamp)).build())
        .withMessageContaining("0001");
  }

  @Test
  void idShouldBeRandomUnlessGiven() {
    assertThat(TYPE.event(new Ball("red", 1)).build("s").id())
        .isNotEqualTo(TYPE.event(new Ball("red", 1)).build("s").id());
    assertThat(ball().build().id()).isEqualTo(new UUID(0, 1));
  }

  @Test
  void sourceShouldBeTheEventsElseTheTypesElseThePublishers() {
    Ball ball = new Ball("red", 1);

    assertThat(TYPE.source("type").event(ball).source("event").build("publisher").sourceService())
        .isEqualTo("event");
    assertThat(TYPE.source("type").event(ball).build("publisher").sourceService())
        .isEqualTo("type");
    assertThat(TYPE.event(ball).build("publisher").sourceService()).isEqualTo("publisher");
    assertThatIllegalStateException()
        .isThrownBy(() -> TYPE.event(ball).build())
        .withMessageContaining("test.ball");
  }

  @Test
  void sourceShouldFitIntoAShortString() {
    assertThat(ball().source("я".repeat(127)).build().sourceService()).hasSize(127);
    assertThat(ball().source("s".repeat(255)).build().sourceService()).hasSize(255);
    for (String service :
        List.of(
            "",
            " \u2003",
            "s".repeat(256),
            "я".repeat(128),
            "a\nb",
            "a\u0000",
            "a\u0085",
            "\uD83C",
            "\uDFB1\uD83C")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> ball().source(service))
          .withMessageContaining("255");
    }
  }

  @Test
  void countsShouldNotBeNegative() {
    assertThatIllegalArgumentException().isThrownBy(() -> ball().retries(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> ball().maxRetries(-1));
  }

  @Test
  void keyShouldBeTheSessionElseTheEvent() {
    UUID session = UUID.randomUUID();

    assertThat(ball().session(session).build().key()).isEqualTo(session.toString());
    assertThat(ball().build().key()).isEqualTo(new UUID(0, 1).toString());
  }

  @Test
  void flowShouldBeTheCorrelationElseTheEvent() {
    UUID flow = UUID.randomUUID();

    assertThat(ball().correlation(flow).build().flowId()).isEqualTo(flow);
    assertThat(ball().build().flowId()).isEqualTo(new UUID(0, 1));
  }

  @Test
  void equalityShouldSeeEverythingThatTravels() {
    UUID other = UUID.randomUUID();
    List<UnaryOperator<Event.Builder<Ball>>> changes =
        List.of(
            builder -> builder.id(other),
            builder -> builder.timestamp(NOON.plusSeconds(1)),
            builder -> builder.source("other"),
            builder -> builder.correlation(other),
            builder -> builder.causation(other),
            builder -> builder.priority(EventPriority.LOW),
            builder -> builder.retries(1),
            builder -> builder.maxRetries(1),
            builder -> builder.user(other),
            builder -> builder.session(other),
            builder -> builder.game(other),
            builder -> builder.unknownKeys(Map.of("x", IntNode.valueOf(1))));

    Event<Ball> event = ball().build();
    assertThat(event.toBuilder().build()).isEqualTo(event).hasSameHashCodeAs(event);
    for (UnaryOperator<Event.Builder<Ball>> change : changes) {
      Event<Ball> changed = change.apply(ball()).build();
      assertThat(changed).isNotEqualTo(event);
      assertThat(changed.toBuilder().build()).isEqualTo(changed);
      assertThat(changed.withData(changed.data())).isEqualTo(changed);
    }
    assertThat(event.withData(new Ball("blue", 4))).isNotEqualTo(event);
    assertThat(
            TYPE.optionalAudience()
                .event(event.data())
                .id(event.id())
                .timestamp(NOON)
                .build("service"))
        .isEqualTo(event);
  }

  @Test
  void causeShouldBeAddedOnlyWhereItIsAnother() {
    Event<Ball> event = ball().build();
    Event<Ball> caused = event.causedBy(new UUID(0, 7));

    assertThat(caused.causationId()).isEqualTo(new UUID(0, 7));
    assertThat(caused.causedBy(new UUID(0, 7))).isSameAs(caused);
    assertThat(caused.causedBy(null)).isEqualTo(event);
  }

  @Test
  void unknownKeysShouldBeCopiedAndBeUnknown() {
    Map<String, JsonNode> keys = new LinkedHashMap<>();
    keys.put("z", IntNode.valueOf(1));
    keys.put("a", IntNode.valueOf(2));
    Event<Ball> event = ball().unknownKeys(keys).build();
    keys.clear();

    assertThat(event.unknownKeys()).containsOnlyKeys("z", "a");
    assertThat(event.unknownKeys().keySet()).containsExactly("z", "a");
    assertThatThrownBy(() -> event.unknownKeys().clear())
        .isInstanceOf(UnsupportedOperationException.class);
    for (EnvelopeKey key : EnvelopeKey.values()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> ball().unknownKeys(Map.of(key.wireName, IntNode.valueOf(1))))
          .withMessageContaining(key.wireName);
    }
  }

  @Test
  void textShouldNotContainThePayload() {
    assertThat(ball().session(new UUID(0, 2)).build())
        .hasToString(
            "test.ball 00000000-0000-0000-0000-000000000001"
                + " of session 00000000-0000-0000-0000-000000000002");
    assertThat(ball().build().toString()).doesNotContain(HostileInputs.MARKER);
  }

  @Test
  void builderShouldTellWhatItHasSoFar() {
    Event.Builder<Ball> builder = ball().session(new UUID(0, 2)).game(new UUID(0, 3));

    assertThat(builder.type()).isEqualTo("test.ball");
    assertThat(builder.id()).isEqualTo(new UUID(0, 1));
    assertThat(builder.session()).isEqualTo(new UUID(0, 2));
    assertThat(builder.game()).isEqualTo(new UUID(0, 3));
    assertThat(builder.user()).isNull();
  }
}
