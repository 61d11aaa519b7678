package io.artel.events.testkit.internal.embedded.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ErlangTextTest {

  @Test
  void textIsQuotedAndEscaped() {
    ErlangText text = new ErlangText(Dialect.V3_10);
    assertThat(text.of("a\"b\\")).isEqualTo("<<\"a\\\"b\\\\\">>");
    assertThat(text.of("a\nb\t")).isEqualTo("<<\"a\\nb\\t\">>");
    assertThat(text.of("")).isEqualTo("<<>>");
  }

  @Test
  void whatCannotBePrintedIsShownAsNumbers() {
    assertThat(new ErlangText(Dialect.V4_3).of("ab\n\001")).isEqualTo("<<97,98,10,1>>");
  }

  @Test
  void since40TextBeyondAsciiIsMarked() {
    assertThat(new ErlangText(Dialect.V3_10).of("é")).isEqualTo("<<\"é\">>");
    assertThat(new ErlangText(Dialect.V4_0).of("é")).isEqualTo("<<\"é\"/utf8>>");
  }

  @Test
  void atomsAreQuotedIfTheyNeedIt() {
    assertThat(ErlangText.atom("direct")).isEqualTo("direct");
    assertThat(ErlangText.atom("x-consistent-hash")).isEqualTo("'x-consistent-hash'");
  }
}
