package io.artel.events.testkit.internal.embedded.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.artel.events.testkit.internal.embedded.wire.Dialect;
import io.artel.events.testkit.internal.embedded.wire.FieldTable;
import io.artel.events.testkit.internal.embedded.wire.FieldValue;
import io.artel.events.testkit.internal.embedded.wire.ReplyCode;
import org.junit.jupiter.api.Test;

class ExchangesBindingTest {
  private final Host host = new Host(Dialect.V4_3);
  private final Exchanges exchanges = host.exchanges;

  @Test
  void twoBindingsThatDifferInAnythingAreTwo() {
    FieldTable one = Host.table("a", FieldValue.of(1L));
    host.exchange("x", "direct").bind("x", "q", "k").bind("x", "q", "k").bind("x", "q", "k", one);
    assertThat(exchanges.bindings())
        .containsExactly(
            new Binding("x", Destination.queue("q"), "k", FieldTable.EMPTY),
            new Binding("x", Destination.queue("q"), "k", one));
    host.unbind("x", "q", "k");
    assertThat(host.route("x", "k")).containsExactly("q");
    host.unbind("x", "q", "k", Host.table("a", FieldValue.of("1")));
    assertThat(host.route("x", "k")).containsExactly("q");
    host.unbind("x", "q", "k", one);
    assertThat(host.route("x", "k")).isEmpty();
  }

  @Test
  void theOrderOfArgumentsDoesNotMatter() {
    FieldValue value = FieldValue.of(1L);
    host.exchange("x", "direct").bind("x", "q", "k", Host.table("a", value).with("b", value));
    host.unbind("x", "q", "k", Host.table("b", value).with("a", value));
    assertThat(exchanges.bindings()).isEmpty();
  }

  @Test
  void theSourceIsLookedForFirst() {
    host.exchange("x", "direct");
    assertThat(Host.errorOf(() -> host.bindExchange("none", "neither", "")))
        .isEqualTo("404 NOT_FOUND - no exchange 'none' in vhost '/'");
    assertThat(Host.errorOf(() -> host.bindExchange("x", "neither", "")))
        .isEqualTo("404 NOT_FOUND - no exchange 'neither' in vhost '/'");
    assertThat(
            Host.errorOf(
                () ->
                    exchanges.bind(
                        "x",
                        Destination.queue("q"),
                        "",
                        FieldTable.EMPTY,
                        ExchangesBindingTest::refuse)))
        .isEqualTo("404 NOT_FOUND - no queue 'q' in vhost '/'");
  }

  @Test
  void ownershipIsCheckedAfterTheArguments() {
    host.exchange("x", "x-consistent-hash").queues.add("q");
    Destination queue = Destination.queue("q");
    assertThat(
            Host.errorOf(
                () ->
                    exchanges.bind(
                        "x", queue, "a", FieldTable.EMPTY, ExchangesBindingTest::refuse)))
        .contains("must be an integer");
    assertThat(
            Host.errorOf(
                () ->
                    exchanges.bind(
                        "x", queue, "1", FieldTable.EMPTY, ExchangesBindingTest::refuse)))
        .isEqualTo("405 RESOURCE_LOCKED - another's");
    assertThat(exchanges.bindings()).isEmpty();
  }

  @Test
  void ownershipMattersForUnbindingOnlyWhatIsBound() {
    host.exchange("x", "fanout");
    Destination queue = Destination.queue("q");
    exchanges.unbind("x", queue, "", FieldTable.EMPTY, ExchangesBindingTest::refuse);
    exchanges.unbind("missing", queue, "", FieldTable.EMPTY, ExchangesBindingTest::refuse);
    host.bind("x", "q", "");
    assertThat(
            Host.errorOf(
                () ->
                    exchanges.unbind(
                        "x", queue, "", FieldTable.EMPTY, ExchangesBindingTest::refuse)))
        .isEqualTo("405 RESOURCE_LOCKED - another's");
    assertThat(host.route("x", "")).containsExactly("q");
  }

