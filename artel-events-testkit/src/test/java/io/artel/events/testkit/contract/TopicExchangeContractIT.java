package io.artel.events.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Exchanges of type topic. */
@OnEveryBroker
class TopicExchangeContractIT extends RoutingContract {
  private static final String[] KEYS = {
    "", "a", "b", "a.b", "b.a", "a.a", "a.b.c", "a.x.c", "a.x.y.c", "a.b.c.d", "x.a.y", ".", "a.",
    ".a", "..", "a..b", "#", "*", "a.#", "a.*", "A"
  };

  TopicExchangeContractIT(ContractBroker broker) {
    super(broker);
  }

  @Test
  void aPatternWithoutWildcardsMatchesOnlyItself() throws Exception {
    assertThat(matching("a")).containsExactly("a");
    assertThat(matching("a.b")).containsExactly("a.b");
    assertThat(matching("a.b.c")).containsExactly("a.b.c");
  }

  @Test
  void anEmptyPatternMatchesOnlyTheEmptyKey() throws Exception {
    assertThat(matching("")).containsExactly("");
  }

  @Test
  void emptyWordsAreWords() throws Exception {
    assertThat(matching(".")).containsExactly(".");
    assertThat(matching("a.")).containsExactly("a.");
    assertThat(matching(".a")).containsExactly(".a");
    assertThat(matching("a..b")).containsExactly("a..b");
  }

  @Test
  void aStarMatchesExactlyOneWord() throws Exception {
    assertThat(matching("*")).containsExactly("a", "b", "#", "*", "A");
    assertThat(matching("a.*")).containsExactly("a.b", "a.a", "a.", "a.#", "a.*");
    assertThat(matching("*.a")).containsExactly("b.a", "a.a", ".a");
    assertThat(matching("a.*.c")).containsExactly("a.b.c", "a.x.c");
  }

  @Test
  void severalStarsMatchAsManyWords() throws Exception {
    assertThat(matching("*.*")).containsExactly("a.b", "b.a", "a.a", ".", "a.", ".a", "a.#", "a.*");
    assertThat(matching("*.*.*")).containsExactly("a.b.c", "a.x.c", "x.a.y", "..", "a..b");
  }

  @Test
  void aHashAloneMatchesEverything() throws Exception {
    assertThat(matching("#")).containsExactly(KEYS);
  }

  @Test
  void aHashAtTheEndMatchesAnyRestOrNone() throws Exception {
    assertThat(matching("a.#"))
        .containsExactly(
            "a", "a.b", "a.a", "a.b.c", "a.x.c", "a.x.y.c", "a.b.c.d", "a.", "a..b", "a.#", "a.*");
  }

  @Test
  void aHashAtTheStartMatchesAnyStartOrNone() throws Exception {
    assertThat(matching("#.a")).containsExactly("a", "b.a", "a.a", ".a");
    assertThat(matching("#.c")).containsExactly("a.b.c", "a.x.c", "a.x.y.c");
  }

  @Test
  void aHashInTheMiddleMatchesAnyWordsOrNone() throws Exception {
    assertThat(matching("a.#.c")).containsExactly("a.b.c", "a.x.c", "a.x.y.c");
    assertThat(matching("a.#.b")).containsExactly("a.b", "a..b");
  }

  @Test
  void aStarAndAHashMatchAtLeastOneWord() throws Exception {
    assertThat(matching("*.#")).containsExactly(withoutTheEmptyKey());
    assertThat(matching("#.*")).containsExactly(withoutTheEmptyKey());
  }

  @Test
  void twoHashesMatchAroundAWord() throws Exception {
    assertThat(matching("#.a.#"))
        .containsExactly(
            "a", "a.b", "b.a", "a.a", "a.b.c", "a.x.c", "a.x.y.c", "a.b.c.d", "x.a.y", "a.", ".a",
            "a..b", "a.#", "a.*");
    assertThat(matching("#.#")).containsExactly(KEYS);
  }

  @Test
  void wildcardsInsideAWordAreLiteral() throws Exception {
    Channel channel = confirming();
    String exchange = exchange(channel, "topic");
    String queue = queue(channel);
    channel.queueBind(queue, exchange, "a*.b#");
    publish(channel, exchange, "ax.by", "a*.b#", "a.b");
    assertThat(drain(channel, queue)).containsExactly("a*.b#");
  }

  @Test
  void aQueueGetsOneCopyHoweverManyPatternsMatch() throws Exception {
    Channel channel = confirming();
    String exchange = exchange(channel, "topic");
    String queue = queue(channel);
    for (String pattern : List.of("a.b", "a.*", "#", "*.b")) {
      channel.queueBind(queue, exchange, pattern);
    }
    publish(channel, exchange, "a.b");
    assertThat(drain(channel, queue)).containsExactly("a.b");
  }

  @Test
  void removingOnePatternLeavesTheOthers() throws Exception {
    Channel channel = confirming();
    String exchange = exchange(channel, "topic");
    String queue = queue(channel);
    channel.queueBind(queue, exchange, "a.#");
    channel.queueBind(queue, exchange, "a.b");
    channel.queueBind(queue, exchange, "*.c");
    channel.queueUnbind(queue, exchange, "a.#");
    publish(channel, exchange, "a", "a.b", "a.b.c", "a.c");
    assertThat(drain(channel, queue)).containsExactly("a.b", "a.c");
  }

  @Test
  void threeHashesMatchBefore43AndAreRefusedSince() throws Exception {
    Channel channel = confirming();
    String exchange = exchange(channel, "topic");
    String queue = queue(channel);
    if (broker.before("4.3")) {
      channel.queueBind(queue, exchange, "#.a.#.b.#");
      publish(channel, exchange, "a", "a.b", "b.a", "x.a.y.b.z", "");
      assertThat(drain(channel, queue)).containsExactly("a.b", "x.a.y.b.z");
    } else {
      assertThat(closeOf(channel, () -> channel.queueBind(queue, exchange, "#.a.#.b.#")))
          .isEqualTo(
              Close.channel(
                  406,
                  "PRECONDITION_FAILED - Topic binding key '#.a.#.b.#' uses 3 '#' wildcards, at"
                      + " most 2 are allowed",
                  50,
                  20));
    }
  }

  @Test
  void amqTopicIsThere() throws Exception {
    Channel channel = confirming();
    String queue = queue(channel);
    channel.queueBind(queue, "amq.topic", queue + ".#");
    publish(channel, "amq.topic", queue + ".a", "a");
    assertThat(drain(channel, queue)).containsExactly(queue + ".a");
  }

  private static String[] withoutTheEmptyKey() {
    return List.of(KEYS).subList(1, KEYS.length).toArray(String[]::new);
  }

  /** {@return those of the keys that reach a queue bound with this pattern, in their order} */
  private List<String> matching(String pattern) throws Exception {
    Channel channel = confirming();
    String exchange = exchange(channel, "topic");
    String queue = queue(channel);
    channel.queueBind(queue, exchange, pattern);
    publish(channel, exchange, KEYS);
    return drain(channel, queue);
  }
}
