package io.artel.events.amqp.internal.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.rabbitmq.client.LongString;
import com.rabbitmq.client.impl.LongStringHelper;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeadersTest {

  private static final UUID ID = UUID.fromString("0f14d0ab-9605-4a62-a9e4-5ed26688389b");

  static Stream<Arguments> counts() {
    return Stream.of(
        Arguments.of((byte) 3, 3),
        Arguments.of((short) 3, 3),
        Arguments.of(3, 3),
        Arguments.of(3L, 3),
        Arguments.of("3", 3),
        Arguments.of(text("3"), 3),
        Arguments.of(text(" 3 "), 3),
        Arguments.of(text("0003"), 3),
        Arguments.of(20, 20),
        Arguments.of(21, 0),
        Arguments.of(-1, 0),
        Arguments.of(Integer.MIN_VALUE, 0),
        Arguments.of(Long.MAX_VALUE, 0),
        Arguments.of((1L << 32) + 3, 0),
        Arguments.of(text("-1"), 0),
        Arguments.of(text("21"), 0),
        Arguments.of(text("9".repeat(20)), 0),
        Arguments.of(text("9".repeat(1_000_000)), 0),
        Arguments.of(text("3.0"), 0),
        Arguments.of(text("0x3"), 0),
        Arguments.of(text("three"), 0),
        Arguments.of(text(""), 0),
        Arguments.of(3.0, 0),
        Arguments.of(3.0f, 0),
        Arguments.of(Double.NaN, 0),
        Arguments.of(new BigDecimal("3"), 0),
        Arguments.of(true, 0),
        Arguments.of(Date.from(Instant.ofEpochMilli(3)), 0),
        Arguments.of(new byte[] {3}, 0),
        Arguments.of(List.of(3), 0),
        Arguments.of(Map.of("3", 3), 0),
        Arguments.of(null, 0));
  }

  @ParameterizedTest
  @MethodSource("counts")
  void countShouldBeReadFromAnyIntegerAndFromNothingElse(@Nullable Object value, int count) {
    Map<String, Object> headers = new HashMap<>();
    headers.put(Headers.RETRY_COUNT, value);

    assertThat(Headers.count(headers, Headers.RETRY_COUNT, 20)).isEqualTo(count);
  }

  @Property
  void anyTextShouldCountAtMostTheMaximum(@ForAll String value, @ForAll long number) {
    assertThat(Headers.count(Map.of("n", text(value)), "n", 20)).isBetween(0, 20);
    assertThat(Headers.count(Map.of("n", number), "n", 20)).isBetween(0, 20);
    assertThat(Headers.count(Map.of("n", Long.toString(number)), "n", 20)).isBetween(0, 20);
  }

  @Test
  void missingHeadersShouldBeNothing() {
    assertThat(Headers.count(null, "n", 20)).isZero();
    assertThat(Headers.count(Map.of(), "n", 20)).isZero();
    assertThat(Headers.text(null, "n")).isNull();
    assertThat(Headers.time(null, "n")).isNull();
    assertThat(Headers.uuid(null, "n")).isNull();
    assertThat(Headers.plain(null)).isEmpty();
  }

  @Test
  void timeShouldBeOneThatAClockCouldShow() {
    assertThat(time(1_700_000_000_123L)).isEqualTo(Instant.parse("2023-11-14T22:13:20.123Z"));
    assertThat(time(text("1700000000123"))).isEqualTo(Instant.ofEpochMilli(1_700_000_000_123L));
    assertThat(time(0)).isEqualTo(Instant.EPOCH);
    assertThat(time(-1L)).isNull();
    assertThat(time(Long.MAX_VALUE)).isNull();
    assertThat(time(253_402_300_800_000L)).isNull();
    assertThat(time(Date.from(Instant.now()))).isNull();
    assertThat(time(text("now"))).isNull();
  }

  @Test
  void uuidShouldBeReadWithAndWithoutHyphens() {
    assertThat(uuid(text(ID.toString()))).isEqualTo(ID);
    assertThat(uuid(text(ID.toString().replace("-", "")))).isEqualTo(ID);
    assertThat(uuid(ID.toString().toUpperCase(Locale.ROOT))).isEqualTo(ID);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1-1-1-1-1",
        "not a uuid",
        "0f14d0ab-9605-4a62-a9e4-5ed26688389",
        "0f14d0ab-9605-4a62-a9e4-5ed26688389bc",
        "zf14d0ab-9605-4a62-a9e4-5ed26688389b",
        "------------------------------------",
        "................................",
      })
  void whatIsNoUuidShouldBeNone(String value) {
    assertThat(uuid(text(value))).isNull();
  }

  @Test
  void uuidOfAnotherTypeShouldBeNone() {
    assertThat(uuid(5)).isNull();
    assertThat(uuid(new byte[36])).isNull();
    assertThat(Headers.text(Map.of("n", 5), "n")).isNull();
  }

  @Test
  void headersShouldBecomePlainJavaValues() {
    byte[] bytes = {1, 2};
    Map<String, Object> headers = new HashMap<>();
    headers.put("text", text("grüße"));
    headers.put("byte", (byte) 1);
    headers.put("short", (short) 2);
    headers.put("int", 3);
    headers.put("long", 4L);
    headers.put("float", 5f);
    headers.put("double", 6d);
    headers.put("decimal", new BigDecimal("7.5"));
    headers.put("boolean", true);
    headers.put("time", Date.from(Instant.ofEpochMilli(8000)));
    headers.put("bytes", bytes);
    headers.put("null", null);
    headers.put("list", new ArrayList<>(Arrays.asList(text("a"), null, List.of(text("b")))));
    headers.put("map", Map.of("inner", text("c")));

    assertThat(Headers.plain(headers))
        .containsOnly(
            entry("text", "grüße"),
            entry("byte", (byte) 1),
            entry("short", (short) 2),
            entry("int", 3),
            entry("long", 4L),
            entry("float", 5f),
            entry("double", 6d),
            entry("decimal", new BigDecimal("7.5")),
            entry("boolean", true),
            entry("time", Instant.ofEpochMilli(8000)),
            entry("bytes", bytes),
            entry("list", List.of("a", List.of("b"))),
            entry("map", Map.of("inner", "c")));
  }

  @Test
  void deepHeadersShouldBeCutAndNotOverflowTheStack() {
    Map<String, Object> map = Map.of("end", 1);
    List<Object> list = List.of(1);
    for (int i = 0; i < 100_000; i++) {
      map = Map.of("deeper", map);
      list = List.of(list);
    }

    assertThat(Headers.plain(Map.of("map", map, "list", list))).containsKeys("map", "list");
  }

  private static LongString text(String text) {
    return LongStringHelper.asLongString(text);
  }

  private static @Nullable Instant time(Object value) {
    return Headers.time(Map.of("n", value), "n");
  }

  private static @Nullable UUID uuid(Object value) {
    return Headers.uuid(Map.of("n", value), "n");
  }
}
