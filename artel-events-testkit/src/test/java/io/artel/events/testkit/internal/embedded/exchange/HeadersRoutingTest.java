package io.artel.events.testkit.internal.embedded.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.artel.events.testkit.internal.embedded.wire.ByteString;
import io.artel.events.testkit.internal.embedded.wire.Decimal;
import io.artel.events.testkit.internal.embedded.wire.Dialect;
import io.artel.events.testkit.internal.embedded.wire.FieldTable;
import io.artel.events.testkit.internal.embedded.wire.FieldType;
import io.artel.events.testkit.internal.embedded.wire.FieldValue;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class HeadersRoutingTest {
  private static final FieldValue ONE = new FieldValue(FieldType.SIGNEDINT, 1L);

  @ParameterizedTest
  @CsvSource({
    "all, true, true, true",
    "all, true, false, false",
    "all, false, false, false",
    "any, true, false, true",
    "any, false, false, false"
  })
  void allNeedsEveryArgumentAndAnyOne(String match, boolean first, boolean second, boolean hit) {
    FieldTable bound = Host.table("x-match", match).with("a", ONE).with("b", ONE);
    FieldTable headers =
        Host.table("a", first ? ONE : FieldValue.of("other")).with(second ? "b" : "not-b", ONE);
    assertThat(matches(Dialect.V4_3, bound, headers)).isEqualTo(hit);
  }

  @ParameterizedTest
  @CsvSource({"all, true", "any, false", "all-with-x, false", "any-with-x, true"})
  void argumentsWithAnXCountIfAskedFor(String match, boolean hit) {
    FieldTable bound = Host.table("x-match", match).with("x-a", ONE).with("b", ONE);
    FieldTable headers = match.startsWith("all") ? Host.table("b", ONE) : Host.table("x-a", ONE);
    assertThat(matches(Dialect.V4_3, bound, headers)).isEqualTo(hit);
  }

  @Test
  void withoutArgumentsAllMatchesAndAnyDoesNot() {
    assertThat(matches(Dialect.V4_3, FieldTable.EMPTY, null)).isTrue();
    assertThat(matches(Dialect.V4_3, Host.table("x-match", "any"), Host.table("a", ONE))).isFalse();
  }

  @Test
  void anArgumentWithoutValueNeedsOnlyTheHeader() {
    FieldTable bound = Host.table("a", FieldValue.VOID);
    assertThat(matches(Dialect.V4_3, bound, Host.table("a", ONE))).isTrue();
    assertThat(matches(Dialect.V4_3, bound, Host.table("b", ONE))).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void widthsOfNumbersAndKindsOfTextDoNotMatter(Dialect dialect) {
    assertThat(equal(dialect, ONE, FieldValue.of(1L))).isTrue();
    assertThat(equal(dialect, ONE, new FieldValue(FieldType.BYTE, 1L))).isTrue();
    assertThat(equal(dialect, ONE, FieldValue.of(2L))).isFalse();
    assertThat(equal(dialect, ONE, FieldValue.of("1"))).isFalse();
    assertThat(equal(dialect, real(1.5), new FieldValue(FieldType.FLOAT, 1.5f))).isTrue();
    FieldValue bytes = new FieldValue(FieldType.BINARY, ByteString.of("a"));
    assertThat(equal(dialect, FieldValue.of("a"), bytes)).isTrue();
    assertThat(equal(dialect, FieldValue.of(""), FieldValue.VOID)).isFalse();
    assertThat(equal(dialect, FieldValue.of(true), FieldValue.of("true"))).isFalse();
    FieldValue decimal = new FieldValue(FieldType.DECIMAL, new Decimal(1, 15));
    assertThat(equal(dialect, decimal, new FieldValue(FieldType.DECIMAL, new Decimal(1, 15))))
        .isTrue();
    assertThat(equal(dialect, decimal, new FieldValue(FieldType.DECIMAL, new Decimal(2, 150))))
        .isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void wholeAndRealNumbersAreEqualOnlyBefore40(Dialect dialect) {
    boolean before = !dialect.since(Dialect.V4_0);
    assertThat(equal(dialect, ONE, real(1.0))).isEqualTo(before);
    assertThat(equal(dialect, real(1.0), ONE)).isEqualTo(before);
    assertThat(equal(dialect, real(0.0), real(-0.0))).isEqualTo(before);
    assertThat(equal(dialect, ONE, real(1.5))).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void since40TimesOfMessagesAreInMilliseconds(Dialect dialect) {
    FieldValue time = FieldValue.timestamp(1_700_000_000L);
    boolean before = !dialect.since(Dialect.V4_0);
    assertThat(equal(dialect, time, time)).isEqualTo(before);
    assertThat(equal(dialect, FieldValue.of(1_700_000_000_000L), time)).isEqualTo(!before);
    assertThat(equal(dialect, time, FieldValue.of(1_700_000_000L))).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void withinListsAndTablesTypesMatter(Dialect dialect) {
    FieldValue list = FieldValue.of(List.of(ONE, FieldValue.of("a")));
    assertThat(equal(dialect, list, FieldValue.of(List.of(ONE, FieldValue.of("a"))))).isTrue();
    assertThat(equal(dialect, list, FieldValue.of(List.of(FieldValue.of(1L), FieldValue.of("a")))))
        .isFalse();
    assertThat(equal(dialect, list, FieldValue.of(List.of(ONE)))).isFalse();
    FieldValue table = FieldValue.of(Host.table("a", ONE));
    assertThat(equal(dialect, table, FieldValue.of(Host.table("a", ONE)))).isTrue();
    assertThat(equal(dialect, table, FieldValue.of(Host.table("b", ONE)))).isFalse();
    assertThat(equal(dialect, table, FieldValue.of(Host.table("a", FieldValue.of(1L))))).isFalse();
    assertThat(equal(dialect, FieldValue.of(List.of()), FieldValue.of(FieldTable.EMPTY))).isTrue();
  }

  @Test
  void anotherMatchThanTheFourIsRefused() {
    assertThat(refusal(FieldValue.of("some")))
        .isEqualTo(
            "406 PRECONDITION_FAILED - Invalid x-match field value <<\"some\">>; expected all, any,"
                + " all-with-x, or any-with-x");
    assertThat(refusal(ONE))
        .isEqualTo(
            "406 PRECONDITION_FAILED - Invalid x-match field type signedint (value 1); expected"
                + " longstr");
    assertThat(refusal(FieldValue.VOID)).contains("field type void (value undefined)");
    assertThat(refusal(real(1.5))).contains("field type double (value 1.5)");
    assertThat(refusal(FieldValue.of(List.of(FieldValue.of("a"), ONE))))
        .contains("field type array (value [{longstr,<<\"a\">>},{signedint,1}])");
    assertThat(refusal(FieldValue.of(Host.table("a", ONE))))
        .contains("field type table (value [{<<\"a\">>,signedint,1}])");
  }

  private static String refusal(FieldValue match) {
    Host host = new Host(Dialect.V4_3).exchange("x", "headers");
    return Host.errorOf(() -> host.bind("x", "q", "", Host.table("x-match", match)));
  }

  private static FieldValue real(double value) {
    return new FieldValue(FieldType.DOUBLE, value);
  }

  private static boolean equal(Dialect dialect, FieldValue bound, FieldValue header) {
    return matches(dialect, Host.table("a", bound), Host.table("a", header));
  }

  private static boolean matches(Dialect dialect, FieldTable bound, @Nullable FieldTable headers) {
    Host host = new Host(dialect).exchange("x", "headers").bind("x", "q", "", bound);
    return !host.route("x", "", headers).isEmpty();
  }
}
