package io.artel.events.testkit.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.GetResponse;
import io.artel.events.QueueSpec.Overflow;
import io.artel.events.Topology;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.ArtelSettings;
import io.artel.events.testkit.OnRealBrokers;
import io.artel.events.testkit.RabbitMq;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What is declared does what it is declared for: nothing leaves a queue but to where it is seen.
 */
@OnRealBrokers
class TopologyBehaviourIT {

  private static final Topology TOPOLOGY =
      Topology.on("artel.events")
          .queue("game.service.queue", q -> q.bind("game.*").partitions(4))
          .queue("stats.service.queue", q -> q.bind("stats.*"))
          .queue("brief.queue", q -> q.bind("brief.*").messageTtl(Duration.ofMillis(200)))
          .queue("short.queue", q -> q.bind("short.*").maxLength(2))
          .queue("full.queue", q -> q.bind("full.*").maxLength(1, Overflow.REJECT_PUBLISH))
          .queue("urgent.queue", q -> q.bind("urgent.*").maxPriority(10))
          .queue("passing.queue", q -> q.bind("passing.*").autoDelete())
          .queue("audit.log.queue", q -> q.bind("#").observer())
          .ladder("stats.service.queue", List.of(Duration.ofMillis(300)));

  private static final byte[] BODY = {1};

  private final String uri;
  private Raw raw;

  TopologyBehaviourIT(RabbitMq broker) {
    this.uri = broker.createVhost("behaviour-" + UUID.randomUUID());
    ArtelEvents.declare(ArtelSettings.builder().uri(uri).topology(TOPOLOGY).build());
  }

  @BeforeEach
  void open() throws Exception {
    raw = new Raw(uri);
  }

  @AfterEach
  void close() throws Exception {
    raw.close();
  }

  @Test
  void rejectedMessageShouldGoToItsOwnDeadLetters() throws Exception {
    raw.publish("artel.events", "stats.x", null, BODY);
    raw.publish("artel.events", "urgent.x", null, BODY);

    reject("stats.service.queue", false);
    reject("urgent.queue", false);

    awaitReady("stats.service.dlq", 1);
    awaitReady("urgent.dlq", 1);
    assertThat(raw.ready("artel.dlq.unrouted")).isZero();
  }

  @Test
  void expiredMessageShouldGoToTheDeadLetters() throws Exception {
    raw.publish("artel.events", "brief.x", null, BODY);

    awaitReady("brief.dlq", 1);
    assertThat(raw.ready("brief.queue")).isZero();
  }

  @Test
  void retryShouldComeBackToItsQueueAlone() throws Exception {
    raw.publish("", "retry.stats.service.queue.300ms", null, BODY);

    awaitReady("stats.service.queue", 1);
    assertThat(raw.ready("audit.log.queue")).isZero();
    assertThat(raw.ready("stats.service.dlq")).isZero();
  }

  @Test
  void oldestMessageOfAFullQueueShouldGoToTheDeadLetters() throws Exception {
    for (int i = 0; i < 5; i++) {
      raw.publish("artel.events", "short.x", null, BODY);
    }

    awaitReady("short.dlq", 3);
    assertThat(raw.ready("short.queue")).isEqualTo(2);
  }

  @Test
  void queueThatRejectsShouldRefuseThePublisher() {
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 50; i++) {
                raw.publish("artel.events", "full.x", null, BODY);
              }
            })
        .isInstanceOf(IOException.class)
        .hasMessageContaining("nack");
  }

  @Test
  void sessionShouldStayInOnePartition() throws Exception {
    List<Long> sizes = new ArrayList<>();
    for (int session = 0; session < 20; session++) {
      for (int i = 0; i < 2; i++) {
        raw.publish(
            "artel.events",
            "game.x",
            new BasicProperties.Builder()
                .headers(Map.of("session_id", "session-" + session))
                .build(),
            BODY);
      }
    }
    for (String partition : TOPOLOGY.find("game.service.queue").orElseThrow().sources()) {
      sizes.add(raw.ready(partition));
    }

    assertThat(sizes)
        .allMatch(size -> size % 2 == 0)
        .filteredOn(size -> size > 0)
        .hasSizeGreaterThan(1);
    assertThat(sizes.stream().mapToLong(Long::longValue).sum()).isEqualTo(40);
  }

  @Test
  void messageThatAPartitionSetCannotPlaceShouldBeKept() throws Exception {
    String hash = "game.service.queue.hash.session_id.4.g1";
    for (String partition : TOPOLOGY.find("game.service.queue").orElseThrow().sources()) {
      raw.channel().queueUnbind(partition, hash, "1");
    }
    raw.publish(
        "artel.events",
        "game.x",
        new BasicProperties.Builder().headers(Map.of("session_id", "s")).build(),
        BODY);
    raw.publish("artel.dlq", "dlq.nobody.queue", null, BODY);

    awaitReady(hash + ".unrouted", 1);
    awaitReady("artel.dlq.unrouted", 1);
  }

  @Test
  void messageThatKeepsComingBackShouldGoToTheDeadLettersAndStayThere() throws Exception {
    raw.publish("artel.events", "stats.x", null, BODY);
    await()
        .pollInterval(Duration.ofMillis(20))
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              reject("stats.service.queue", true);
              return raw.ready("stats.service.dlq") == 1;
            });

    for (int i = 0; i < 40; i++) {
      reject("stats.service.dlq", true);
    }
    awaitReady("stats.service.dlq", 1);
  }

  @Test
  void autoDeleteQueueShouldGoWithItsLastConsumerAndLeaveItsDeadLetters() throws Exception {
    raw.publish("artel.events", "passing.x", null, BODY);
    reject("passing.queue", false);
    awaitReady("passing.dlq", 1);

    String tag = raw.channel().basicConsume("passing.queue", (t, delivery) -> {}, t -> {});
    raw.channel().basicCancel(tag);

    try (Raw other = new Raw(uri)) {
      assertThatThrownBy(() -> other.ready("passing.queue"))
          .hasRootCauseMessage(
              "channel error; protocol method: #method<channel.close>(reply-code=404,"
                  + " reply-text=NOT_FOUND - no queue 'passing.queue' in vhost '"
                  + virtualHost()
                  + "', class-id=50, method-id=10)");
    }
    assertThat(raw.ready("passing.dlq")).isEqualTo(1);
    ArtelEvents.declare(ArtelSettings.builder().uri(uri).topology(TOPOLOGY).build());
    assertThat(raw.ready("passing.queue")).isZero();
  }

  private String virtualHost() {
    return uri.substring(uri.lastIndexOf('/') + 1);
  }

  private void reject(String queue, boolean requeue) throws Exception {
    GetResponse message = raw.channel().basicGet(queue, false);
    if (message != null) {
      raw.channel().basicReject(message.getEnvelope().getDeliveryTag(), requeue);
    }
  }

  private void awaitReady(String queue, long messages) {
    await().atMost(Duration.ofSeconds(20)).until(raw.readyIn(queue), ready -> ready == messages);
  }
}
