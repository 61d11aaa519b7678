package io.artel.events;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Payload classes for the tests of the codec, and their types. */
public final class Payloads {

  record BallPotted(
      UUID playerId, String ballColor, int ballPoints, int totalScore, int turnPosition) {}

  enum Suit {
    SOLID,
    STRIPED
  }

  record Everything(
      boolean flag,
      byte tiny,
      short small,
      int number,
      long big,
      float ratio,
      double share,
      @Nullable Integer boxed,
      @Nullable Double boxedShare,
      @Nullable BigInteger huge,
      @Nullable BigDecimal money,
      @Nullable String text,
      @Nullable UUID playerId,
      @Nullable Suit suit,
      @Nullable Instant at,
      @Nullable LocalDate day,
      @Nullable OffsetDateTime there,
      @Nullable Duration lasting,
      @Nullable List<Ball> balls,
      @Nullable Map<String, Integer> scores) {}

  record Ball(String color, int points) {}

  record Table(String name, List<Ball> balls, Map<String, Ball> pockets) {}

  record Nothing() {}

  record IntOnly(int value) {}

  record LongOnly(long value) {}

  record FloatOnly(float value) {}

  record DoubleOnly(double value) {}

  @SuppressWarnings("ArrayRecordComponent")
  record DoublesOnly(double[] values) {}

  record BigIntegerOnly(BigInteger value) {}

  record DecimalOnly(BigDecimal value) {}

  record BooleanOnly(boolean value) {}

  record TextOnly(@Nullable String value) {}

  record UuidOnly(@Nullable UUID value) {}

  record SuitOnly(@Nullable Suit value) {}

  record InstantOnly(@Nullable Instant value) {}

  record ClassOnly(@Nullable Class<?> value) {}

  record Positive(int points) {
    Positive {
      if (points <= 0) {
        throw new IllegalArgumentException("points " + points + " of " + HostileInputs.MARKER);
      }
    }
  }

  record Required(String name) {
    Required {
      Objects.requireNonNull(name, "name");
    }
  }

  /** What a careless user might write; the class name on the wire must stay a text. */
  record Trusting(@JsonTypeInfo(use = JsonTypeInfo.Id.CLASS) Object value) {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.CLASS)
  interface Loaded {}

  record Gadget(int value) implements Loaded {}

  record Holder(Loaded value) {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Circle.class, name = "circle"),
    @JsonSubTypes.Type(value = Square.class, name = "square")
  })
  interface Shape {}

  record Circle(int radius) implements Shape {}

  record Square(int side) implements Shape {}

  static final EventType<BallPotted> BALL_POTTED =
      EventType.of("game.ball_potted", BallPotted.class).priority(EventPriority.HIGH);
  static final EventType<Everything> EVERYTHING = EventType.of("test.everything", Everything.class);
  static final EventType<Table> TABLE = EventType.of("test.table", Table.class);
  static final EventType<Nothing> NOTHING = EventType.of("test.nothing", Nothing.class);
  static final EventType<Shape> SHAPE = EventType.of("test.shape", Shape.class);

  /** All of the types. */
  public static final EventCatalog CATALOG =
      EventCatalog.of(
          BALL_POTTED,
          EVERYTHING,
          TABLE,
          NOTHING,
          SHAPE,
          EventType.of("test.int", IntOnly.class),
          EventType.of("test.long", LongOnly.class),
          EventType.of("test.float", FloatOnly.class),
          EventType.of("test.double", DoubleOnly.class),
          EventType.of("test.doubles", DoublesOnly.class),
          EventType.of("test.big_integer", BigIntegerOnly.class),
          EventType.of("test.decimal", DecimalOnly.class),
          EventType.of("test.boolean", BooleanOnly.class),
          EventType.of("test.text", TextOnly.class),
          EventType.of("test.uuid", UuidOnly.class),
          EventType.of("test.suit", SuitOnly.class),
          EventType.of("test.instant", InstantOnly.class),
          EventType.of("test.class", ClassOnly.class),
          EventType.of("test.positive", Positive.class),
          EventType.of("test.required", Required.class),
          EventType.of("test.trusting", Trusting.class),
          EventType.of("test.holder", Holder.class),
          EventType.of("test.map", Map.class));

  private Payloads() {}
}
