package io.artel.events.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Where a message goes that an exchange has no destination for. */
@OnEveryBroker
class AlternateExchangeContractIT extends RoutingContract {

  AlternateExchangeContractIT(ContractBroker broker) {
    super(broker);
  }

  @Test
  void getsOnlyWhatMatchesNothing() throws Exception {
    Channel channel = confirming();
    String alternate = exchange(channel, "fanout");
    String exchange = exchange(channel, "direct", to(alternate));
    String queue = queue(channel);
    String rest = queue(channel);
    channel.queueBind(queue, exchange, "a");
    channel.queueBind(rest, alternate, "");
    publish(channel, exchange, "a", "b");
    assertThat(drain(channel, queue)).containsExactly("a");
    assertThat(drain(channel, rest)).containsExactly("b");
  }

  @Test
  void aDeliveryThroughItKeepsExchangeAndKey() throws Exception {
    Channel channel = confirming();
    String alternate = exchange(channel, "fanout");
    String exchange = exchange(channel, "direct", to(alternate));
    String rest = queue(channel);
    channel.queueBind(rest, alternate, "");
    publish(channel, exchange, "b");
    GetResponse response = channel.basicGet(rest, true);
    assertThat(response.getEnvelope().getExchange()).isEqualTo(exchange);
    assertThat(response.getEnvelope().getRoutingKey()).isEqualTo("b");
  }

  @Test
  void hasAnAlternateOfItsOwn() throws Exception {
    Channel channel = confirming();
    String last = exchange(channel, "fanout");
    String middle = exchange(channel, "direct", to(last));
    String exchange = exchange(channel, "direct", to(middle));
    String rest = queue(channel);
    String some = queue(channel);
    channel.queueBind(rest, last, "");
    channel.queueBind(some, middle, "b");
    publish(channel, exchange, "b", "c");
    assertThat(drain(channel, some)).containsExactly("b");
    assertThat(drain(channel, rest)).containsExactly("c");
  }

  @Test
  void isIgnoredWhenMissing() throws Exception {
    Channel channel = confirming();
    String exchange = exchange(channel, "direct", to(name("missing")));
    assertThat(returned(channel, exchange, "b", NO_PROPERTIES)).isTrue();
  }

  @Test
  void isUsedWhenDeclaredLater() throws Exception {
    Channel channel = confirming();
    String alternate = name("later");
    String exchange = exchange(channel, "direct", to(alternate));
    channel.exchangeDeclare(alternate, "fanout");
    String rest = queue(channel);
    channel.queueBind(rest, alternate, "");
    publish(channel, exchange, "b");
    assertThat(drain(channel, rest)).containsExactly("b");
  }

  @Test
  void mayLeadBackWithoutEnd() throws Exception {
    Channel channel = confirming();
    String first = name("first");
    String second = exchange(channel, "direct", to(first));
    channel.exchangeDeclare(first, "direct", false, false, to(second));
    assertThat(returned(channel, first, "b", NO_PROPERTIES)).isTrue();
  }

  @Test
  void aMessageItTakesIsNotReturned() throws Exception {
    Channel channel = confirming();
    String alternate = exchange(channel, "fanout");
    String exchange = exchange(channel, "direct", to(alternate));
    channel.queueBind(queue(channel), alternate, "");
    assertThat(returned(channel, exchange, "b", NO_PROPERTIES)).isFalse();
  }

  @Test
  void aMessageItCannotRouteIsReturned() throws Exception {
    Channel channel = confirming();
    String alternate = exchange(channel, "direct");
    String exchange = exchange(channel, "direct", to(alternate));
    channel.queueBind(queue(channel), alternate, "a");
    assertThat(returned(channel, exchange, "b", NO_PROPERTIES)).isTrue();
  }

  @Test
  void eachExchangeOnTheWayUsesItsOwn() throws Exception {
    Channel channel = confirming();
    String alternate = exchange(channel, "fanout");
    String next = exchange(channel, "direct", to(alternate));
    String source = exchange(channel, "fanout");
    channel.exchangeBind(next, source, "");
    String bound = queue(channel);
    String rest = queue(channel);
    channel.queueBind(bound, source, "");
    channel.queueBind(rest, alternate, "");
    publish(channel, source, "b");
    assertThat(drain(channel, bound)).containsExactly("b");
    assertThat(drain(channel, rest)).containsExactly("b");
  }

  @Test
  void aBoundExchangeThatRoutesNowhereIsADestination() throws Exception {
    Channel channel = confirming();
    String alternate = exchange(channel, "fanout");
    String source = exchange(channel, "fanout", to(alternate));
    String next = exchange(channel, "fanout");
    channel.exchangeBind(next, source, "");
    String rest = queue(channel);
    channel.queueBind(rest, alternate, "");
    assertThat(returned(channel, source, "b", NO_PROPERTIES)).isTrue();
    assertThat(drain(channel, rest)).isEmpty();
  }

  @Test
  void mayBeInternal() throws Exception {
    Channel channel = confirming();
    String alternate = name("internal");
    channel.exchangeDeclare(alternate, "fanout", false, false, true, null);
    String exchange = exchange(channel, "direct", to(alternate));
    String rest = queue(channel);
    channel.queueBind(rest, alternate, "");
    publish(channel, exchange, "b");
    assertThat(drain(channel, rest)).containsExactly("b");
  }

  private static Map<String, Object> to(String alternate) {
    return Map.of("alternate-exchange", alternate);
  }
}
