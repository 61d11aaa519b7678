package io.artel.events.testkit.internal.embedded.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.artel.events.testkit.internal.embedded.wire.Decimal;
import io.artel.events.testkit.internal.embedded.wire.FieldTable;
import io.artel.events.testkit.internal.embedded.wire.FieldType;
import io.artel.events.testkit.internal.embedded.wire.FieldValue;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The expected values were computed by Erlang/OTP's {@code erlang:phash2}. */
class ErlangHashTest {

  @ParameterizedTest
  @CsvSource({
    "'', 13708901",
    "a, 112802447",
    "order-1, 128070018",
    "order-42, 74888420",
    "a-much-longer-routing-key-that-spans-blocks, 35946232"
  })
  void hashesBytes(String text, int expected) {
    assertThat(ErlangHash.of(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 88723725",
    "5, 5878562",
    "-5, 115015680",
    "134217727, 112602999",
    "134217728, 12354923",
    "-134217728, 69672967",
    "-134217729, 76739502",
    "1700000000, 87554416",
    "1099511627776, 13893919",
    "-1099511627776, 48180921",
    "9223372036854775807, 28179613",
    "-9223372036854775808, 126213383"
  })
  void hashesIntegersOfAnySize(long number, int expected) {
    assertThat(new ErlangHash().integer(number).value()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"1.5, 10380315", "0.0, 20875736", "-0.0, 20875736", "-2.25, 106798634"})
  void hashesRealNumbers(double number, int expected) {
    assertThat(new ErlangHash().real(number).value()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"undefined, 45914356", "true, 506293", "x-modulus-hash, 2512152"})
  void hashesAtoms(String name, int expected) {
    assertThat(new ErlangHash().atom(name).value()).isEqualTo(expected);
  }

  @Test
  void hashesLists() {
    assertThat(new ErlangHash().endOfList().value()).isEqualTo(113427502);
    assertThat(new ErlangHash().binary(bytes("a")).endOfList().value()).isEqualTo(53691870);
    ErlangHash two = new ErlangHash().binary(bytes("k1")).binary(bytes("k2")).endOfList();
    assertThat(two.value()).isEqualTo(99073066);
  }

  @Test
  void hashesValuesWithTheirTypes() {
    assertThat(typed(FieldValue.of("order-1"))).isEqualTo(93686344);
    assertThat(typed(new FieldValue(FieldType.SIGNEDINT, -5L))).isEqualTo(39932925);
    assertThat(typed(FieldValue.of(false))).isEqualTo(54145719);
    assertThat(typed(FieldValue.timestamp(1700000000))).isEqualTo(59280699);
    assertThat(typed(FieldValue.VOID)).isEqualTo(27077197);
    assertThat(typed(new FieldValue(FieldType.DOUBLE, 1.0e10))).isEqualTo(134061847);
    assertThat(typed(FieldValue.of(FieldTable.EMPTY.with("a", FieldValue.of("b")))))
        .isEqualTo(106109854);
    assertThat(typed(FieldValue.of(List.of(FieldValue.of("x"), FieldValue.of(true)))))
        .isEqualTo(97082286);
  }

  @Test
  void hashesDecimalsAndEntriesOfTables() {
    FieldValue decimal = new FieldValue(FieldType.DECIMAL, new Decimal(2, 314));
    assertThat(new ErlangHash().field(decimal).value()).isEqualTo(28881931);
    FieldValue seven = new FieldValue(FieldType.SIGNEDINT, 7L);
    assertThat(new ErlangHash().entry("k", seven).value()).isEqualTo(35912118);
  }

  private static int typed(FieldValue value) {
    return new ErlangHash().typed(value).value();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
