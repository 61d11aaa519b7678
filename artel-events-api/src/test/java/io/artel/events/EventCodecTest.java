package io.artel.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.artel.events.Payloads.Ball;
import io.artel.events.Payloads.BallPotted;
import io.artel.events.Payloads.DoublesOnly;
import io.artel.events.Payloads.Everything;
import io.artel.events.Payloads.Nothing;
import io.artel.events.Payloads.Suit;
import io.artel.events.Payloads.Table;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventCodecTest {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final BallPotted POTTED = new BallPotted(new UUID(0, 0xa1), "red", 4, 12, 1);

  private final EventCodec codec = EventCodec.create();

  private static <T> Event<T> event(String type, Class<T> payload, T data) {
    return EventType.of(type, payload)
        .event(data)
        .id(new UUID(0, 0x1111))
        .timestamp(Instant.parse("2026-11-23T05:47:00.120Z"))
        .source("game_service")
        .build();
  }

  private static Event<JsonNode> tree(JsonNode data) {
    return event("test.tree", JsonNode.class, data);
  }

  @Test
  void bodyShouldBeExactlyTheWireContract() {
    Event<BallPotted> event =
        event("game.ball_potted", BallPotted.class, POTTED).toBuilder()
            .priority(EventPriority.HIGH)
            .correlation(new UUID(0, 0x9999))
            .causation(new UUID(0, 0x8888))
            .session(new UUID(0, 0xb2))
            .unknownKeys(Map.of("tenant", TextNode.valueOf("Бильярд \uD83C\uDFB1")))
            .build();

    assertThat(new String(codec.encode(event), UTF_8))
        .isEqualTo(
            "{\"event_id\":\"00000000-0000-0000-0000-000000001111\","
                + "\"event_type\":\"game.ball_potted\","
                + "\"timestamp\":\"2026-11-23T05:47:00.120000\","
                + "\"source_service\":\"game_service\","
                + "\"correlation_id\":\"00000000-0000-0000-0000-000000009999\","
                + "\"priority\":8,\"retries\":0,\"max_retries\":3,"
                + "\"user_id\":null,"
                + "\"session_id\":\"00000000-0000-0000-0000-0000000000b2\","
                + "\"game_id\":null,"
                + "\"data\":{\"player_id\":\"00000000-0000-0000-0000-0000000000a1\","
                + "\"ball_color\":\"red\",\"ball_points\":4,\"total_score\":12,"
                + "\"turn_position\":1},"
                + "\"tenant\":\"Бильярд \uD83C\uDFB1\"}");
  }

  @Test
  void timestampShouldBeWrittenInTheChosenStyle() {
    Event<Nothing> event = event("test.nothing", Nothing.class, new Nothing());

    assertThat(new String(codec.encode(event), UTF_8))
        .contains("\"timestamp\":\"2026-11-23T05:47:00.120000\"");
    assertThat(
            new String(
                EventCodec.builder().timestampStyle(TimestampStyle.RFC3339).build().encode(event),
                UTF_8))
        .contains("\"timestamp\":\"2026-11-23T05:47:00.120000Z\"");
  }

  @Test
  void payloadShouldBeSnakeCaseIsoTextAndNames() {
    Everything everything =
        new Everything(
            true,
            (byte) 1,
            (short) 2,
            3,
            4,
            0.5f,
            0.25,
            null,
            null,
            new BigInteger("12345678901234567890"),
            new BigDecimal("1.10"),
            "text",
            new UUID(0, 1),
            Suit.STRIPED,
            Instant.parse("2026-11-23T05:47:00.000000001Z"),
            LocalDate.parse("2026-11-23"),
            OffsetDateTime.parse("2026-11-23T05:47:00+03:00"),
            Duration.ofSeconds(90),
            List.of(new Ball("red", 1)),
            Map.of("a", 1));
    Event<Everything> event = event("test.everything", Everything.class, everything);
    byte[] body = codec.encode(event);

    assertThat(new String(body, UTF_8))
        .contains(
            "\"data\":{\"flag\":true,\"tiny\":1,\"small\":2,\"number\":3,\"big\":4,\"ratio\":0.5,"
                + "\"share\":0.25,\"boxed\":null,\"boxed_share\":null,"
                + "\"huge\":12345678901234567890,\"money\":1.10,\"text\":\"text\","
                + "\"player_id\":\"00000000-0000-0000-0000-000000000001\",\"suit\":\"STRIPED\","
                + "\"at\":\"2026-11-23T05:47:00.000000001Z\",\"day\":\"2026-11-23\","
                + "\"there\":\"2026-11-23T05:47:00+03:00\",\"lasting\":\"PT1M30S\","
                + "\"balls\":[{\"color\":\"red\",\"points\":1}],\"scores\":{\"a\":1}}");
    assertThat(codec.decode(body, Payloads.EVERYTHING)).isEqualTo(event);
  }

  @Test
  void knownTypeShouldBeBoundAndUnknownTypeShouldBeATree() {
    byte[] body = codec.encode(event("game.ball_potted", BallPotted.class, POTTED));

    assertThat(codec.decode(body, Payloads.CATALOG).data()).isEqualTo(POTTED);
    assertThat(codec.decode(body, EventCatalog.empty()).data()).isInstanceOf(ObjectNode.class);
    assertThat(codec.decodeTree(body).data().get("ball_points").intValue()).isEqualTo(4);
    assertThat(codec.decode(body, EventType.ofTree("game.ball_potted")).data())
        .isEqualTo(codec.decodeTree(body).data());
    assertThat(codec.decodeTree(body).requiresAudience()).isTrue();
  }

  @Test
  void eventOfAnotherTypeShouldBeRefused() {
    byte[] body = codec.encode(event("game.ball_potted", BallPotted.class, POTTED));

    assertThatExceptionOfType(MalformedEventException.class)
        .isThrownBy(() -> codec.decode(body, EventType.of("game.other", BallPotted.class)))
        .withMessage("event_type: expected game.other, found another one");
  }

  @Test
  void numbersOfATreeShouldStayExact() {
    String data = "{\"a\":12345678901234567890,\"b\":-0.1,\"c\":1.10,\"d\":1E-7,\"e\":9e300}";
    Event<JsonNode> event = codec.decodeTree(Bodies.typed("a.b", data).getBytes(UTF_8));

    assertThat(event.data().get("a").bigIntegerValue()).hasToString("12345678901234567890");
    assertThat(event.data().get("c").decimalValue()).isEqualTo(new BigDecimal("1.10"));
    assertThat(new String(codec.encode(event), UTF_8))
        .contains("{\"a\":12345678901234567890,\"b\":-0.1,\"c\":1.10,\"d\":1E-7,\"e\":9E+300}");
  }

  @Test
  void missingKeysShouldHaveTheirDefaults() {
    String body =
        "{\"event_id\":\"00000000000000000000000000001111\",\"event_type\":\"a.b\","
            + "\"timestamp\":\"2026-11-23 05:47:00.1234567+03:00\",\"source_service\":\"s\","
            + "\"data\":{}}";
    Event<JsonNode> event = codec.decodeTree(body.getBytes(UTF_8));

    assertThat(event)
        .isEqualTo(
            EventType.ofTree("a.b")
                .event(NODES.objectNode())
                .id(new UUID(0, 0x1111))
                .timestamp(Instant.parse("2026-11-23T02:47:00.123456Z"))
                .source("s")
                .build());
  }

  @Test
  void unknownKeysShouldBeKeptInOrderAndWrittenLast() {
    String body =
        Bodies.json(Bodies.keys())
            .replaceFirst("\\{", "{\"z\":null,\"a\":[1,{\"B\":2.50}],")
            .replaceFirst("}$", ",\"m\":\"x\"}");
    Event<JsonNode> event = codec.decodeTree(body.getBytes(UTF_8));

    assertThat(event.unknownKeys().keySet()).containsExactly("z", "a", "m");
    assertThat(new String(codec.encode(event), UTF_8))
        .endsWith("},\"z\":null,\"a\":[1,{\"B\":2.50}],\"m\":\"x\"}");
  }

  @Test
  void subtypesWithNamesOfTheirOwnShouldBeBound() {
    byte[] body = Bodies.typed("test.shape", "{\"kind\":\"square\",\"side\":3}").getBytes(UTF_8);

    Event<Payloads.Shape> event = codec.decode(body, Payloads.SHAPE);
    assertThat(event.data()).isEqualTo(new Payloads.Square(3));
    assertThat(codec.decode(codec.encode(event), Payloads.SHAPE)).isEqualTo(event);
  }

  @Test
  void refusalShouldNameTheKeyOrThePathOfTheData() {
    assertRefused(Bodies.with("retries", "\"5\""))
        .withMessage("retries: expected an integer from 0 to 2147483647, found a string");
    assertRefused(Bodies.with("retries", "05")).withMessage("retries: not JSON at byte 236");
    assertRefused(Bodies.with("data", Bodies.DATA.replace(":4", ":\"4\"")))
        .withMessage("data.ball_points: expected int, found a string");
    assertRefused(Bodies.with("data", Bodies.DATA.replace(",\"ball_points\":4", "")))
        .withMessage("data.ball_points: is missing");
    assertRefused(Bodies.typed("test.table", "{\"balls\":[{\"points\":1},{\"points\":null}]}"))
        .withMessage("data.balls[1].points: expected int, found null");
    assertRefused(Bodies.typed("test.table", "{\"pockets\":{\"k\":{\"points\":[]}}}"))
        .withMessage("data.pockets.*.points: expected int, found an array");
    assertRefused(Bodies.typed("test.positive", "{\"points\":-1}"))
        .withMessage("data: Positive refuses these values (IllegalArgumentException)");
    assertRefused("{\"data\":{}}")
        .withMessage("event_id, event_type, timestamp, source_service: missing");
    assertRefused("{\"retries\":1,\"retries\":1}").withMessage("retries: is there twice");
    assertRefused("{\"strange key\":1,\"strange key\":1}")
        .withMessage("an unknown key: is there twice");
  }

  private ThrowableAssertAlternative<MalformedEventException> assertRefused(String body) {
    return assertThatExceptionOfType(MalformedEventException.class)
        .isThrownBy(() -> codec.decode(body.getBytes(UTF_8), Payloads.CATALOG));
  }

  @Test
  void positionShouldCountFromTheStartOfTheBodyEvenWhenDataComesFirst() {
    String body = "{\"data\":{\"v\":\"\\q\"},\"event_type\":\"a.b\"}";

    assertRefused(body).withMessage("data: not JSON at byte 15");
  }

  @Test
  void numberThatIsNoneShouldNotBeWritten() {
    ObjectNode node = NODES.objectNode();
    node.putObject("a").putArray("b").add(1).add(Double.NaN);
    record Share(double share) {}
    record Shares(List<Share> shares, Map<String, Float> byName) {}

    assertNotWritten(event("a.b", Share.class, new Share(Double.NaN)))
        .withMessageContaining("data.share: NaN");
    assertNotWritten(
            event(
                "a.b",
                Shares.class,
                new Shares(List.of(new Share(0), new Share(1 / 0.0)), Map.of())))
        .withMessageContaining("data.shares[1].share: ");
    assertNotWritten(
            event("a.b", Shares.class, new Shares(List.of(), Map.of(HostileInputs.MARKER, 1 / 0f))))
        .withMessageContaining("data.by_name.*: ");
    assertNotWritten(event("a.b", DoublesOnly.class, new DoublesOnly(new double[] {0, -1 / 0.0})))
        .withMessageContaining("data.values[1]: ");
    assertNotWritten(tree(node)).withMessageContaining("data.a.b[1]: ");
    assertNotWritten(
            tree(NODES.objectNode()).toBuilder()
                .unknownKeys(Map.of("extra", NODES.numberNode(Float.NaN)))
                .build())
        .withMessageContaining("extra: ");
  }

  @Test
  void numberOrKeyThatNobodyReadsShouldNotBeWritten() {
    record Decimals(List<BigDecimal> decimals) {}
    BigInteger longest = BigInteger.TEN.pow(999);
    BigInteger tooLong = BigInteger.TEN.pow(1_000);

    Event<JsonNode> event =
        tree(
            NODES.objectNode().put("a", longest).put("k".repeat(1_000), new BigDecimal("1e-1000")));
    assertThat(codec.decodeTree(codec.encode(event))).isEqualTo(event);
    assertNotWritten(tree(NODES.objectNode().put("a", tooLong)))
        .withMessageContaining("data.a: a number has more than 1000 digits");
    for (BigDecimal decimal :
        List.of(new BigDecimal("1e1001"), new BigDecimal("1e-1001"), new BigDecimal(longest, 1))) {
      assertNotWritten(event("a.b", Decimals.class, new Decimals(List.of(decimal))))
          .withMessageContaining("data.decimals[0]: a number has more than 1000 digits");
    }
    assertNotWritten(tree(NODES.objectNode().put("k".repeat(1_001), 1)))
        .withMessageContaining("data: a key is longer than 1000 characters");
  }

  @Test
  void dataThatIsNoObjectShouldNotBeWritten() {
    assertNotWritten(event("a.b", String.class, HostileInputs.MARKER));
    assertNotWritten(event("a.b", Integer.class, 1));
    assertNotWritten(event("a.b", Suit.class, Suit.SOLID));
    assertNotWritten(tree(NODES.nullNode()));
    ArrayNode array = NODES.arrayNode().add(HostileInputs.MARKER);
    assertNotWritten(tree(array)).withMessageContaining("data: is not written as a JSON object");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\uD83C", "x\uDFB1", "\uDFB1\uD83C", "\uD83C\uD83C\uDFB1"})
  void halfASurrogatePairShouldNotBeWritten(String text) {
    String marked = HostileInputs.MARKER + text;

    assertNotWritten(event("a.b", Ball.class, new Ball(marked, 1)))
        .withMessageContaining("data.color: has half a surrogate pair");
    assertNotWritten(tree(NODES.objectNode().put(marked, 1)))
        .withMessageContaining("data: has half a surrogate pair");
    assertNotWritten(
            tree(NODES.objectNode()).toBuilder()
                .unknownKeys(Map.of("extra", TextNode.valueOf(marked)))
                .build())
        .withMessageContaining("extra: ");
  }

  record Broken(int value) {
    @Override
    public int value() {
      throw new IllegalStateException(HostileInputs.MARKER);
    }
  }

  @Test
  void whatJacksonCannotWriteShouldNotBeWritten() {
    record Maybe(Optional<String> value) {}

    assertNotWritten(event("a.b", Maybe.class, new Maybe(Optional.of(HostileInputs.MARKER))))
        .withMessageContaining("data.value: ")
        .withMessageContaining("Optional");
    assertNotWritten(event("a.b", Broken.class, new Broken(1)))
        .withMessageContaining("data.value: failed with java.lang.IllegalStateException");
  }

  @Test
  void bodyShouldBeWrittenUpToTheLimitOfBytes() {
    Event<Ball> small = event("a.b", Ball.class, new Ball("", 1));
    int rest = EventCodec.DEFAULT_MAX_BYTES - codec.encode(small).length;

    Event<Ball> longest = small.withData(new Ball("x".repeat(rest), 1));
    byte[] body = codec.encode(longest);
    assertThat(body).hasSize(EventCodec.DEFAULT_MAX_BYTES);
    assertThat(codec.decode(body, EventType.of("a.b", Ball.class))).isEqualTo(longest);
    assertNotWritten(small.withData(new Ball("x".repeat(rest + 1), 1)))
        .withMessageContaining("longer than 1048576 bytes");
  }

  @Test
  void bodyShouldBeWrittenUpToTheLimitOfDepth() {
    Event<JsonNode> deepest = tree(nested(98));

    assertThat(codec.decodeTree(codec.encode(deepest))).isEqualTo(deepest);
    assertNotWritten(tree(nested(99))).withMessageContaining("nested deeper than 100");
    List<Object> cycle = new ArrayList<>();
    cycle.add(cycle);
    assertNotWritten(event("a.b", Map.class, Map.of("a", cycle)))
        .withMessageContaining("nested deeper than 100");
  }

  private static ObjectNode nested(int arrays) {
    ArrayNode node = NODES.arrayNode();
    for (int i = 1; i < arrays; i++) {
      node = NODES.arrayNode().add(node);
    }
    return NODES.objectNode().set("a", node);
  }

  private ThrowableAssertAlternative<IllegalArgumentException> assertNotWritten(Event<?> event) {
    ThrowableAssertAlternative<IllegalArgumentException> refusal =
        assertThatIllegalArgumentException()
            .isThrownBy(() -> codec.encode(event))
            .withMessageStartingWith("event " + event.type() + " cannot be written: ")
            .withNoCause();
    return refusal.withMessageNotContaining(HostileInputs.MARKER);
  }

  @Test
  void longTextsShouldSurviveWhereverTheBufferEnds() {
    for (int length = 7_600; length < 8_100; length++) {
      Event<Ball> event =
          event("a.b", Ball.class, new Ball("x".repeat(length) + "\uD83C\uDFB1é\n\u0000", 1));

      assertThat(codec.decode(codec.encode(event), EventType.of("a.b", Ball.class)))
          .isEqualTo(event);
    }
  }

  @Test
  void emptyRecordShouldBeAnEmptyObject() {
    Event<Nothing> event = event("test.nothing", Nothing.class, new Nothing());

    assertThat(new String(codec.encode(event), UTF_8)).endsWith("\"data\":{}}");
    assertThat(codec.decode(codec.encode(event), Payloads.NOTHING)).isEqualTo(event);
  }

  @ParameterizedTest
  @EnumSource
  void priorityShouldBeReadByNumberAndByName(EventPriority priority) {
    for (String value :
        List.of(
            String.valueOf(priority.number()),
            "\"" + priority.name() + "\"",
            "\"" + priority.name().toLowerCase(Locale.ROOT) + "\"")) {
      assertThat(codec.decodeTree(Bodies.with("priority", value).getBytes(UTF_8)).priority())
          .isEqualTo(priority);
    }
  }

  @Test
  void limitsShouldBeChecked() {
    for (int bytes : new int[] {Integer.MIN_VALUE, 0, 16 * 1024 * 1024 + 1}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> EventCodec.builder().maxBytes(bytes))
          .withMessageContaining("maxBytes is " + bytes);
    }
    for (int depth : new int[] {-1, 0, 101}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> EventCodec.builder().maxDepth(depth))
          .withMessageContaining("maxDepth is " + depth);
    }
    byte[] body = codec.encode(tree(nested(1)));
    assertThat(EventCodec.builder().maxDepth(3).maxBytes(body.length).build().decodeTree(body))
        .isEqualTo(tree(nested(1)));
    assertThatExceptionOfType(MalformedEventException.class)
        .isThrownBy(() -> EventCodec.builder().maxDepth(2).build().decodeTree(body))
        .withMessage("data: nested too deep");
    assertThatExceptionOfType(MalformedEventException.class)
        .isThrownBy(() -> EventCodec.builder().maxBytes(body.length - 1).build().decodeTree(body))
        .withMessageContaining(body.length + " bytes");
  }

  @Test
  void codecShouldServeSeveralThreads() {
    Table table = new Table("t", List.of(new Ball("red", 1)), Map.of("a", new Ball("blue", 2)));
    Event<Table> event = event("test.table", Table.class, table);

    assertThat(
            IntStream.range(0, 2_000)
                .parallel()
                .mapToObj(i -> event.toBuilder().id(new UUID(1, i)).build())
                .filter(e -> codec.decode(codec.encode(e), Payloads.CATALOG).equals(e)))
        .hasSize(2_000);
  }
}
