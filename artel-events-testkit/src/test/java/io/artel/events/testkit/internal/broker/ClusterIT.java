package io.artel.events.testkit.internal.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.artel.events.testkit.BrokerUnavailableException;
import io.artel.events.testkit.OnRealBrokers;
import io.artel.events.testkit.RabbitMq;
import io.artel.events.testkit.internal.broker.Cluster.QuorumQueue;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Three nodes that know each other, can be cut off, and leave nothing behind. */
@Tag("long")
@OnRealBrokers
class ClusterIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String QUEUE = "cluster.queue";
  private static final QuorumQueue NONE = new QuorumQueue(-1, 0);

  /** Empty where the brokers come from elsewhere and none is on the machine itself. */
  private final Optional<Installation> installation;

  ClusterIT(RabbitMq broker) {
    installation = Installation.find(broker.version(), System.getenv());
  }

  @Test
  void majorityShouldConfirmWhatANodeAloneDoesNot() throws Exception {
    Optional<Cluster> started = installation.flatMap(ClusterIT::started);
    if (started.isEmpty()) {
      return;
    }
    Cluster cluster = started.get();
    try (cluster) {
      assertThat(NetworkInterface.getByName(cluster.networkInterface())).isNotNull();
      try (Connection connection = connect(cluster, 0);
          Channel channel = connection.createChannel()) {
        channel.queueDeclare(QUEUE, true, false, false, Map.of("x-queue-type", "quorum"));
        assertThat(isConfirmed(channel)).isTrue();
      }
      assertThat(cluster.quorumQueues(0, "/")).containsEntry(QUEUE, new QuorumQueue(0, 3));

      Connection alone = connect(cluster, 0);
      Connection others = connect(cluster, 1);
      try {
        cluster.isolate(0);
        assertThat(isConfirmed(alone.createChannel())).isFalse();
        await().atMost(LIMIT).until(() -> isConfirmed(others.createChannel()));
      } finally {
        alone.abort(); // a node that pauses ends it by itself
        others.abort();
      }
      cluster.heal();
      cluster.start();
      await()
          .atMost(LIMIT)
          .until(() -> cluster.quorumQueues(0, "/").getOrDefault(QUEUE, NONE).online() == 3);

      cluster.members().get(2).kill();
      assertThat(cluster.listening()).isEqualTo(2);
      cluster.start();
      assertThat(cluster.listening()).isEqualTo(3);
    }
    // The system takes a moment for it.
    await()
        .atMost(LIMIT)
        .until(() -> NetworkInterface.getByName(cluster.networkInterface()) == null);
  }

  /** A cluster, or a line that says why there is none, unless brokers are required. */
  private static Optional<Cluster> started(Installation installation) {
    try {
      return Optional.of(Cluster.started(installation));
    } catch (BrokerUnavailableException e) {
      if (!e.missing() || "required".equals(System.getProperty("artel.brokers", "auto"))) {
        throw e;
      }
      System.out.println("NOT COVERED ClusterIT: " + e.getMessage());
      return Optional.empty();
    }
  }

  private static Connection connect(Cluster cluster, int member) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(cluster.members().get(member).amqpUri());
    factory.setAutomaticRecoveryEnabled(false);
    return factory.newConnection("artel-cluster-test");
  }

  private static boolean isConfirmed(Channel channel) throws Exception {
    channel.confirmSelect();
    channel.basicPublish("", QUEUE, null, "event".getBytes(StandardCharsets.UTF_8));
    try {
      return channel.waitForConfirms(2_000);
    } catch (TimeoutException e) {
      return false;
    }
  }
}
