package io.artel.events.testkit.internal.embedded.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.artel.events.testkit.internal.embedded.wire.ByteString;
import io.artel.events.testkit.internal.embedded.wire.Decimal;
import io.artel.events.testkit.internal.embedded.wire.Dialect;
import io.artel.events.testkit.internal.embedded.wire.FieldTable;
import io.artel.events.testkit.internal.embedded.wire.FieldType;
import io.artel.events.testkit.internal.embedded.wire.FieldValue;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The long strings of digits name the queues that real brokers chose, message by message. */
class ConsistentHashRoutingTest {
  private static final String BY_KEY =
      "6176663530040277706464346655763401266304620631471466711110335654";

  @ParameterizedTest
  @EnumSource
  void keysGoWhereRealBrokersSendThem(Dialect dialect) {
    Host host = ring(dialect, FieldTable.EMPTY, 1, 1, 1, 1, 1, 1, 1, 1);
    assertThat(byKey(host)).isEqualTo(BY_KEY);
  }

  @ParameterizedTest
  @EnumSource
  void theRoutingKeyOfABindingIsItsWeight(Dialect dialect) {
    assertThat(byKey(ring(dialect, FieldTable.EMPTY, 2, 1, 5)))
        .isEqualTo("2022222220020122202222222222222200122202210220220222200000222222");
  }

