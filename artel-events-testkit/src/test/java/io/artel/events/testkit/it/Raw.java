package io.artel.events.testkit.it;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** A broker seen through the plain client, beside the library under test. */
final class Raw implements AutoCloseable {

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

  /** How many messages are ready, as a condition to wait for. */
  Callable<Long> readyIn(String queue) {
    return () -> ready(queue);
  }

  @Override
  public void close() throws IOException {
    connection.close(5000);
  }
}
