package io.artel.events.testkit.contract;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.Envelope;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.assertj.core.api.Assertions;
import org.awaitility.Awaitility;

/** A consumer that writes down all that happens to it, in order, and acks nothing by itself. */
final class DeliveryTape extends DefaultConsumer {
  private final List<String> events = new CopyOnWriteArrayList<>();
  private final List<Delivery> deliveries = new CopyOnWriteArrayList<>();

  private volatile String tag = "";

  DeliveryTape(Channel channel) {
    super(channel);
  }

  /** Tells the tag that the broker answered, which the consumer itself hears only later. */
  void startedAs(String consumerTag) {
    tag = consumerTag;
  }

  @Override
  public String getConsumerTag() {
    return tag;
  }

  @Override
  public void handleConsumeOk(String consumerTag) {
    tag = consumerTag;
    events.add("consume-ok");
  }

  @Override
  public void handleCancelOk(String consumerTag) {
    events.add("cancel-ok");
  }

  @Override
  public void handleCancel(String consumerTag) {
    events.add("cancel");
  }

  @Override
  public void handleDelivery(
      String consumerTag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
    deliveries.add(new Delivery(envelope, properties, body));
    events.add(new String(body, StandardCharsets.UTF_8));
  }

  /** {@return the bodies of the deliveries, and the consumer's own events, in order} */
  List<String> events() {
    return List.copyOf(events);
  }

  /** {@return the bodies so far} */
  List<String> bodies() {
    return deliveries.stream().map(DeliveryTape::body).toList();
  }

  /** Waits until there are exactly these deliveries. */
  void awaitBodies(String... bodies) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(Contract.SECONDS))
        .pollInterval(Duration.ofMillis(5))
        .pollDelay(Duration.ZERO)
        .untilAsserted(() -> Assertions.assertThat(bodies()).containsExactly(bodies));
  }

  /** Waits for delivery number {@code index}, the first being 0, and {@return it}. */
  Delivery delivery(int index) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(Contract.SECONDS))
        .pollInterval(Duration.ofMillis(5))
        .pollDelay(Duration.ZERO)
        .until(() -> deliveries.size() > index);
    return deliveries.get(index);
  }

  /** Waits for delivery number {@code index} and {@return its tag}. */
  long tag(int index) {
    return delivery(index).getEnvelope().getDeliveryTag();
  }

  private static String body(Delivery delivery) {
    return new String(delivery.getBody(), StandardCharsets.UTF_8);
  }
}
