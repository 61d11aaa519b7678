package io.artel.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.artel.events.Payloads.Ball;
import io.artel.events.Payloads.Everything;
import io.artel.events.Payloads.Suit;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;

class RoundTripTest {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();
  private static final int[] POINT_BITS = {5, 7, 11, 16, 20};
  private static final long FIRST_SECOND = Instant.parse("0001-01-01T00:00:00Z").getEpochSecond();
  private static final long LAST_SECOND = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

  @Property(tries = 200)
  void treeEventShouldComeBackAsItWas(
      @ForAll("treeEvents") Event<JsonNode> event, @ForAll TimestampStyle style) {
    EventCodec codec = EventCodec.builder().timestampStyle(style).build();
    byte[] body = codec.encode(event);

    assertThat(codec.decodeTree(body)).isEqualTo(event);
    assertThat(codec.decode(body, EventCatalog.empty())).isEqualTo(event);
    assertThat(codec.encode(codec.decodeTree(body))).isEqualTo(body);
  }

  @Property(tries = 200)
  void typedEventShouldComeBackAsItWas(
      @ForAll("typedEvents") Event<Everything> event, @ForAll TimestampStyle style) {
    EventCodec codec = EventCodec.builder().timestampStyle(style).build();
    byte[] body = codec.encode(event);

    assertThat(codec.decode(body, Payloads.EVERYTHING)).isEqualTo(event);
    assertThat(codec.decode(body, Payloads.CATALOG)).isEqualTo(event);
    assertThat(codec.encode(codec.decode(body, Payloads.CATALOG))).isEqualTo(body);
  }

  @Property(tries = 200)
  void orderOfKeysAndSpacesShouldNotMatter(
      @ForAll("treeEvents") Event<JsonNode> event, @ForAll long seed)
      throws JsonProcessingException {
    EventCodec codec = EventCodec.create();
    ObjectNode body = (ObjectNode) JSON.readTree(new String(codec.encode(event), UTF_8));
    List<String> keys = new ArrayList<>();
    body.fieldNames().forEachRemaining(keys::add);
    Collections.shuffle(keys, new Random(seed));
    ObjectNode shuffled = NODES.objectNode();
    keys.forEach(key -> shuffled.set(key, body.get(key)));
    String pretty = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(shuffled);

    assertThat(codec.decodeTree(pretty.getBytes(UTF_8))).isEqualTo(event);
  }

  @Property
  void timeShouldBeReadAsJavaReadsIt(
      @ForAll("instants") Instant instant,
      @ForAll @IntRange(min = -18, max = 18) int offsetHours,
      @ForAll @IntRange(min = 0, max = 9) int digits,
      @ForAll("separators") char separator) {
    OffsetDateTime time = instant.atOffset(ZoneOffset.ofHours(offsetHours));
    String fraction = digits == 0 ? "" : "." + "S".repeat(digits);
    String pattern = "uuuu-MM-dd'" + separator + "'HH:mm:ss" + fraction + "xxx";
    if (time.getYear() < 1 || time.getYear() > 9999) {
      return;
    }
    String text = DateTimeFormatter.ofPattern(pattern, Locale.ROOT).format(time);

    assertThat(WireTime.parse(text.toCharArray(), 0, text.length()))
        .isEqualTo(OffsetDateTime.parse(text.replace(separator, 'T')).toInstant());
  }

  @Property
  void timeShouldBeWrittenAsJavaWritesIt(@ForAll("instants") Instant instant) {
    char[] text = new char[WireTime.LONGEST_WRITTEN];
    int length = WireTime.write(instant, TimestampStyle.NAIVE_UTC, text);

    assertThat(new String(text, 0, length))
        .isEqualTo(
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS", Locale.ROOT)
                .format(LocalDateTime.ofInstant(instant, ZoneOffset.UTC)));
  }

  @Property(tries = 2_000)
  void bytesShouldBeRefusedExactlyWhenJavaRefusesThem(@ForAll("nearlyUtf8") byte[] bytes) {
    boolean decodes = true;
    try {
      UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
    } catch (CharacterCodingException e) {
      decodes = false;
    }

    assertThat(BodyScan.complaint(bytes) == null).isEqualTo(decodes);
  }

  @Property
  void uuidShouldBeReadInEveryForm(@ForAll("uuids") UUID uuid) {
    String text = uuid.toString();
    for (String form : List.of(text, text.replace("-", ""), text.toUpperCase(Locale.ROOT))) {
      assertThat(WireUuid.parse(("::" + form).toCharArray(), 2, form.length())).isEqualTo(uuid);
    }
  }

