package io.artel.events.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/**
 * Exchanges of type x-consistent-hash. The texts of digits are what real brokers did: for each of
 * 64 messages, the place of its queue in the order of binding.
 */
@OnEveryBroker
class HashExchangeContractIT extends RoutingContract {
  private static final String KEYS =
      "6176663530040277706464346655763401266304620631471466711110335654";
  private static final String KEYS_AS_TAGGED_HEADER =
      "7231306266761105764722067672253141241774661266306554007462477233";
  private static final List<String> EIGHT = List.of("1", "1", "1", "1", "1", "1", "1", "1");

  HashExchangeContractIT(ContractBroker broker) {
    super(broker);
  }

  @Test
  void hashesTheRoutingKey() throws Exception {
    assertThat(places(Map.of(), EIGHT)).isEqualTo(KEYS);
  }

  @Test
  void theKeyOfABindingIsItsWeight() throws Exception {
    assertThat(places(Map.of(), List.of("2", "1", "5")))
        .isEqualTo("2022222220020122202222222222222200122202210220220222200000222222");
  }

  @Test
  void aLoneQueueGetsEverything() throws Exception {
    assertThat(places(Map.of(), List.of("3"))).isEqualTo("0".repeat(64));
  }

  @Test
  void withoutQueuesNothingIsRouted() throws Exception {
    Channel channel = confirming();
    String exchange = exchange(channel, "x-consistent-hash");
    assertThat(returned(channel, exchange, "key", NO_PROPERTIES)).isTrue();
  }

  @Test
  void hashesATextHeaderWithItsTypeBefore40() throws Exception {
    assertThat(places(header(), EIGHT, index -> headers("key-" + index)))
        .isEqualTo(broker.before("4.0") ? KEYS_AS_TAGGED_HEADER : KEYS);
  }

  @Test
  void hashesAnIntegerHeader() throws Exception {
    assertThat(places(header(), EIGHT, HashExchangeContractIT::headers))
        .isEqualTo(
            broker.before("4.0")
                ? "6461072037461312102750056511470733710715344225134431523046247010"
                : "4307344716652350622015634512277034545554226301445404707255651614");
  }

  @Test
  void theWidthOfAnIntegerHeaderMattersBefore40() throws Exception {
    List<Object> ones = List.of((byte) 1, (short) 1, 1, 1L);
    assertThat(places(header(), EIGHT, index -> headers(ones.get(index % 4))))
        .isEqualTo((broker.before("4.0") ? "1746" : "3333").repeat(16));
  }

  @Test
  void hashesABooleanHeader() throws Exception {
    assertThat(places(header(), EIGHT, index -> headers(index % 2 == 0)))
        .isEqualTo((broker.before("4.0") ? "42" : "00").repeat(32));
  }

  @Test
  void aMissingHeaderHasAHashOfItsOwn() throws Exception {
    assertThat(places(header(), EIGHT)).isEqualTo("1".repeat(64));
    assertThat(
            places(
                header(),
                EIGHT,
                index -> new BasicProperties.Builder().headers(Map.of("other", index)).build()))
        .isEqualTo("1".repeat(64));
  }

  @Test
  void hashesTheMessageId() throws Exception {
    assertThat(
            places(
                Map.of("hash-property", "message_id"),
                EIGHT,
                index -> new BasicProperties.Builder().messageId("key-" + index).build()))
        .isEqualTo(KEYS);
  }

  @Test
  void hashesTheCorrelationId() throws Exception {
    assertThat(
            places(
                Map.of("hash-property", "correlation_id"),
                EIGHT,
                index -> new BasicProperties.Builder().correlationId("key-" + index).build()))
        .isEqualTo(KEYS);
  }

  @Test
  void hashesTheTimestamp() throws Exception {
    assertThat(
            places(
                Map.of("hash-property", "timestamp"),
                EIGHT,
                index ->
                    new BasicProperties.Builder()
                        .timestamp(Date.from(Instant.ofEpochSecond(1_700_000_000L + index)))
                        .build()))
        .isEqualTo("5100617121621157665260523466564314762025632135407165661103013311");
  }

