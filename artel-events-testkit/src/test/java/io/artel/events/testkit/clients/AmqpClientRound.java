package io.artel.events.testkit.clients;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The round of {@code src/test/clients/README.md} with any version of the Java client: it uses
 * nothing but the JDK and what the client has had since 5.0. Public, as it is called from outside
 * its class loader.
 */
public final class AmqpClientRound {
  private static final int MESSAGES = 200;
  private static final int PREFETCH = 10;
  private static final int REQUEUED = 50;
  private static final int SECONDS = 20;
  private static final Map<String, Object> QUEUE_ARGUMENTS =
      Map.of("x-max-length", 1000, "x-overflow", "reject-publish", "x-expires", 60_000);

  private final Connection connection;
  private final Channel channel;
  private final String exchange = "clients." + UUID.randomUUID();
  private final String queue = exchange;

  private AmqpClientRound(Connection connection) throws IOException {
    this.connection = connection;
    this.channel = connection.createChannel();
  }

  /** Does the round, and {@return the version that the client told the broker}. */
  public static String run(String uri) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(uri);
    factory.setChannelRpcTimeout(SECONDS * 1000);
    Connection connection = factory.newConnection("round");
    try {
      new AmqpClientRound(connection).run();
      connection.close();
    } finally {
      connection.abort();
    }
    same("whether the connection is open after its close", connection.isOpen(), false);
    return connection.getClientProperties().get("version").toString();
  }

  private void run() throws Exception {
    for (int i = 0; i < 2; i++) {
      channel.exchangeDeclare(exchange, "topic", true, true, null);
      channel.queueDeclare(queue, true, false, false, QUEUE_ARGUMENTS);
    }
    channel.queueBind(queue, exchange, "round.#");
    publishAll();
    consume();
    getAndPurge();
    askForAMissingQueue();
    channel.exchangeDelete(exchange);
    same("the count in the deleted queue", channel.queueDelete(queue).getMessageCount(), 0);
  }

  private void publishAll() throws Exception {
    BlockingQueue<String> events = new LinkedBlockingQueue<>();
    channel.confirmSelect();
    channel.addReturnListener(
        returned ->
            events.add(
                "returned %d %s %s"
                    .formatted(
                        returned.getReplyCode(),
                        returned.getReplyText(),
                        returned.getRoutingKey())));
    for (int sequence = 0; sequence < MESSAGES; sequence++) {
      publish("round." + sequence, sequence);
    }
    channel.waitForConfirmsOrDie(SECONDS * 1000L);
    same("what came besides the confirms", List.copyOf(events), List.of());
    channel.addConfirmListener(
        (number, multiple) -> events.add("confirmed"), (number, multiple) -> events.add("refused"));
    publish("nowhere", 1);
    same(
        "the first event", events.poll(SECONDS, TimeUnit.SECONDS), "returned 312 NO_ROUTE nowhere");
    same("the second event", events.poll(SECONDS, TimeUnit.SECONDS), "confirmed");
    channel.clearConfirmListeners();
  }

  /** Consumes all. RabbitMQ lets an ack overtake a requeue: none is sent while that is awaited. */
  private void consume() throws Exception {
    BlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>();
    channel.basicQos(PREFETCH);
    String consumer =
        channel.basicConsume(queue, false, (tag, delivery) -> deliveries.add(delivery), tag -> {});
    int next = 0;
    boolean again = false;
    while (next < MESSAGES || !again) {
      Delivery delivery = deliveries.poll(SECONDS, TimeUnit.SECONDS);
      check(delivery != null, "message " + next + " did not come");
      int sequence = (Integer) delivery.getProperties().getHeaders().get("sequence");
      long tag = delivery.getEnvelope().getDeliveryTag();
      checkMessage(sequence, delivery.getProperties(), delivery.getBody());
      if (delivery.getEnvelope().isRedeliver()) {
        same("the redelivered message", sequence, REQUEUED);
        check(!again, "the requeued message was redelivered twice");
        again = true;
        channel.basicAck(tag, true);
        continue;
      }
      same("the next message", sequence, next++);
      if (sequence == REQUEUED) {
        channel.basicNack(tag, false, true);
      } else if (sequence > REQUEUED && !again) {
        check(sequence < REQUEUED + PREFETCH, "the requeued message did not come at once");
      } else if (next == PREFETCH) {
        checkCounts(MESSAGES - PREFETCH, 1);
        channel.basicAck(tag, true);
      } else if (next > PREFETCH) {
        channel.basicAck(tag, false);
      }
    }
    channel.basicCancel(consumer);
    same("the count of deliveries after the last", deliveries.size(), 0);
  }

  private void getAndPurge() throws Exception {
    for (int sequence = 0; sequence < 3; sequence++) {
      publish("round.get", sequence);
    }
    channel.waitForConfirmsOrDie(SECONDS * 1000L);
    GetResponse got = channel.basicGet(queue, false);
    checkMessage(0, got.getProps(), got.getBody());
    same("the count after the message that was got", got.getMessageCount(), 2);
    channel.basicAck(got.getEnvelope().getDeliveryTag(), false);
    checkCounts(2, 0);
    same("the purged count", channel.queuePurge(queue).getMessageCount(), 2);
    same("what the purged queue gives", channel.basicGet(queue, false), null);
  }

  private void askForAMissingQueue() throws Exception {
    Channel doomed = connection.createChannel();
    try {
      doomed.queueDeclarePassive(queue + ".missing");
      throw new AssertionError("the missing queue was found");
    } catch (IOException e) {
      ShutdownSignalException signal = (ShutdownSignalException) e.getCause();
      same("the code", ((AMQP.Channel.Close) signal.getReason()).getReplyCode(), 404);
    }
    same("whether the channel is open after the 404", doomed.isOpen(), false);
    Channel next = connection.createChannel();
    next.queueDeclarePassive(queue);
    next.close();
  }

  private void checkCounts(int messages, int consumers) throws IOException {
    AMQP.Queue.DeclareOk state = channel.queueDeclarePassive(queue);
    same("the count of ready messages", state.getMessageCount(), messages);
    same("the count of consumers", state.getConsumerCount(), consumers);
  }

  private void publish(String key, int sequence) throws IOException {
    channel.basicPublish(exchange, key, true, properties(sequence), body(sequence));
  }

  private static byte[] body(int sequence) {
    if (sequence == 0) {
      return new byte[0];
    }
    return sequence == MESSAGES - 1
        ? "large".repeat(50_000).getBytes(UTF_8)
        : "{\"sequence\":%d}".formatted(sequence).getBytes(UTF_8);
  }

  private static AMQP.BasicProperties properties(int sequence) {
    Map<String, Object> headers = new HashMap<>();
    headers.put("sequence", sequence);
    headers.put("large", 1L << 40);
    headers.put("negative", -1);
    headers.put("ratio", 1.5);
    headers.put("flag", true);
    headers.put("text", "Größe");
    headers.put("nothing", null);
    headers.put("list", List.of(1, "two"));
    headers.put("table", Map.of("inner", Map.of("deep", "yes")));
    return new AMQP.BasicProperties.Builder()
        .contentType("application/json")
        .contentEncoding("utf-8")
        .headers(headers)
        .deliveryMode(2)
        .priority(4)
        .correlationId("correlation-" + sequence)
        .replyTo("nobody")
        .expiration("600000")
        .messageId("message-" + sequence)
        .timestamp(Date.from(Instant.ofEpochSecond(1_700_000_000)))
        .type("round")
        .appId("clients")
        .build();
  }

  private static void checkMessage(int sequence, AMQP.BasicProperties properties, byte[] body) {
    check(Arrays.equals(body, body(sequence)), "message " + sequence + " has another body");
    same("the message", text(properties), text(properties(sequence)));
  }

  /**
   * Strings in headers arrive as a type of the client, and 5.0 compares no properties: text does.
   */
  private static String text(AMQP.BasicProperties properties) {
    return new TreeMap<>(properties.getHeaders())
        + " "
        + properties.builder().headers(null).build();
  }

  private static void same(String what, Object actual, Object expected) {
    check(Objects.equals(actual, expected), what + " is " + actual + " instead of " + expected);
  }

  private static void check(boolean right, String sentence) {
    if (!right) {
      throw new AssertionError(sentence);
    }
  }
}
