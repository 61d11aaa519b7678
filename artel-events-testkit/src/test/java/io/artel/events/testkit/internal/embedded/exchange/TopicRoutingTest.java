package io.artel.events.testkit.internal.embedded.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.artel.events.testkit.internal.embedded.wire.Dialect;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopicRoutingTest {

  @ParameterizedTest
  @CsvSource({
    "a.b, a.b, true",
    "a.b, a.b.c, false",
    "a.b, a, false",
    "a.*, a.b, true",
    "a.*, a, false",
    "a.*, a., true",
    "*, a, true",
    "*, '', false",
    "'', '', true",
    "#, '', true",
    "#, a.b.c, true",
    "a.#, a, true",
    "a.#, a.b.c, true",
    "a.#, b.a, false",
    "#.c, c, true",
    "#.c, a.b.c, true",
    "#.c, a.c.b, false",
    "a.#.c, a.c, true",
    "a.#.c, a.b.b.c, true",
    "*.#, '', false",
    "*.#, a.b, true",
    "#.*, a, true",
    "#.#, '', true",
    "#.b.#, a.b.c, true",
    "#.b.#, a.c, false",
    "a..b, a..b, true",
    "a.*.b, a..b, true",
    "., ., true",
    "., '', false",
    "a*, ab, false",
    "a#, a.b, false",
    "a, A, false"
  })
  void wordsAndWildcardsMatch(String bound, String key, boolean matches) {
    Host host = new Host(Dialect.V4_3).exchange("x", "topic").bind("x", "q", bound);
    assertThat(host.route("x", key).contains("q")).isEqualTo(matches);
  }

  @Test
  void wildcardsInARoutingKeyAreOrdinaryWords() {
    Host host = new Host(Dialect.V4_3).exchange("x", "topic").bind("x", "q", "a.b");
    assertThat(host.route("x", "a.*")).isEmpty();
    assertThat(host.route("x", "#")).isEmpty();
  }

  @Test
  void aQueueWithSeveralMatchesGetsOneCopy() {
    Host host = new Host(Dialect.V4_3).exchange("x", "topic");
    host.bind("x", "q", "#").bind("x", "q", "a.*").bind("x", "q", "*.b").bind("x", "r", "a.b");
    assertThat(host.route("x", "a.b")).containsExactly("q", "r");
  }

  @Test
  void unbindingLeavesTheOtherBindings() {
    Host host = new Host(Dialect.V4_3).exchange("x", "topic");
    host.bind("x", "q", "a.#.b").bind("x", "q", "a.#").bind("x", "r", "a.#.b");
    host.bind("x", "q", "a.#.b", Host.table("second", "one"));
    host.unbind("x", "q", "a.#");
    assertThat(host.route("x", "a.c")).isEmpty();
    assertThat(host.route("x", "a.b")).containsExactly("q", "r");
    host.unbind("x", "q", "a.#.b");
    assertThat(host.route("x", "a.b")).containsExactly("q", "r");
    host.unbind("x", "q", "a.#.b", Host.table("second", "one"));
    assertThat(host.route("x", "a.b")).containsExactly("r");
    host.unbind("x", "r", "a.#.b");
    assertThat(host.route("x", "a.b")).isEmpty();
  }

  @Test
  void manyWildcardsAndLongKeysDoNotExplode() {
    Host host = new Host(Dialect.V3_10).exchange("x", "topic");
    host.bind("x", "q", String.join(".", Collections.nCopies(40, "#.a")) + ".z");
    String key = String.join(".", Collections.nCopies(120, "a"));
    assertThat(host.route("x", key)).isEmpty();
    assertThat(host.route("x", key + ".z")).containsExactly("q");
  }

  @Test
  void since43MoreThanTwoManyWordWildcardsAreRefused() {
    Host host = new Host(Dialect.V4_3).exchange("x", "topic").bind("x", "q", "#.a.#");
    assertThat(Host.errorOf(() -> host.bind("x", "q", "#.a.#.b.#")))
        .isEqualTo(
            "406 PRECONDITION_FAILED - Topic binding key '#.a.#.b.#' uses 3 '#' wildcards, at most"
                + " 2 are allowed");
    assertThat(host.exchanges.bindings()).hasSize(1);
  }
}