  @Test
  void aMissingPropertyHasAHashOfItsOwn() throws Exception {
    for (String property : List.of("message_id", "correlation_id", "timestamp")) {
      assertThat(places(Map.of("hash-property", property), EIGHT)).isEqualTo("1".repeat(64));
    }
  }

  @Test
  void unbindingMovesLaterQueuesUp() throws Exception {
    Channel channel = confirming();
    String exchange = exchange(channel, "x-consistent-hash");
    List<String> queues = bound(channel, exchange, List.of("1", "3", "1", "2"));
    channel.queueUnbind(queues.get(1), exchange, "3");
    assertThat(places(channel, exchange, queues))
        .isEqualTo(places(Map.of(), List.of("1", "1", "2")).replace('2', '3').replace('1', '2'));
  }

  @Test
  void bindingAgainAddsTheQueueAtTheEnd() throws Exception {
    Channel channel = confirming();
    String exchange = exchange(channel, "x-consistent-hash");
    List<String> queues = bound(channel, exchange, List.of("1", "2", "1"));
    channel.queueUnbind(queues.get(0), exchange, "1");
    channel.queueBind(queues.get(0), exchange, "1");
    assertThat(places(channel, exchange, List.of(queues.get(1), queues.get(2), queues.get(0))))
        .isEqualTo(places(Map.of(), List.of("2", "1", "1")));
  }

  @Test
  void deletingAQueueMovesLaterQueuesUp() throws Exception {
    Channel channel = confirming();
    String exchange = exchange(channel, "x-consistent-hash");
    List<String> queues = bound(channel, exchange, List.of("2", "1", "1"));
    channel.queueDelete(queues.get(0));
    assertThat(places(channel, exchange, queues.subList(1, 3)))
        .isEqualTo(places(Map.of(), List.of("1", "1")));
  }

  @Test
  void aSecondBindingOfAQueueChangesNothing() throws Exception {
    Channel channel = confirming();
    String exchange = exchange(channel, "x-consistent-hash");
    List<String> queues = bound(channel, exchange, List.of("1", "1", "1"));
    channel.queueBind(queues.get(0), exchange, "5");
    assertThat(places(channel, exchange, queues))
        .isEqualTo(places(Map.of(), List.of("1", "1", "1")));
  }

  @Test
  void unbindingEitherOfTwoBindingsRemovesTheQueue() throws Exception {
    Channel channel = confirming();
    String exchange = exchange(channel, "x-consistent-hash");
    List<String> queues = bound(channel, exchange, List.of("1", "1"));
    channel.queueBind(queues.get(0), exchange, "5");
    channel.queueUnbind(queues.get(0), exchange, "5");
    assertThat(places(channel, exchange, queues)).isEqualTo("1".repeat(64));
  }

  @Test
  void anExchangeCanBeBoundToo() throws Exception {
    Channel channel = confirming();
    String exchange = exchange(channel, "x-consistent-hash");
    String next = exchange(channel, "fanout");
    List<String> queues = List.of(queue(channel), queue(channel));
    channel.exchangeBind(next, exchange, "1");
    channel.queueBind(queues.get(0), next, "");
    channel.queueBind(queues.get(1), exchange, "1");
    assertThat(places(channel, exchange, queues)).isEqualTo(places(Map.of(), List.of("1", "1")));
  }

  @Test
  void aWeightThatIsNoIntegerIsRefused() throws Exception {
    assertThat(refusal("x")).isEqualTo("The binding key must be an integer: <<\"x\">>");
    assertThat(refusal("1.5")).isEqualTo("The binding key must be an integer: <<\"1.5\">>");
    assertThat(refusal(" 1")).isEqualTo("The binding key must be an integer: <<\" 1\">>");
    assertThat(refusal("")).isEqualTo("The binding key must be an integer: <<>>");
  }

  @Test
  void aWeightBelowOneIsRefused() throws Exception {
    assertThat(refusal("0")).isEqualTo("The binding key must be greater than 0");
    assertThat(refusal("-1")).isEqualTo("The binding key must be greater than 0");
  }

