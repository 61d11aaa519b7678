package io.artel.events.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** The headers that count deliveries: quorum queues only, and different in each version. */
@OnEveryBroker
class DeliveryCountContractIT extends DeliveryContract {
  DeliveryCountContractIT(ContractBroker broker) {
    super(broker);
  }

  /** A way to give a delivery back. */
  private interface Return {
    void of(Channel channel, long tag) throws IOException, TimeoutException;
  }

  @Test
  void classicQueueCountsNothing() throws Exception {
    assertThat(counts(CLASSIC, (channel, tag) -> channel.basicReject(tag, true)))
        .containsExactly("null/null", "null/null", "null/null");
  }

  @Test
  void nackCountsAsDeliveryBefore43AndOnlyAsAcquiredFrom43() throws Exception {
    assertThat(counts(QUORUM, (channel, tag) -> channel.basicNack(tag, false, true)))
        .containsExactlyElementsOf(
            broker.since("4.3") ? List.of("null/null", "null/1", "null/2") : failed());
  }

  @Test
  void rejectCountsAsDelivery() throws Exception {
    assertThat(counts(QUORUM, (channel, tag) -> channel.basicReject(tag, true)))
        .containsExactlyElementsOf(failed());
  }

  @Test
  void channelCloseCountsAsDelivery() throws Exception {
    assertThat(counts(QUORUM, (channel, tag) -> channel.close()))
        .containsExactlyElementsOf(failed());
  }

  @Test
  void connectionCloseCountsAsDelivery() throws Exception {
    assertThat(counts(QUORUM, (channel, tag) -> channel.getConnection().close()))
        .containsExactlyElementsOf(failed());
  }

  @Test
  void recoverCountsLikeNack() throws Exception {
    assertThat(counts(QUORUM, (channel, tag) -> channel.basicRecover(true)))
        .containsExactlyElementsOf(
            broker.since("4.3") ? List.of("null/null", "null/1", "null/2") : failed());
  }

  @Test
  void firstDeliveryToAConsumerCarriesNoCount() throws Exception {
    String queue = quorum();
    publish(queue, "0");
    DeliveryTape tape = consume(channel(), queue);
    assertThat(counts(tape.delivery(0).getProperties())).isEqualTo("null/null");
    tape.getChannel().basicReject(tape.tag(0), true);
    assertThat(counts(tape.delivery(1).getProperties()))
        .isEqualTo(broker.since("4.3") ? "1/1" : "1/null");
  }

  @Test
  void countOfTheClientPassesUntilTheFirstReturn() throws Exception {
    String queue = quorum();
    Map<String, Object> headers = Map.of("x-delivery-count", 7, "x-acquired-count", 8);
    publish(queue, properties().headers(headers).build(), "0");
    Channel channel = channel();
    List<String> counts = new ArrayList<>();
    GetResponse first = next(channel, queue);
    counts.add(counts(first.getProps()));
    channel.basicReject(first.getEnvelope().getDeliveryTag(), true);
    counts.add(counts(next(channel, queue).getProps()));
    assertThat(counts)
        .containsExactlyElementsOf(
            broker.since("4.3")
                ? List.of("7/8", "1/1")
                : broker.since("4.0") ? List.of("7/8", "1/8") : List.of("0/8", "1/8"));
  }

  @Test
  void countIsOfTypeLong() throws Exception {
    String queue = quorum();
    publish(queue, "0");
    Channel channel = channel();
    channel.basicReject(next(channel, queue).getEnvelope().getDeliveryTag(), true);
    assertThat(headers(next(channel, queue).getProps()).get("x-delivery-count")).isEqualTo(1L);
  }

  /** {@return the counts of a message got three times, if each return is a failure} */
  private List<String> failed() {
    if (broker.since("4.3")) {
      return List.of("null/null", "1/1", "2/2");
    }
    // Before 4.0 the first basic.get carries a count, though the first delivery does not.
    return List.of(broker.since("4.0") ? "null/null" : "0/null", "1/null", "2/null");
  }

  /** Delivers a message three times and {@return the two counts of each delivery}. */
  private List<String> counts(String type, Return giveBack) throws Exception {
    String queue = queue(type);
    publish(queue, "0");
    List<String> counts = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Channel channel = connect().createChannel();
      GetResponse response = next(channel, queue);
      counts.add(counts(response.getProps()));
      giveBack.of(channel, response.getEnvelope().getDeliveryTag());
    }
    return counts;
  }

  private static String counts(BasicProperties properties) {
    Map<String, Object> headers = headers(properties);
    return headers.get("x-delivery-count") + "/" + headers.get("x-acquired-count");
  }
}