  @ParameterizedTest
  @CsvSource({
    "V3_10, 7231306266761105764722067672253141241774661266306554007462477233",
    "V4_0, " + BY_KEY,
    "V4_3, " + BY_KEY
  })
  void aHeaderIsHashedWithItsTypeBefore40(Dialect dialect, String expected) {
    assertThat(byHeader(dialect, i -> FieldValue.of("key-" + i))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "V3_10, 6461072037461312102750056511470733710715344225134431523046247010",
    "V4_0, 4307344716652350622015634512277034545554226301445404707255651614",
    "V4_3, 4307344716652350622015634512277034545554226301445404707255651614"
  })
  void aNumberInAHeaderIsNotHashedSince40(Dialect dialect, String expected) {
    assertThat(byHeader(dialect, i -> new FieldValue(FieldType.SIGNEDINT, i))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "V3_10, 6635034116306527637253056112240554340373322070540065520650103521",
    "V4_0, 3031637401144326061624444444444444444444444444444444444444444444"
  })
  void largeNumbersAreTakenWhole(Dialect dialect, String expected) {
    assertThat(byHeader(dialect, i -> FieldValue.of(1L << i))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "V3_10, 3606315531457113556620437325126140470432613263233100747706671642",
    "V4_3, 0553100305525205030417401453763563621171143650050455156265061400"
  })
  void realNumbersAreHashed(Dialect dialect, String expected) {
    assertThat(byHeader(dialect, i -> new FieldValue(FieldType.DOUBLE, i / 4.0)))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "V3_10, 04271466322365630411",
    "V4_0, 10033331122574!6!661",
    "V4_3, 10033331122574565661"
  })
  void anyTypeOfHeaderIsHashed(Dialect dialect, String expected) {
    FieldValue one = new FieldValue(FieldType.SIGNEDINT, 1L);
    List<FieldTable> headers =
        Stream.of(
                FieldValue.VOID,
                FieldValue.of(true),
                FieldValue.of(false),
                new FieldValue(FieldType.SHORT, 1L),
                new FieldValue(FieldType.BYTE, 1L),
                one,
                FieldValue.of(1L),
                new FieldValue(FieldType.FLOAT, 1.0f),
                new FieldValue(FieldType.DOUBLE, 1.0),
                FieldValue.of("1"),
                new FieldValue(FieldType.BINARY, ByteString.of("1")),
                FieldValue.timestamp(1_700_000_000L),
                new FieldValue(FieldType.DECIMAL, new Decimal(1, 15)),
                FieldValue.of(List.of(one)),
                FieldValue.of(List.of()),
                FieldValue.of(Host.table("a", one)),
                FieldValue.of(FieldTable.EMPTY),
                new FieldValue(FieldType.SIGNEDINT, -1L),
                FieldValue.of(""))
            .map(value -> Host.table("h", value))
            .collect(Collectors.toCollection(ArrayList::new));
    headers.add(FieldTable.EMPTY);
    Host host = ring(dialect, Host.table("hash-header", "h"), 1, 1, 1, 1, 1, 1, 1, 1);
    assertThat(
            headers.stream().map(table -> queueOrCrash(host, table)).collect(Collectors.joining()))
        .isEqualTo(expected);
  }

  private static String queueOrCrash(Host host, FieldTable headers) {
    try {
      return host.route("ring", "", headers).get(0);
    } catch (RuntimeException e) {
      assertThat(e).hasMessage("INTERNAL_ERROR");
      return "!";
    }
  }

  @Test
  void furtherBindingsOfAQueueAddNothing() {
    Host host = ring(Dialect.V4_3, FieldTable.EMPTY, 1, 1, 1, 1, 1, 1, 1, 1);
    host.bind("ring", "0", "50");
    assertThat(byKey(host)).isEqualTo(BY_KEY);
  }

  @ParameterizedTest
  @EnumSource
  void unbindingOneOfTwoBindingsOfAQueueTakesAllItsBuckets(Dialect dialect) {
    Host host = ring(dialect, FieldTable.EMPTY, 1, 1, 1);
    host.bind("ring", "2", "7").unbind("ring", "2", "7");
    assertThat(byKey(host)).isEqualTo(byKey(ring(dialect, FieldTable.EMPTY, 1, 1)));
    host.bind("ring", "2", "1");
    assertThat(byKey(host)).doesNotContain("2");
    host.bind("ring", "2", "3");
    assertThat(byKey(host)).isEqualTo(byKey(ring(dialect, FieldTable.EMPTY, 1, 1, 3)));
  }

  @ParameterizedTest
  @EnumSource
  void since43BucketsStayAsLongAsABindingWithTheSameKey(Dialect dialect) {
    Host host = ring(dialect, FieldTable.EMPTY, 1, 1, 1);
    String before = byKey(host);
    host.bind("ring", "2", "1", Host.table("a", "b")).unbind("ring", "2", "1");
    assertThat(byKey(host).equals(before)).isEqualTo(dialect.since(Dialect.V4_3));
    host.unbind("ring", "2", "1", Host.table("a", "b"));
    assertThat(byKey(host)).doesNotContain("2");
  }

  @Test
  void deletingAQueueShiftsTheBucketsBehindIt() {
    Host host = ring(Dialect.V4_3, FieldTable.EMPTY, 1, 1, 1);
    host.delete("0");
    String expected = byKey(ring(Dialect.V4_3, FieldTable.EMPTY, 1, 1)).replace('1', '2');
    assertThat(byKey(host)).isEqualTo(expected.replace('0', '1'));
  }

  @Test
  void anEmptyRingMatchesNothing() {
    assertThat(ring(Dialect.V4_3, FieldTable.EMPTY).route("ring", "a")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x|The binding key must be an integer: <<\"x\">>",
        "' 1'|The binding key must be an integer: <<\" 1\">>",
        "1.5|The binding key must be an integer: <<\"1.5\">>",
        "''|The binding key must be an integer: <<>>",
        "0|The binding key must be greater than 0",
        "-1|The binding key must be greater than 0",
        "10001|The binding key must not exceed 10000"
      })
  void onlyWeightsAreAllowedAsKeys(String key, String explanation) {
    Host host = ring(Dialect.V4_3, FieldTable.EMPTY);
    assertThat(Host.errorOf(() -> host.bind("ring", "q", key)))
        .isEqualTo("406 PRECONDITION_FAILED - " + explanation);
  }

  @Test
  void signsLeadingZerosAndBefore43AnySizeAreAllowed() {
    Host host = ring(Dialect.V4_0, FieldTable.EMPTY);
    host.bind("ring", "a", "+1").bind("ring", "b", "007").bind("ring", "c", "99999999999");
    assertThat(host.exchanges.bindings()).hasSize(3);
  }

  @Test
  void badArgumentsOfTheExchangeAreRefused() {
    assertThat(Host.errorOf(() -> ring(Dialect.V4_3, Host.table("hash-property", "app_id"))))
        .isEqualTo("406 PRECONDITION_FAILED - Unsupported property: app_id");
    FieldTable both =
        Host.table("hash-header", "h").with("hash-property", FieldValue.of("message_id"));
    assertThat(Host.errorOf(() -> ring(Dialect.V4_3, both)))
        .isEqualTo(
            "406 PRECONDITION_FAILED - hash-header and hash-property are mutually exclusive");
    assertThat(Host.errorOf(() -> ring(Dialect.V4_3, Host.table("hash-header", FieldValue.of(1)))))
        .isEqualTo("connection: 541 INTERNAL_ERROR");
  }

  /** {@return an exchange with the queues 0, 1, 2 and so on, of these weights} */
  private static Host ring(Dialect dialect, FieldTable arguments, int... weights) {
    Host host = new Host(dialect).exchange("ring", "x-consistent-hash", arguments);
    for (int i = 0; i < weights.length; i++) {
      host.bind("ring", Integer.toString(i), Integer.toString(weights[i]));
    }
    return host;
  }

  private static String byKey(Host host) {
    return LongStream.range(0, 64)
        .mapToObj(i -> host.route("ring", "key-" + i).get(0))
        .collect(Collectors.joining());
  }

  private static String byHeader(Dialect dialect, LongFunction<FieldValue> value) {
    Host host = ring(dialect, Host.table("hash-header", "h"), 1, 1, 1, 1, 1, 1, 1, 1);
    return LongStream.range(0, 64)
        .mapToObj(i -> host.route("ring", "", Host.table("h", value.apply(i))).get(0))
        .collect(Collectors.joining());
  }
}