  @Test
  void anAutoDeleteExchangeGoesWithItsLastBinding() {
    host.autoDelete("x").unbind("x", "q", "never");
    host.bind("x", "q", "a").bind("x", "q", "b").unbind("x", "q", "a");
    assertThat(exchanges.exists("x")).isTrue();
    host.unbind("x", "q", "b");
    assertThat(exchanges.exists("x")).isFalse();
  }

  @Test
  void aBindingToAnAutoDeleteExchangeDoesNotKeepIt() {
    host.exchange("x", "fanout").autoDelete("last").bindExchange("x", "last", "");
    host.unbindExchange("x", "last", "");
    assertThat(exchanges.exists("last")).isTrue();
  }

  @Test
  void autoDeletionGoesUpTheWholeChain() {
    host.autoDelete("1").autoDelete("2").autoDelete("3").exchange("4", "fanout");
    host.bindExchange("1", "2", "").bindExchange("2", "3", "").bind("3", "q", "");
    host.bindExchange("4", "3", "");
    host.delete("q");
    assertThat(exchanges.exists("1") || exchanges.exists("2") || exchanges.exists("3")).isFalse();
    assertThat(exchanges.exists("4")).isTrue();
    assertThat(exchanges.bindings()).isEmpty();
  }

  @Test
  void aVeryLongChainIsNoDanger() {
    for (int i = 0; i < 20_000; i++) {
      host.autoDelete("x" + i);
      if (i > 0) {
        host.bindExchange("x" + (i - 1), "x" + i, "");
      }
    }
    host.bind("x19999", "q", "").delete("q");
    assertThat(exchanges.exists("x0")).isFalse();
  }

  @Test
  void deletingAnExchangeRemovesBindingsOnBothSides() {
    host.exchange("a", "fanout").exchange("b", "fanout").bindExchange("a", "b", "");
    host.bindExchange("b", "b", "").bind("b", "q", "");
    exchanges.delete("b", false);
    assertThat(exchanges.bindings()).isEmpty();
    host.exchange("b", "fanout").bind("b", "q", "");
    assertThat(host.route("a", "")).isEmpty();
  }

  @Test
  void anAutoDeleteExchangeBoundToItselfCanGo() {
    host.autoDelete("x").bindExchange("x", "x", "").unbindExchange("x", "x", "");
    assertThat(exchanges.exists("x")).isFalse();
  }

  @Test
  void aRestartLeavesWhatIsDurableAtBothEnds() {
    exchanges.declare("transient", "fanout", false, false, false, FieldTable.EMPTY);
    host.exchange("ring", "x-consistent-hash").autoDelete("auto").exchange("last", "fanout");
    host.bind("ring", "1", "1").bind("ring", "gone", "5").bind("ring", "2", "1");
    host.bind("transient", "1", "").bind("auto", "gone", "").bindExchange("last", "transient", "");
    host.bindExchange("ring", "last", "1").bind("last", "3", "");
    host.queues.remove("gone");
    exchanges.forgetTransient();
    assertThat(exchanges.exists("transient")).isFalse();
    assertThat(exchanges.exists("auto")).isTrue();
    assertThat(exchanges.bindings())
        .extracting(binding -> binding.source() + " " + binding.destination().name())
        .containsExactly("ring 1", "ring 2", "ring last", "last 3");
    Host fresh = new Host(Dialect.V4_3).exchange("ring", "x-consistent-hash");
    fresh.bind("ring", "1", "1").bind("ring", "2", "1").bind("ring", "3", "1");
    for (int i = 0; i < 50; i++) {
      assertThat(host.route("ring", "k" + i)).isEqualTo(fresh.route("ring", "k" + i));
    }
    host.delete("1");
    assertThat(exchanges.bindings()).hasSize(3);
  }

  /** Stands for the check of who owns a queue. */
  private static void refuse() {
    throw ReplyCode.RESOURCE_LOCKED.error("another's");
  }
}
