package io.artel.events.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Exchanges of type headers. */
@OnEveryBroker
class HeadersExchangeContractIT extends RoutingContract {

  HeadersExchangeContractIT(ContractBroker broker) {
    super(broker);
  }

  @Test
  void allNeedsEveryArgument() throws Exception {
    Map<String, Object> all = Map.of("x-match", "all", "colour", "red", "size", 3);
    assertThat(matches(all, Map.of("colour", "red", "size", 3))).isTrue();
    assertThat(matches(all, Map.of("colour", "red", "size", 3, "more", 1))).isTrue();
    assertThat(matches(all, Map.of("colour", "red"))).isFalse();
    assertThat(matches(all, Map.of("colour", "red", "size", 4))).isFalse();
    assertThat(matches(all, Map.of())).isFalse();
  }

  @Test
  void allIsTheDefault() throws Exception {
    Map<String, Object> arguments = Map.of("colour", "red", "size", 3);
    assertThat(matches(arguments, Map.of("colour", "red", "size", 3))).isTrue();
    assertThat(matches(arguments, Map.of("colour", "red"))).isFalse();
  }

  @Test
  void anyNeedsOneArgument() throws Exception {
    Map<String, Object> any = Map.of("x-match", "any", "colour", "red", "size", 3);
    assertThat(matches(any, Map.of("colour", "red"))).isTrue();
    assertThat(matches(any, Map.of("colour", "blue", "size", 3))).isTrue();
    assertThat(matches(any, Map.of("colour", "blue", "size", 4))).isFalse();
    assertThat(matches(any, Map.of())).isFalse();
  }

  @Test
  void withoutArgumentsAllMatchesEverythingAndAnyNothing() throws Exception {
    assertThat(matches(Map.of(), Map.of())).isTrue();
    assertThat(matches(Map.of("x-match", "all"), Map.of("colour", "red"))).isTrue();
    assertThat(matches(Map.of("x-match", "any"), Map.of("colour", "red"))).isFalse();
    assertThat(matches(Map.of("x-match", "any"), Map.of())).isFalse();
  }

  @Test
  void aMessageWithoutHeadersMatchesAllWithoutArguments() throws Exception {
    assertThat(matches(Map.of("x-match", "all"), null)).isTrue();
    assertThat(matches(Map.of("x-match", "all", "colour", "red"), null)).isFalse();
  }

  @Test
  void plainAllAndAnyIgnoreArgumentsWithAnX() throws Exception {
    assertThat(matches(Map.of("x-match", "all", "x-colour", "red", "size", 3), Map.of("size", 3)))
        .isTrue();
    assertThat(matches(Map.of("x-match", "any", "x-colour", "red"), Map.of("x-colour", "red")))
        .isFalse();
  }

  @Test
  void allWithXNeedsArgumentsWithAnXToo() throws Exception {
    Map<String, Object> all = Map.of("x-match", "all-with-x", "x-colour", "red", "size", 3);
    assertThat(matches(all, Map.of("x-colour", "red", "size", 3))).isTrue();
    assertThat(matches(all, Map.of("size", 3))).isFalse();
  }

  @Test
  void anyWithXTakesArgumentsWithAnXToo() throws Exception {
    Map<String, Object> any = Map.of("x-match", "any-with-x", "x-colour", "red", "size", 3);
    assertThat(matches(any, Map.of("x-colour", "red"))).isTrue();
    assertThat(matches(any, Map.of("size", 3))).isTrue();
    assertThat(matches(any, Map.of("x-colour", "blue"))).isFalse();
  }

  @Test
  void anArgumentWithoutAValueNeedsOnlyTheHeader() throws Exception {
    Map<String, Object> present = new HashMap<>();
    present.put("x-match", "all");
    present.put("colour", null);
    assertThat(matches(present, Map.of("colour", "red"))).isTrue();
    assertThat(matches(present, Map.of("colour", 1))).isTrue();
    assertThat(matches(present, Map.of("size", 1))).isFalse();
  }

  @Test
  void integersOfAnyWidthAreEqual() throws Exception {
    Map<String, Object> three = Map.of("x-match", "all", "size", 3);
    assertThat(matches(three, Map.of("size", 3L))).isTrue();
    assertThat(matches(three, Map.of("size", (short) 3))).isTrue();
    assertThat(matches(three, Map.of("size", (byte) 3))).isTrue();
  }

  @Test
  void aTextNeverEqualsANumber() throws Exception {
    assertThat(matches(Map.of("x-match", "all", "size", 3), Map.of("size", "3"))).isFalse();
    assertThat(matches(Map.of("x-match", "all", "size", "3"), Map.of("size", 3))).isFalse();
  }

  @Test
  void anIntegerEqualsAFloatingPointNumberBefore40() throws Exception {
    assertThat(matches(Map.of("x-match", "all", "size", 1), Map.of("size", 1.0)))
        .isEqualTo(broker.before("4.0"));
    assertThat(matches(Map.of("x-match", "all", "size", 1.0), Map.of("size", 1)))
        .isEqualTo(broker.before("4.0"));
  }

