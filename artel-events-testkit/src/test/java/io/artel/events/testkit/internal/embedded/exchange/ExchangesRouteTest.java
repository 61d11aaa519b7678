package io.artel.events.testkit.internal.embedded.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.artel.events.testkit.internal.embedded.message.Message;
import io.artel.events.testkit.internal.embedded.wire.Dialect;
import io.artel.events.testkit.internal.embedded.wire.FieldTable;
import io.artel.events.testkit.internal.embedded.wire.FieldType;
import io.artel.events.testkit.internal.embedded.wire.FieldValue;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExchangesRouteTest {
  private final Host host = new Host(Dialect.V4_3);
  private final Exchanges exchanges = host.exchanges;

  @Test
  void theDefaultExchangeRoutesToTheQueueOfThatName() {
    host.queues.add("q");
    assertThat(host.route("", "q")).containsExactly("q");
    assertThat(host.route("", "r")).isEmpty();
    host.queues.add("r");
    assertThat(host.route("", "r")).containsExactly("r");
  }

  @Test
  void eachQueueIsNamedOnceWhateverTheNumberOfWays() {
    host.exchange("x", "fanout").exchange("y", "fanout").exchange("z", "fanout");
    host.bindExchange("x", "y", "").bindExchange("x", "z", "").bind("y", "r", "");
    host.bind("z", "r", "").bind("z", "q", "").bind("x", "q", "");
    assertThat(host.route("x", "")).containsExactly("q", "r");
  }

  @Test
  void loopsEnd() {
    host.exchange("x", "fanout").exchange("y", "fanout").bindExchange("x", "y", "");
    host.bindExchange("y", "x", "").bindExchange("y", "y", "").bind("y", "q", "");
    assertThat(host.route("x", "")).containsExactly("q");
  }

  @Test
  void eachExchangeMatchesByItsOwnRules() {
    host.exchange("x", "topic").exchange("y", "direct").bindExchange("x", "y", "a.*");
    host.bind("y", "q", "a.b");
    assertThat(host.route("x", "a.b")).containsExactly("q");
    assertThat(host.route("x", "a.c")).isEmpty();
  }

  @Test
  void theAlternateExchangeGetsOnlyWhatMatchesNothing() {
    host.exchange("last", "fanout").bind("last", "unrouted", "");
    host.exchange("middle", "direct", Host.table("alternate-exchange", "last"));
    host.exchange("x", "direct", Host.table("alternate-exchange", "middle"));
    host.bind("x", "q", "a").bind("middle", "r", "b");
    assertThat(host.route("x", "a")).containsExactly("q");
    assertThat(host.route("x", "b")).containsExactly("r");
    assertThat(host.route("x", "c")).containsExactly("unrouted");
  }

  @Test
  void anAlternateExchangeCountsForEachExchangeOnTheWay() {
    host.exchange("last", "fanout").bind("last", "unrouted", "");
    host.exchange("inner", "direct", Host.table("alternate-exchange", "last"));
    host.exchange("x", "fanout").bindExchange("x", "inner", "").bind("x", "q", "");
    assertThat(host.route("x", "a")).containsExactly("q", "unrouted");
  }

  @Test
  void anAlternateExchangeThatIsMissingOrTheDefaultOneIsOfNoUse() {
    host.exchange("x", "direct", Host.table("alternate-exchange", "later"));
    host.exchange("y", "direct", Host.table("alternate-exchange", ""));
    host.exchange("z", "direct", Host.table("alternate-exchange", "z"));
    host.queues.add("q");
    assertThat(host.route("x", "q")).isEmpty();
    assertThat(host.route("y", "q")).isEmpty();
    assertThat(host.route("z", "q")).isEmpty();
    host.exchange("later", "fanout").bind("later", "r", "");
    assertThat(host.route("x", "q")).containsExactly("r");
  }

  @Test
  void copiesAddRoutingKeys() {
    host.queues.addAll(List.of("a", "b", "c"));
    FieldTable headers = Host.table("CC", keys("b", "missing")).with("BCC", keys("c", "a"));
    assertThat(host.route("", "a", headers)).containsExactly("a", "b", "c");
    host.exchange("x", "direct").bind("x", "b", "b").bind("x", "c", "c");
    assertThat(host.route("x", "none", headers)).containsExactly("b", "c");
    assertThat(host.route("x", "none")).isEmpty();
  }

  @Test
  void onlyTextsInACopyHeaderCount() {
    host.queues.add("1");
    FieldTable numbers =
        Host.table("CC", FieldValue.of(List.of(new FieldValue(FieldType.SIGNEDINT, 1L))));
    assertThat(host.route("", "none", numbers)).isEmpty();
    assertThat(host.route("", "none", Host.table("cc", keys("1")))).isEmpty();
  }

  @Test
  void aCopyHeaderThatIsNoListIsRefused() {
    assertThat(Host.errorOf(() -> host.route("amq.fanout", "", Host.table("CC", "q"))))
        .isEqualTo(
            "406 PRECONDITION_FAILED - invalid message:"
                + " {unacceptable_type_in_header,\"CC\",longstr}");
    assertThat(Host.errorOf(() -> host.route("", "q", Host.table("BCC", FieldValue.VOID))))
        .endsWith("{unacceptable_type_in_header,\"BCC\",void}");
  }

  @Test
  void blindCopiesAreNotSeen() {
    FieldTable open = Host.table("CC", keys("b"));
    Message message = Host.message("", "a", open.with("BCC", keys("c")));
    assertThat(exchanges.withoutBlindCopies(message).properties().headers()).isEqualTo(open);
    Message withoutOther = Host.message("", "a", Host.table("BCC", keys("c")));
    assertThat(exchanges.withoutBlindCopies(withoutOther).properties().hasHeaders()).isTrue();
    Message plain = Host.message("", "a", open);
    assertThat(exchanges.withoutBlindCopies(plain)).isSameAs(plain);
  }

  @Test
  void copyHeadersAreFoundWhereverTheyStand() {
    host.queues.add("b");
    for (String before : List.of("", "x", "xx", "xxx")) {
      FieldTable headers = Host.table("h" + before, before).with("CC", keys("b"));
      assertThat(host.route("", "a", headers)).containsExactly("b");
    }
  }

  @Test
  void whatIsRememberedEndsWithAnyChange() {
    host.exchange("x", "topic").exchange("y", "fanout").bindExchange("x", "y", "a");
    assertThat(host.route("x", "a")).isEmpty();
    host.bind("y", "q", "");
    assertThat(host.route("x", "a")).containsExactly("q");
    assertThat(host.route("x", "a")).isSameAs(host.route("x", "a"));
    host.delete("q");
    assertThat(host.route("x", "a")).isEmpty();
  }

  @Test
  void theRoutesOfHeadersAreNotRemembered() {
    host.exchange("x", "direct").exchange("y", "headers").bindExchange("x", "y", "a");
    host.bind("y", "q", "", Host.table("colour", "red"));
    assertThat(host.route("x", "a", Host.table("colour", "blue"))).isEmpty();
    assertThat(host.route("x", "a", Host.table("colour", "red"))).containsExactly("q");
    assertThat(host.route("x", "a", Host.table("colour", "blue"))).isEmpty();
  }

  @Test
  void moreKeysThanAreRememberedStillFindTheirQueues() {
    host.exchange("x", "direct");
    for (int i = 0; i < 5_000; i++) {
      host.bind("x", "q" + i, "k" + i);
    }
    for (int i = 0; i < 5_000; i++) {
      assertThat(host.route("x", "k" + i)).containsExactly("q" + i);
    }
  }

  private static FieldValue keys(String... keys) {
    return FieldValue.of(List.of(keys).stream().map(FieldValue::of).toList());
  }
}