  @Provide
  Arbitrary<Character> separators() {
    return Arbitraries.of('T', ' ', 't');
  }

  @Provide
  Arbitrary<byte[]> nearlyUtf8() {
    Arbitrary<String> pieces =
        Arbitraries.oneOf(
            texts(0, 4).map(text -> text.replace('\0', '0').replace('\\', '/')),
            Arbitraries.of("abcdefgh", "12345678901234567"));
    Arbitrary<byte[]> bytes =
        Arbitraries.bytes()
            .filter(value -> value != 0 && value != '\\' && value != (byte) 0xEF)
            .array(byte[].class)
            .ofMaxSize(4);
    return Arbitraries.oneOf(
            pieces.map(text -> text.getBytes(UTF_8)),
            pieces.map(text -> cut(text.getBytes(UTF_8))),
            bytes)
        .list()
        .ofMaxSize(6)
        .map(RoundTripTest::join)
        .filter(joined -> joined.length == 0 || joined[0] != (byte) 0xEF);
  }

  private static byte[] cut(byte[] bytes) {
    return Arrays.copyOf(bytes, Math.max(0, bytes.length - 1));
  }

  private static byte[] join(List<byte[]> parts) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    parts.forEach(joined::writeBytes);
    return joined.toByteArray();
  }

  @Provide
  Arbitrary<Event<JsonNode>> treeEvents() {
    return events(
        names().map(EventType::ofTree).flatMap(type -> objects(3).map(data -> type.event(data))));
  }

  @Provide
  Arbitrary<Event<Everything>> typedEvents() {
    return events(everything().map(data -> Payloads.EVERYTHING.event(data)));
  }

  private <T> Arbitrary<Event<T>> events(Arbitrary<Event.Builder<T>> builders) {
    Arbitrary<Event.Builder<T>> withIds =
        Combinators.combine(
                builders,
                uuids(),
                uuids().injectNull(0.3),
                uuids().injectNull(0.3),
                uuids().injectNull(0.3),
                uuids().injectNull(0.3))
            .as(
                (builder, id, correlation, user, session, game) ->
                    builder.id(id).correlation(correlation).user(user).session(session).game(game));
    Arbitrary<String> services = texts(1, 60).map(text -> text.replaceAll("\\p{Cc}", "_") + "x");
    return Combinators.combine(
            withIds,
            instants(),
            services,
            Arbitraries.of(EventPriority.class),
            Arbitraries.integers().between(0, Integer.MAX_VALUE),
            Arbitraries.integers().between(0, Integer.MAX_VALUE),
            Arbitraries.maps(unknownKeys(), values(2)).ofMaxSize(3))
        .as(
            (builder, time, service, priority, retries, maxRetries, unknown) ->
                builder
                    .timestamp(time)
                    .source(service)
                    .priority(priority)
                    .retries(retries)
                    .maxRetries(maxRetries)
                    .unknownKeys(unknown)
                    .build());
  }

  private static Arbitrary<String> unknownKeys() {
    return texts(0, 8).filter(key -> EnvelopeKey.of(key) == null);
  }

  private static Arbitrary<String> names() {
    Arbitrary<String> words =
        Arbitraries.strings()
            .withCharRange('a', 'z')
            .withChars("_-09AZ")
            .ofMinLength(1)
            .ofMaxLength(9);
    return words.list().ofMinSize(2).ofMaxSize(4).map(list -> String.join(".", list));
  }

  @Provide
  Arbitrary<UUID> uuids() {
    return Combinators.combine(Arbitraries.longs(), Arbitraries.longs()).as(UUID::new);
  }

  @Provide
  Arbitrary<Instant> instants() {
    return Combinators.combine(
            Arbitraries.longs().between(FIRST_SECOND, LAST_SECOND),
            Arbitraries.integers().between(0, 999_999_999))
        .as(Instant::ofEpochSecond);
  }

  /** Texts of any code points but halves of surrogate pairs, every length of UTF-8 alike. */
  private static Arbitrary<String> texts(int minLength, int maxLength) {
    return Arbitraries.randomValue(
        random -> {
          int length = minLength + random.nextInt(maxLength - minLength + 1);
          StringBuilder text = new StringBuilder();
          while (text.codePointCount(0, text.length()) < length) {
            int point = random.nextInt(1 << POINT_BITS[random.nextInt(POINT_BITS.length)]);
            if (point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE) {
              text.appendCodePoint(point);
            }
          }
          return text.toString();
        });
  }

  private static Arbitrary<ObjectNode> objects(int depth) {
    return Arbitraries.maps(texts(0, 12), values(depth))
        .ofMaxSize(4)
        .map(
            fields -> {
              ObjectNode node = NODES.objectNode();
              fields.forEach(node::set);
              return node;
            });
  }

  private static Arbitrary<JsonNode> values(int depth) {
    Arbitrary<JsonNode> scalars =
        Arbitraries.oneOf(
            Arbitraries.just(NODES.nullNode()),
            Arbitraries.of(true, false).map(NODES::booleanNode),
            Arbitraries.integers().map(NODES::numberNode),
            Arbitraries.longs().filter(value -> value != value.intValue()).map(NODES::numberNode),
            hugeIntegers().map(NODES::numberNode),
            decimals().map(NODES::numberNode),
            texts(0, 12).map(NODES::textNode));
    if (depth == 0) {
      return scalars;
    }
    Arbitrary<JsonNode> arrays =
        values(depth - 1)
            .list()
            .ofMaxSize(4)
            .map(
                list -> {
                  ArrayNode node = NODES.arrayNode();
                  list.forEach(node::add);
                  return node;
                });
    return Arbitraries.frequencyOf(
        Tuple.of(4, scalars),
        Tuple.of(1, arrays),
        Tuple.of(1, objects(depth - 1).map(node -> node)));
  }

  private static Arbitrary<BigInteger> hugeIntegers() {
    return Combinators.combine(
            Arbitraries.bigIntegers()
                .between(BigInteger.ONE.shiftLeft(63), BigInteger.TEN.pow(200)),
            Arbitraries.of(true, false))
        .as((value, negative) -> negative ? value.negate().subtract(BigInteger.ONE) : value);
  }

  /** With at least one digit behind the point, since 5 would come back as an integer. */
  private static Arbitrary<BigDecimal> decimals() {
    return Combinators.combine(Arbitraries.longs(), Arbitraries.integers().between(1, 300))
        .as((unscaled, scale) -> BigDecimal.valueOf(unscaled, scale));
  }

  private Arbitrary<Everything> everything() {
    Arbitrary<Everything> numbers =
        Combinators.combine(
                Arbitraries.bytes(),
                Arbitraries.shorts(),
                Arbitraries.integers(),
                Arbitraries.longs(),
                Arbitraries.floats().filter(Float::isFinite),
                Arbitraries.doubles().filter(Double::isFinite),
                hugeIntegers().injectNull(0.2),
                decimals().injectNull(0.2))
            .as(
                (tiny, small, number, big, ratio, share, huge, money) ->
                    new Everything(
                        tiny > 0,
                        tiny,
                        small,
                        number,
                        big,
                        ratio,
                        share,
                        tiny > 50 ? null : number,
                        tiny > 50 ? null : share,
                        huge,
                        money,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null));
    return Combinators.combine(
            numbers,
            texts(0, 12).injectNull(0.2),
            uuids().injectNull(0.2),
            Arbitraries.of(Suit.class).injectNull(0.2),
            instants().injectNull(0.2),
            Combinators.combine(texts(0, 12), Arbitraries.integers())
                .as(Ball::new)
                .list()
                .ofMaxSize(3)
                .injectNull(0.2),
            Arbitraries.maps(texts(0, 12), Arbitraries.integers()).ofMaxSize(3).injectNull(0.2))
        .as(RoundTripTest::with);
  }

  private static Everything with(
      Everything numbers,
      String text,
      UUID player,
      Suit suit,
      Instant at,
      List<Ball> balls,
      Map<String, Integer> scores) {
    return new Everything(
        numbers.flag(),
        numbers.tiny(),
        numbers.small(),
        numbers.number(),
        numbers.big(),
        numbers.ratio(),
        numbers.share(),
        numbers.boxed(),
        numbers.boxedShare(),
        numbers.huge(),
        numbers.money(),
        text,
        player,
        suit,
        at,
        at == null ? null : LocalDate.ofInstant(at, ZoneOffset.UTC),
        at == null ? null : at.truncatedTo(ChronoUnit.SECONDS).atOffset(ZoneOffset.ofHours(3)),
        at == null ? null : Duration.between(Instant.EPOCH, at),
        balls,
        scores);
  }
}
