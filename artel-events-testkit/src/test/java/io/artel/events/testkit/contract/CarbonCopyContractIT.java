package io.artel.events.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.Return;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The headers CC and BCC, which add routing keys. */
@OnEveryBroker
class CarbonCopyContractIT extends RoutingContract {

  CarbonCopyContractIT(ContractBroker broker) {
    super(broker);
  }

  @Test
  void bothAddRoutingKeys() throws Exception {
    Channel channel = confirming();
    String queue = queue(channel);
    String copied = queue(channel);
    String blind = queue(channel);
    send(channel, "", queue, Map.of("CC", List.of(copied), "BCC", List.of(blind)));
    assertThat(drain(channel, queue)).containsExactly("body");
    assertThat(drain(channel, copied)).containsExactly("body");
    assertThat(drain(channel, blind)).containsExactly("body");
  }

  @Test
  void ofBothOnlyCcIsDelivered() throws Exception {
    Channel channel = confirming();
    String queue = queue(channel);
    send(channel, "", queue, Map.of("CC", List.of("a", "b"), "BCC", List.of("c"), "size", 3));
    GetResponse response = channel.basicGet(queue, true);
    assertThat(response.getProps().getHeaders()).containsOnlyKeys("CC", "size");
    assertThat(response.getProps().getHeaders().get("CC")).asString().isEqualTo("[a, b]");
  }

  @Test
  void headersWithOnlyBccArriveEmpty() throws Exception {
    Channel channel = confirming();
    String queue = queue(channel);
    send(channel, "", queue, Map.of("BCC", List.of("c")));
    assertThat(channel.basicGet(queue, true).getProps().getHeaders()).isEmpty();
  }

  @Test
  void everyCopyNamesTheKeyPublishedWith() throws Exception {
    Channel channel = confirming();
    String copied = queue(channel);
    send(channel, "", "key", Map.of("CC", List.of(copied)));
    assertThat(channel.basicGet(copied, true).getEnvelope().getRoutingKey()).isEqualTo("key");
  }

  @Test
  void aQueueGetsOneCopyHoweverManyKeysMatch() throws Exception {
    Channel channel = confirming();
    String exchange = exchange(channel, "direct");
    String queue = queue(channel);
    for (String key : List.of("a", "b", "c")) {
      channel.queueBind(queue, exchange, key);
    }
    send(channel, exchange, "a", Map.of("CC", List.of("a", "b"), "BCC", List.of("c")));
    assertThat(drain(channel, queue)).containsExactly("body");
  }

  @Test
  void topicExchangesUseThem() throws Exception {
    Channel channel = confirming();
    String exchange = exchange(channel, "topic");
    String queue = queue(channel);
    channel.queueBind(queue, exchange, "a.*");
    send(channel, exchange, "b", Map.of("CC", List.of("c", "a.b")));
    assertThat(drain(channel, queue)).containsExactly("body");
  }

  @Test
  void hashExchangesIgnoreThem() throws Exception {
    Channel channel = confirming();
    String exchange = exchange(channel, "x-consistent-hash");
    String first = queue(channel);
    String second = queue(channel);
    channel.queueBind(first, exchange, "1");
    channel.queueBind(second, exchange, "1");
    List<Object> keys = List.of("a", "b", "c", "d", "e", "f", "g", "h");
    send(channel, exchange, "key", Map.of("CC", keys));
    assertThat(drain(channel, first).size() + drain(channel, second).size()).isEqualTo(1);
  }

  @Test
  void aMessageThatMatchesByCcDoesNotComeBack() throws Exception {
    Channel channel = confirming();
    String copied = queue(channel);
    assertThat(returned(channel, "", name("missing"), headers(Map.of("CC", List.of(copied)))))
        .isFalse();
  }

  @Test
  void aReturnedMessageHasNoBcc() throws Exception {
    Channel channel = channel();
    BlockingQueue<Return> returns = new LinkedBlockingQueue<>();
    channel.addReturnListener(returns::add);
    channel.basicPublish(
        "",
        name("missing"),
        true,
        headers(Map.of("BCC", List.of("missing"), "size", 3)),
        bytes("body"));
    Return returned = returns.poll(SECONDS, TimeUnit.SECONDS);
    assertThat(returned).isNotNull();
    assertThat(returned.getProperties().getHeaders()).containsOnlyKeys("size");
  }

  @Test
  void aTextInsteadOfAListIsRefused() throws Exception {
    assertThat(refusal(Map.of("CC", "key")))
        .isEqualTo("invalid message: {unacceptable_type_in_header,\"CC\",longstr}");
    assertThat(refusal(Map.of("BCC", 1)))
        .isEqualTo("invalid message: {unacceptable_type_in_header,\"BCC\",signedint}");
  }

  @Test
  void entriesThatAreNoTextsAreIgnored() throws Exception {
    Channel channel = confirming();
    String queue = queue(channel);
    send(channel, "", "key", Map.of("CC", List.of(1, queue)));
    assertThat(drain(channel, queue)).containsExactly("body");
  }

  private String refusal(Map<String, Object> headers) throws Exception {
    Channel channel = channel();
    Close close =
        closeOf(channel, () -> channel.basicPublish("", "key", headers(headers), bytes("body")));
    String start = "PRECONDITION_FAILED - ";
    assertThat(close).isEqualTo(Close.channel(406, close.text(), 60, 40));
    assertThat(close.text()).startsWith(start);
    return close.text().substring(start.length());
  }

  private static void send(
      Channel confirming, String exchange, String key, Map<String, Object> headers)
      throws Exception {
    confirming.basicPublish(exchange, key, headers(headers), bytes("body"));
    confirming.waitForConfirmsOrDie(SECONDS * 1000);
  }

  private static BasicProperties headers(Map<String, Object> headers) {
    return new BasicProperties.Builder().headers(headers).build();
  }
}
