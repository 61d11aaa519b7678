package io.artel.events.testkit.internal.embedded.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.artel.events.testkit.internal.embedded.wire.Dialect;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The strings of digits say which messages a real 4.3 sent to the first of two queues. */
class ModulusHashRoutingTest {

  @Test
  void bindingsCountInTheOrderOfTheirDestinations() {
    Host host = new Host(Dialect.V4_3).exchange("x", "x-modulus-hash");
    host.bind("x", "b", "").bind("x", "a", "");
    assertThat(toFirst(host)).isEqualTo("110010100110011110101011101001");
  }

  @Test
  void aQueueWithMoreBindingsCountsAsMore() {
    Host host = new Host(Dialect.V4_3).exchange("x", "x-modulus-hash");
    host.bind("x", "a", "1").bind("x", "a", "2").bind("x", "a", "3").bind("x", "b", "1");
    assertThat(toFirst(host)).isEqualTo("111010111110111111111111101111");
    host.unbind("x", "a", "1").unbind("x", "a", "2");
    assertThat(toFirst(host)).isEqualTo("110010100110011110101011101001");
  }

  @Test
  void withoutBindingsNothingMatches() {
    assertThat(new Host(Dialect.V4_3).exchange("x", "x-modulus-hash").route("x", "a")).isEmpty();
  }

  @Test
  void thereIsNoSuchTypeBefore43() {
    assertThat(Host.errorOf(() -> new Host(Dialect.V4_0).exchange("x", "x-modulus-hash")))
        .isEqualTo("406 PRECONDITION_FAILED - unknown exchange type 'x-modulus-hash'");
  }

  private static String toFirst(Host host) {
    return IntStream.range(0, 30)
        .mapToObj(i -> host.route("x", "k" + i).contains("a") ? "1" : "0")
        .collect(Collectors.joining());
  }
}