  @Test
  void floatAndDoubleAreEqual() throws Exception {
    assertThat(matches(Map.of("x-match", "all", "size", 1.5f), Map.of("size", 1.5))).isTrue();
  }

  @Test
  void booleansCompareByValue() throws Exception {
    assertThat(matches(Map.of("x-match", "all", "paid", true), Map.of("paid", true))).isTrue();
    assertThat(matches(Map.of("x-match", "all", "paid", true), Map.of("paid", false))).isFalse();
    assertThat(matches(Map.of("x-match", "all", "paid", true), Map.of("paid", "true"))).isFalse();
  }

  @Test
  void aTimestampOfAMessageIsComparedInSecondsBefore40AndInMillisecondsSince() throws Exception {
    Date date = Date.from(Instant.ofEpochSecond(1_700_000_000L));
    assertThat(matches(Map.of("at", date), Map.of("at", date))).isEqualTo(broker.before("4.0"));
    assertThat(matches(Map.of("at", 1_700_000_000L), Map.of("at", date)))
        .isEqualTo(broker.before("4.0"));
    assertThat(matches(Map.of("at", 1_700_000_000_000L), Map.of("at", date)))
        .isEqualTo(broker.since("4.0"));
    assertThat(matches(Map.of("at", date), Map.of("at", 1_700_000_000L))).isTrue();
  }

  @Test
  void bytesEqualTheSameText() throws Exception {
    assertThat(matches(Map.of("x-match", "all", "raw", bytes("red")), Map.of("raw", "red")))
        .isTrue();
  }

  @Test
  void listsAndTablesCompareWithTheTypesOfTheirValues() throws Exception {
    Map<String, Object> list = Map.of("x-match", "all", "list", List.of(1, "a"));
    assertThat(matches(list, Map.of("list", List.of(1, "a")))).isTrue();
    assertThat(matches(list, Map.of("list", List.of(1L, "a")))).isFalse();
    assertThat(matches(list, Map.of("list", List.of("a", 1)))).isFalse();
    Map<String, Object> table = Map.of("x-match", "all", "table", Map.of("a", 1));
    assertThat(matches(table, Map.of("table", Map.of("a", 1)))).isTrue();
    assertThat(matches(table, Map.of("table", Map.of("a", 2)))).isFalse();
  }

  @Test
  void theRoutingKeysDoNotMatter() throws Exception {
    Channel channel = confirming();
    String exchange = exchange(channel, "headers");
    String queue = queue(channel);
    channel.queueBind(queue, exchange, "bound", Map.of("x-match", "all", "colour", "red"));
    channel.basicPublish(exchange, "other", headers(Map.of("colour", "red")), bytes("other"));
    publish(channel, exchange, "bound");
    assertThat(drain(channel, queue)).containsExactly("other");
  }

  @Test
  void anotherMatchThanTheFourIsRefused() throws Exception {
    Channel channel = channel();
    String exchange = exchange(channel, "headers");
    String queue = queue(channel);
    assertThat(
            closeOf(
                channel, () -> channel.queueBind(queue, exchange, "", Map.of("x-match", "some"))))
        .isEqualTo(
            Close.channel(
                406,
                "PRECONDITION_FAILED - Invalid x-match field value <<\"some\">>; expected all, any,"
                    + " all-with-x, or any-with-x",
                50,
                20));
  }

  @Test
  void aMatchThatIsNotATextIsRefused() throws Exception {
    Channel channel = channel();
    String exchange = exchange(channel, "headers");
    String queue = queue(channel);
    assertThat(closeOf(channel, () -> channel.queueBind(queue, exchange, "", Map.of("x-match", 1))))
        .isEqualTo(
            Close.channel(
                406,
                "PRECONDITION_FAILED - Invalid x-match field type signedint (value 1); expected"
                    + " longstr",
                50,
                20));
  }

  @Test
  void amqHeadersAndAmqMatchAreThere() throws Exception {
    Channel channel = confirming();
    String queue = queue(channel);
    channel.queueBind(queue, "amq.headers", "", Map.of("queue", queue));
    channel.queueBind(queue, "amq.match", "", Map.of("queue", queue));
    BasicProperties properties = headers(Map.of("queue", queue));
    channel.basicPublish("amq.headers", "", properties, bytes("headers"));
    channel.basicPublish("amq.match", "", properties, bytes("match"));
    channel.waitForConfirmsOrDie(SECONDS * 1000);
    assertThat(drain(channel, queue)).containsExactly("headers", "match");
  }

  private static BasicProperties headers(@Nullable Map<String, Object> headers) {
    return new BasicProperties.Builder().headers(headers).build();
  }

  /** {@return whether a message with the headers reaches a queue bound with the arguments} */
  private boolean matches(Map<String, Object> arguments, @Nullable Map<String, Object> headers)
      throws Exception {
    Channel channel = confirming();
    String exchange = exchange(channel, "headers");
    String queue = queue(channel);
    channel.queueBind(queue, exchange, "", arguments);
    channel.basicPublish(exchange, "", headers(headers), bytes("message"));
    channel.waitForConfirmsOrDie(SECONDS * 1000);
    return !drain(channel, queue).isEmpty();
  }
}
