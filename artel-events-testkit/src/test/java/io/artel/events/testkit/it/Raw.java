package io.artel.events.testkit.it;

import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.GetResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A broker seen through the plain client, beside the library under test. */
final class Raw implements AutoCloseable {

  /** A message, and the queue in which it lay. */
  record Found(String queue, Delivery message) {
    /** The text of a header, or null. */
    @Nullable String header(String name) {
      Object value = message.getProperties().getHeaders().get(name);
      return value == null ? null : value.toString();
    }
  }

  private final Connection connection;
  private final Channel channel;

  Raw(String uri) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(uri);
    factory.setAutomaticRecoveryEnabled(false);
    connection = factory.newConnection("raw");
    channel = connection.createChannel();
    channel.confirmSelect();
  }

  Channel channel() {
    return channel;
  }

  void publish(String exchange, String routingKey, BasicProperties properties, byte[] body)
      throws Exception {
    channel.basicPublish(exchange, routingKey, true, properties, body);
    channel.waitForConfirmsOrDie(10_000);
  }

  long ready(String queue) throws Exception {
    return channel.messageCount(queue);
  }

  /** Takes one message out of a queue, or null if there is none. */
  @Nullable GetResponse take(String queue) throws Exception {
    return channel.basicGet(queue, true);
  }

  /**
   * Takes so many messages out of these queues, also where only one consumer may read, and waits
   * for them.
   */
  List<Found> take(List<String> queues, int count) throws Exception {
    List<Found> found = new CopyOnWriteArrayList<>();
    List<String> tags = new ArrayList<>();
    for (String queue : queues) {
      tags.add(
          channel.basicConsume(
              queue, true, (tag, message) -> found.add(new Found(queue, message)), tag -> {}));
    }
    await().atMost(Duration.ofSeconds(30)).until(() -> found.size() >= count);
    for (String tag : tags) {
      channel.basicCancel(tag);
    }
    return found;
  }

  /** How many messages are ready, as a condition to wait for. */
  Callable<Long> readyIn(String queue) {
    return () -> ready(queue);
  }

  @Override
  public void close() throws IOException {
    connection.close(5000);
  }
}
