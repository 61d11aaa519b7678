package io.artel.events.testkit.internal.embedded.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.artel.events.testkit.internal.embedded.wire.Dialect;
import io.artel.events.testkit.internal.embedded.wire.FieldTable;
import io.artel.events.testkit.internal.embedded.wire.FieldValue;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExchangesDeclareTest {
  private static final String NOT_PERMITTED =
      "403 ACCESS_REFUSED - operation not permitted on the default exchange";

  private final Host host = new Host(Dialect.V4_3);
  private final Exchanges exchanges = host.exchanges;

  @Test
  void someExchangesAreThereFromTheStart() {
    assertThat(names(new Host(Dialect.V4_0)))
        .containsExactlyInAnyOrder(
            "",
            "amq.direct",
            "amq.fanout",
            "amq.headers",
            "amq.match",
            "amq.rabbitmq.trace",
            "amq.topic");
    assertThat(names(host)).contains("amq.rabbitmq.log");
  }

  @ParameterizedTest
  @CsvSource({
    "V3_10, nope, connection: 503 COMMAND_INVALID - unknown exchange type 'nope'",
    "V3_10, '', connection: 503 COMMAND_INVALID - invalid exchange type ''",
    "V4_0, nope, 406 PRECONDITION_FAILED - unknown exchange type 'nope'",
    "V4_3, DIRECT, 406 PRECONDITION_FAILED - unknown exchange type 'DIRECT'"
  })
  void anUnknownTypeIsRefusedBeforeAllElse(Dialect dialect, String type, String error) {
    assertThat(Host.errorOf(() -> new Host(dialect).exchange("", type))).endsWith(error);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "fanout|true|true|type|'fanout'|'direct'",
        "x-consistent-hash|false|false|type|''x-consistent-hash''|'direct'",
        "direct|false|true|durable|'false'|'true'",
        "direct|true|true|auto_delete|'true'|'false'",
      })
  void anInequivalentDeclarationIsRefused(
      String type, boolean durable, boolean more, String argument, String received, String now) {
    host.exchange("x", "direct");
    assertThat(
            Host.errorOf(() -> exchanges.declare("x", type, durable, more, more, FieldTable.EMPTY)))
        .isEqualTo(
            "406 PRECONDITION_FAILED - inequivalent arg '%s' for exchange 'x' in vhost '/':"
                    .formatted(argument)
                + " received %s but current is %s".formatted(received, now));
  }

  @Test
  void anotherAlternateExchangeIsInequivalent() {
    host.exchange("with", "direct", Host.table("alternate-exchange", "a"));
    host.exchange("without", "direct");
    assertThat(redeclaration("with", FieldTable.EMPTY))
        .endsWith("received none but current is the value 'a' of type 'longstr'");
    assertThat(redeclaration("with", Host.table("alternate-exchange", "b")))
        .endsWith("received 'b' but current is 'a'");
    assertThat(redeclaration("without", Host.table("alternate-exchange", FieldValue.of(1))))
        .endsWith("received the value '1' of type 'long' but current is none");
  }

  private String redeclaration(String name, FieldTable arguments) {
    return Host.errorOf(() -> host.exchange(name, "direct", arguments));
  }

  @Test
  void otherArgumentsAreNotCompared() {
    host.exchange("x", "x-consistent-hash", Host.table("hash-header", "a"));
    host.exchange("x", "x-consistent-hash", Host.table("hash-header", FieldValue.of(1)));
    assertThat(exchanges.exchanges()).filteredOn(x -> x.name().equals("x")).hasSize(1);
  }

  @Test
  void anAlternateExchangeMustBeAText() {
    assertThat(redeclaration("x", Host.table("alternate-exchange", FieldValue.of(true))))
        .isEqualTo(
            "406 PRECONDITION_FAILED - invalid type 'bool' for arg 'alternate-exchange' in exchange"
                + " 'x' in vhost '/'");
    assertThat(exchanges.exists("x")).isFalse();
  }

  @Test
  void reservedNamesCannotBeDeclaredAnewNorDeleted() {
    assertThat(Host.errorOf(() -> host.exchange("amq.x", "direct")))
        .isEqualTo("403 ACCESS_REFUSED - exchange name 'amq.x' contains reserved prefix 'amq.*'");
    assertThat(Host.errorOf(() -> exchanges.delete("amq.x", false)))
        .isEqualTo(
            "403 ACCESS_REFUSED - deletion of system exchange 'amq.x' in vhost '/' not allowed");
    host.exchange("amq.direct", "direct");
    assertThat(exchanges.exists("amq.x")).isFalse();
  }

  @Test
  void theDefaultExchangeIsLeftAlone() {
    assertThat(Host.errorOf(() -> host.exchange("", "direct"))).isEqualTo(NOT_PERMITTED);
    assertThat(Host.errorOf(() -> exchanges.require(""))).isEqualTo(NOT_PERMITTED);
    assertThat(Host.errorOf(() -> exchanges.delete("", false))).isEqualTo(NOT_PERMITTED);
    assertThat(Host.errorOf(() -> host.bind("", "q", "q"))).isEqualTo(NOT_PERMITTED);
    assertThat(Host.errorOf(() -> host.unbind("", "q", "q"))).isEqualTo(NOT_PERMITTED);
    assertThat(Host.errorOf(() -> host.bindExchange("none", "", ""))).isEqualTo(NOT_PERMITTED);
  }

  @Test
  void aMissingExchangeIsNamed() {
    String missing = "404 NOT_FOUND - no exchange 'x' in vhost '/'";
    assertThat(Host.errorOf(() -> exchanges.require("x"))).isEqualTo(missing);
    assertThat(Host.errorOf(() -> exchanges.requirePublishable("x"))).isEqualTo(missing);
    assertThat(Host.errorOf(() -> host.route("x", ""))).isEqualTo(missing);
  }

  @Test
  void clientsCannotPublishToAnInternalExchangeButMessagesGetThere() {
    exchanges.declare("x", "fanout", true, false, true, FieldTable.EMPTY);
    host.bind("x", "q", "");
    assertThat(Host.errorOf(() -> exchanges.requirePublishable("x")))
        .isEqualTo("403 ACCESS_REFUSED - cannot publish to internal exchange 'x' in vhost '/'");
    assertThat(host.route("x", "")).containsExactly("q");
  }

  @Test
  void lineEndsInNamesAreDroppedButNotWhenPublishing() {
    host.exchange("x\r\n", "direct");
    exchanges.require("x\n");
    host.bind("\nx", "q", "");
    assertThat(host.route("x", "")).containsExactly("q");
    assertThat(Host.errorOf(() -> exchanges.requirePublishable("x\n"))).startsWith("404");
    exchanges.delete("x\r", false);
    assertThat(exchanges.exists("x")).isFalse();
  }

  @Test
  void onlyBindingsAsSourceMakeAnExchangeUsed() {
    host.exchange("source", "fanout").exchange("last", "fanout").bindExchange("source", "last", "");
    assertThat(Host.errorOf(() -> exchanges.delete("source", true)))
        .isEqualTo("406 PRECONDITION_FAILED - exchange 'source' in vhost '/' in use");
    exchanges.delete("last", true);
    exchanges.delete("source", true);
    exchanges.delete("source", true);
    assertThat(names(host)).doesNotContain("source", "last");
  }

  private static List<String> names(Host host) {
    return host.exchanges.exchanges().stream().map(ExchangeDefinition::name).toList();
  }
}
