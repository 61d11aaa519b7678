package io.artel.events.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import org.junit.jupiter.api.Test;

/** Bindings from one exchange to another. */
@OnEveryBroker
class BindingOfExchangesContractIT extends RoutingContract {

  BindingOfExchangesContractIT(ContractBroker broker) {
    super(broker);
  }

  @Test
  void aMessageGoesOnWithItsKeyByTheRulesOfEachExchange() throws Exception {
    Channel channel = confirming();
    String source = exchange(channel, "topic");
    String middle = exchange(channel, "fanout");
    String last = exchange(channel, "direct");
    String queue = queue(channel);
    channel.exchangeBind(middle, source, "a.*");
    channel.exchangeBind(last, middle, "ignored");
    channel.queueBind(queue, last, "a.b");
    publish(channel, source, "a.b", "a.c", "b.b");
    assertThat(drain(channel, queue)).containsExactly("a.b");
  }

  @Test
  void aDeliveryNamesTheExchangePublishedTo() throws Exception {
    Channel channel = confirming();
    String source = exchange(channel, "fanout");
    String last = exchange(channel, "fanout");
    String queue = queue(channel);
    channel.exchangeBind(last, source, "");
    channel.queueBind(queue, last, "");
    publish(channel, source, "key");
    assertThat(channel.basicGet(queue, true).getEnvelope().getExchange()).isEqualTo(source);
  }

  @Test
  void aQueueGetsOneCopyWhateverTheNumberOfWays() throws Exception {
    Channel channel = confirming();
    String source = exchange(channel, "fanout");
    String left = exchange(channel, "fanout");
    String right = exchange(channel, "fanout");
    String queue = queue(channel);
    channel.exchangeBind(left, source, "");
    channel.exchangeBind(right, source, "");
    channel.queueBind(queue, left, "");
    channel.queueBind(queue, right, "");
    channel.queueBind(queue, source, "");
    publish(channel, source, "key");
    assertThat(drain(channel, queue)).containsExactly("key");
  }

  @Test
  void aLoopEnds() throws Exception {
    Channel channel = confirming();
    String first = exchange(channel, "fanout");
    String second = exchange(channel, "fanout");
    String queue = queue(channel);
    channel.exchangeBind(second, first, "");
    channel.exchangeBind(first, second, "");
    channel.exchangeBind(second, second, "");
    channel.queueBind(queue, second, "");
    publish(channel, first, "key");
    assertThat(drain(channel, queue)).containsExactly("key");
  }

  @Test
  void aMessageGoesOnThroughAnInternalExchange() throws Exception {
    Channel channel = confirming();
    String source = exchange(channel, "fanout");
    String internal = name("internal");
    channel.exchangeDeclare(internal, "fanout", false, false, true, null);
    String queue = queue(channel);
    channel.exchangeBind(internal, source, "");
    channel.queueBind(queue, internal, "");
    publish(channel, source, "key");
    assertThat(drain(channel, queue)).containsExactly("key");
  }

  @Test
  void unbindingEndsIt() throws Exception {
    Channel channel = confirming();
    String source = exchange(channel, "direct");
    String last = exchange(channel, "fanout");
    String queue = queue(channel);
    channel.queueBind(queue, last, "");
    channel.exchangeBind(last, source, "a");
    channel.exchangeBind(last, source, "b");
    channel.exchangeUnbind(last, source, "a");
    publish(channel, source, "a", "b");
    assertThat(drain(channel, queue)).containsExactly("b");
  }

  @Test
  void deletingTheDestinationRemovesTheBinding() throws Exception {
    Channel channel = confirming();
    String source = exchange(channel, "fanout");
    String last = exchange(channel, "fanout");
    channel.exchangeBind(last, source, "");
    channel.exchangeDelete(last);
    channel.exchangeDeclare(last, "fanout");
    channel.queueBind(queue(channel), last, "");
    assertThat(returned(channel, source, "key", NO_PROPERTIES)).isTrue();
  }

  @Test
  void bindingToAMissingSourceIs404() throws Exception {
    Channel channel = channel();
    String last = exchange(channel, "fanout");
    String missing = name("missing");
    assertThat(closeOf(channel, () -> channel.exchangeBind(last, missing, "")))
        .isEqualTo(noExchange(missing, 40, 30));
  }

  @Test
  void bindingAMissingDestinationIs404() throws Exception {
    Channel channel = channel();
    String source = exchange(channel, "fanout");
    String missing = name("missing");
    assertThat(closeOf(channel, () -> channel.exchangeBind(missing, source, "")))
        .isEqualTo(noExchange(missing, 40, 30));
  }

  @Test
  void whenBothAreMissingTheSourceIsNamed() throws Exception {
    Channel channel = channel();
    String source = name("source");
    String destination = name("destination");
    assertThat(closeOf(channel, () -> channel.exchangeBind(destination, source, "")))
        .isEqualTo(noExchange(source, 40, 30));
  }

  @Test
  void unbindingMissingExchangesSucceeds() throws Exception {
    Channel channel = channel();
    assertThat(channel.exchangeUnbind(name("missing"), name("missing"), "key")).isNotNull();
  }
}
