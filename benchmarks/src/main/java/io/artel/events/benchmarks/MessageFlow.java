package io.artel.events.benchmarks;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.MessageProperties;
import io.artel.events.benchmarks.contest.ConfirmWindow;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Persistent messages that go through a durable queue: published, confirmed, consumed, acked. Each
 * carries its number, and it is an error if one is missing, comes twice or out of order.
 */
final class MessageFlow {
  private static final String QUEUE = "benchmark";
  private static final int UNCONFIRMED = 1000;
  private static final int PREFETCH = 500;
  private static final int ACK_EVERY = 50;
  private static final int PATIENCE_SECONDS = 120;

  private final ConnectionFactory factory;
  private final String queueType;
  private final int bodyBytes;

  MessageFlow(String amqpUri, String queueType, int bodyBytes) throws Exception {
    factory = new ConnectionFactory();
    factory.setUri(new URI(amqpUri));
    this.queueType = queueType;
    if (bodyBytes < Long.BYTES) {
      throw new IllegalArgumentException("a body must have room for its number");
    }
    this.bodyBytes = bodyBytes;
  }

  /**
   * Sends messages from one connection to another.
   *
   * @return the messages per second, from the first publish until the last is confirmed and acked
   */
  double messagesPerSecond(int messages) throws Exception {
    declareQueue();
    try (Connection publishing = factory.newConnection();
        Connection consuming = factory.newConnection()) {
      Channel consumerChannel = consuming.createChannel();
      CompletableFuture<Void> acked = consume(consumerChannel, messages);
      Channel publisherChannel = publishing.createChannel();
      long start = System.nanoTime();
      publish(publisherChannel, messages);
      acked.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      consumerChannel.close(); // The broker answers after it has handled the acks.
      double seconds = (System.nanoTime() - start) / 1e9;
      int left = publisherChannel.queueDelete(QUEUE).getMessageCount();
      if (left != 0) {
        throw new IllegalStateException(left + " messages were not settled");
      }
      return messages / seconds;
    }
  }

  /** Publishes messages that stay in the queue, and returns when all are confirmed. */
  void fill(int messages) throws Exception {
    declareQueue();
    try (Connection connection = factory.newConnection()) {
      publish(connection.createChannel(), messages);
    }
  }

  private void declareQueue() throws Exception {
    try (Connection connection = factory.newConnection()) {
      Channel channel = connection.createChannel();
      channel.queueDelete(QUEUE);
      channel.queueDeclare(QUEUE, true, false, false, Map.of("x-queue-type", queueType));
    }
  }

  private void publish(Channel channel, int messages) throws IOException, InterruptedException {
    ConfirmWindow window = new ConfirmWindow(UNCONFIRMED);
    channel.addConfirmListener(window);
    channel.confirmSelect();
    for (long number = 1; number <= messages; number++) {
      window.awaitRoom();
      byte[] body = ByteBuffer.allocate(bodyBytes).putLong(0, number).array();
      channel.basicPublish("", QUEUE, MessageProperties.MINIMAL_PERSISTENT_BASIC, body);
    }
    window.awaitAll(messages);
  }

  /** {@return what completes when so many messages have been received and acked} */
  private static CompletableFuture<Void> consume(Channel channel, int messages) throws IOException {
    CompletableFuture<Void> done = new CompletableFuture<>();
    channel.basicQos(PREFETCH);
    channel.basicConsume(
        QUEUE,
        false,
        new DefaultConsumer(channel) {
          @Override
          public void handleDelivery(
              String consumerTag, Envelope envelope, AMQP.BasicProperties properties, byte[] body)
              throws IOException {
            long tag = envelope.getDeliveryTag();
            long number = ByteBuffer.wrap(body).getLong(0);
            if (number != tag) {
              done.completeExceptionally(
                  new IllegalStateException("delivery " + tag + " is message " + number));
            }
            if (tag % ACK_EVERY == 0 || tag == messages) {
              channel.basicAck(tag, true);
            }
            if (tag == messages) {
              done.complete(null);
            }
          }
        });
    return done;
  }
}
