package io.artel.events.testkit;

import static io.artel.events.testkit.ArtelAssertions.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.GetResponse;
import io.artel.events.testkit.internal.broker.Versions;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@OnRealBrokers
class RealQueueIT {
  private final RabbitMq rabbit;
  private final String virtualHost = "look at/queues " + UUID.randomUUID();
  private final Broker broker;
  private Connection connection;
  private Channel channel;

  RealQueueIT(RabbitMq rabbit) {
    this.rabbit = rabbit;
    this.broker = rabbit.onVhost(virtualHost);
  }

  @BeforeEach
  void connect() throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(broker.amqpUri());
    factory.setAutomaticRecoveryEnabled(false);
    connection = factory.newConnection();
    channel = connection.createChannel();
    channel.confirmSelect();
  }

  @AfterEach
  void close() {
    connection.abort();
    rabbit.deleteVhost(virtualHost);
  }

  @Test
  void aMissingQueueShouldBeEmptyAndNotThere() {
    BrokerQueue missing = broker.queue("missing");

    assertThat(missing.exists()).isFalse();
    assertThat(missing.ready()).isZero();
    assertThat(missing.unacked()).isZero();
    assertThat(missing.consumers()).isZero();
    assertThat(missing).doesNotExist();
    assertThatThrownBy(missing::messages)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(
            "The messages of queue 'missing' cannot be seen: NOT_FOUND - no queue 'missing'");
  }

  @Test
  void countsShouldBeThoseOfTheQueue() throws Exception {
    String queue = classic();
    publish(queue, "a", "b", "c");
    assertThat(broker.queue(queue)).hasMessages(3).hasConsumers(0);

    channel.basicQos(2);
    channel.basicConsume(queue, false, new DefaultConsumer(channel));

    assertThat(broker.queue(queue)).hasMessages(1).hasUnacked(2).hasConsumers(1);
    assertThatThrownBy(() -> broker.queue(queue).within(Duration.ofMillis(1)).awaitDrained())
        .isInstanceOf(AssertionError.class)
        .hasMessage(
            "Expected queue '"
                + queue
                + "' to be drained within PT0.001S, but it has 1 ready, 2 unacknowledged and 1"
                + " consumer.");
  }

  @Test
  void messagesOfAClassicQueueShouldStayInTheirOrder() throws Exception {
    messagesShouldStay(classic());
  }

  @Test
  void messagesOfAQuorumQueueShouldStayInTheirOrder() throws Exception {
    messagesShouldStay(quorum());
  }

  private void messagesShouldStay(String queue) throws Exception {
    publish(queue, "a", "b", "c");

    for (int look = 0; look < 2; look++) {
      assertThat(broker.queue(queue).messages())
          .extracting(BrokerMessage::text)
          .containsExactly("a", "b", "c");
    }

    assertThat(broker.queue(queue).ready()).isEqualTo(3);
    for (String text : List.of("a", "b", "c")) {
      GetResponse got = channel.basicGet(queue, true);
      assertThat(new String(got.getBody(), UTF_8)).isEqualTo(text);
    }
  }

  @Test
  void aLookShouldCountAtMostOnceTowardsTheDeliveryLimit() throws Exception {
    String queue = quorum();
    publish(queue, "a");

    assertThat(broker.queue(queue).messages()).hasSize(1);

    Map<String, Object> headers = channel.basicGet(queue, true).getProps().getHeaders();
    Object count = headers == null ? null : headers.get("x-delivery-count");
    assertThat(count).isIn(Versions.isBefore(rabbit.version(), "4.3") ? 1L : null, 1);
  }

  @Test
  @SuppressWarnings("JavaUtilDate") // the client takes nothing else
  void aMessageShouldBeShownWithAllThatIsSet() throws Exception {
    String queue = classic();
    Map<String, Object> headers = new HashMap<>();
    headers.put("text", "t");
    headers.put("number", 7);
    headers.put("time", Date.from(Instant.ofEpochSecond(1)));
    headers.put("list", Arrays.asList("x", 1L, null));
    headers.put("table", Map.of("inner", "y"));
    headers.put("nothing", null);
    channel.basicPublish(
        "",
        queue,
        new BasicProperties.Builder()
            .headers(headers)
            .messageId("m1")
            .deliveryMode(2)
            .priority(3)
            .timestamp(Date.from(Instant.ofEpochSecond(5)))
            .contentType("text/plain")
            .build(),
        "body".getBytes(UTF_8));
    channel.waitForConfirmsOrDie(10_000);

    BrokerMessage message = broker.queue(queue).messages().get(0);

    assertThat(message.exchange()).isEmpty();
    assertThat(message.routingKey()).isEqualTo(queue);
    assertThat(message.text()).isEqualTo("body");
    assertThat(message.redelivered()).isFalse();
    assertThat(message.properties())
        .containsOnly(
            Map.entry("message_id", "m1"),
            Map.entry("delivery_mode", 2),
            Map.entry("priority", 3),
            Map.entry("timestamp", Instant.ofEpochSecond(5)),
            Map.entry("content_type", "text/plain"));
    assertThat(message.headers())
        .containsEntry("text", "t")
        .containsEntry("number", 7)
        .containsEntry("time", Instant.ofEpochSecond(1))
        .containsEntry("list", Arrays.asList("x", 1L, null))
        .containsEntry("table", Map.of("inner", "y"))
        .containsEntry("nothing", null);
  }

  @Test
  void aQueueWithASingleActiveConsumerCannotBeSeen() throws Exception {
    String queue = "sac-" + UUID.randomUUID();
    channel.queueDeclare(
        queue,
        true,
        false,
        false,
        Map.of("x-queue-type", "quorum", "x-single-active-consumer", true));

    assertThatThrownBy(() -> broker.queue(queue).messages())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(
            "The messages of queue '" + queue + "' cannot be seen: RESOURCE_LOCKED");
    assertThat(broker.queue(queue).ready()).isZero();
  }

  @Test
  void aLookShouldLeaveNoConnectionBehind() throws Exception {
    String queue = classic();
    publish(queue, "a");
    long connections = connections();

    for (int i = 0; i < 5; i++) {
      assertThat(broker.queue(queue).messages()).hasSize(1);
    }

    assertThat(broker.queue(queue)).hasMessages(1);

    await().until(() -> connections() == connections);
  }

  /** The client has one thread with such a name for each connection. */
  private static long connections() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("AMQP Connection"))
        .count();
  }

  @Test
  void virtualHostsShouldBeApart() throws Exception {
    String queue = classic();

    assertThat(broker.queue(queue)).exists();
    assertThat(rabbit.queue(queue)).doesNotExist();
    assertThat(broker.version()).isEqualTo(rabbit.version());
  }

  @Test
  void aDeletedVirtualHostShouldBeGoneWithItsConnections() {
    rabbit.deleteVhost(virtualHost);
    rabbit.deleteVhost(virtualHost);

    await().until(() -> !connection.isOpen());
    assertThatThrownBy(() -> broker.queue("any").exists())
        .isInstanceOf(BrokerUnavailableException.class)
        .hasMessageContaining("Queue 'any' cannot be looked at");
  }

  private String classic() throws Exception {
    return channel
        .queueDeclare("classic-" + UUID.randomUUID(), true, false, false, Map.of())
        .getQueue();
  }

  private String quorum() throws Exception {
    return channel
        .queueDeclare(
            "quorum-" + UUID.randomUUID(),
            true,
            false,
            false,
            Map.of("x-queue-type", "quorum", "x-delivery-limit", 20))
        .getQueue();
  }

  private void publish(String queue, String... bodies) throws Exception {
    for (String body : bodies) {
      channel.basicPublish("", queue, null, body.getBytes(UTF_8));
    }
    channel.waitForConfirmsOrDie(10_000);
  }
}