  @Test
  void aWeightAbove10000IsRefusedSince43() throws Exception {
    Channel channel = channel();
    String exchange = exchange(channel, "x-consistent-hash");
    assertThat(channel.queueBind(queue(channel), exchange, "10000")).isNotNull();
    if (broker.before("4.3")) {
      assertThat(channel.queueBind(queue(channel), exchange, "10001")).isNotNull();
    } else {
      assertThat(refusal("10001")).isEqualTo("The binding key must not exceed 10000");
    }
  }

  @Test
  void aHeaderAndAPropertyExcludeEachOther() throws Exception {
    Map<String, Object> both = Map.of("hash-header", "key", "hash-property", "message_id");
    assertThat(closeOfDeclare(both))
        .isEqualTo(
            Close.channel(
                406,
                "PRECONDITION_FAILED - hash-header and hash-property are mutually exclusive",
                40,
                10));
  }

  @Test
  void anotherPropertyIsRefused() throws Exception {
    assertThat(closeOfDeclare(Map.of("hash-property", "app_id")))
        .isEqualTo(
            Close.channel(406, "PRECONDITION_FAILED - Unsupported property: app_id", 40, 10));
  }

  private Close closeOfDeclare(Map<String, Object> arguments) throws Exception {
    Channel channel = channel();
    return closeOf(channel, () -> exchange(channel, "x-consistent-hash", arguments));
  }

  /** {@return why a queue cannot be bound with this weight} */
  private String refusal(String weight) throws Exception {
    Channel channel = channel();
    String exchange = exchange(channel, "x-consistent-hash");
    String queue = queue(channel);
    Close close = closeOf(channel, () -> channel.queueBind(queue, exchange, weight));
    String start = "PRECONDITION_FAILED - ";
    assertThat(close).isEqualTo(Close.channel(406, close.text(), 50, 20));
    assertThat(close.text()).startsWith(start);
    return close.text().substring(start.length());
  }

  private static Map<String, Object> header() {
    return Map.of("hash-header", "hashed");
  }

  private static BasicProperties headers(Object value) {
    return new BasicProperties.Builder().headers(Map.of("hashed", value)).build();
  }

  private List<String> bound(Channel channel, String exchange, List<String> weights)
      throws Exception {
    List<String> queues = new ArrayList<>();
    for (String weight : weights) {
      String queue = queue(channel);
      channel.queueBind(queue, exchange, weight);
      queues.add(queue);
    }
    return queues;
  }

  private String places(Map<String, Object> arguments, List<String> weights) throws Exception {
    return places(arguments, weights, index -> NO_PROPERTIES);
  }

  private static String places(Channel channel, String exchange, List<String> queues)
      throws Exception {
    return places(channel, exchange, queues, index -> NO_PROPERTIES);
  }

  private String places(
      Map<String, Object> arguments, List<String> weights, IntFunction<BasicProperties> properties)
      throws Exception {
    Channel channel = confirming();
    String exchange = exchange(channel, "x-consistent-hash", arguments);
    return places(channel, exchange, bound(channel, exchange, weights), properties);
  }

  /** {@return for each of 64 messages with keys key-0 to key-63 the place of its queue} */
  private static String places(
      Channel channel,
      String exchange,
      List<String> queues,
      IntFunction<BasicProperties> properties)
      throws Exception {
    for (int index = 0; index < 64; index++) {
      channel.basicPublish(
          exchange, "key-" + index, properties.apply(index), new byte[] {(byte) index});
    }
    channel.waitForConfirmsOrDie(SECONDS * 1000);
    char[] places = new char[64];
    Arrays.fill(places, '-');
    for (int place = 0; place < queues.size(); place++) {
      GetResponse next = channel.basicGet(queues.get(place), true);
      while (next != null) {
        places[next.getBody()[0]] = (char) ('0' + place);
        next = channel.basicGet(queues.get(place), true);
      }
    }
    return new String(places);
  }
}
