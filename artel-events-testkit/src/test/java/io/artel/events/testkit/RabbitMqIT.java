package io.artel.events.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLConnection;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

@OnRealBrokers(ours = true)
class RabbitMqIT {
  private final RabbitMq broker;
  private final String name;

  RabbitMqIT(RabbitMq broker, TestInfo test) {
    this.broker = broker;
    this.name = test.getTestMethod().orElseThrow().getName() + "-" + UUID.randomUUID();
  }

  @Test
  void versionShouldBeTheOneThatTheBrokerReports() throws Exception {
    try (Connection connection = connect(broker.amqpUri())) {
      assertThat(connection.getServerProperties().get("version")).hasToString(broker.version());
    }
  }

  @Test
  void publishedMessageShouldBeGot() throws Exception {
    publishToDurableQueue();

    assertThat(get()).isEqualTo(name);
  }

  @Test
  void consistentHashExchangeShouldRoute() throws Exception {
    try (Connection connection = connect(broker.amqpUri());
        Channel channel = connection.createChannel()) {
      channel.exchangeDeclare(name, "x-consistent-hash");
      channel.queueDeclare(name, false, true, true, Map.of());
      channel.queueBind(name, name, "1");
      channel.confirmSelect();
      channel.basicPublish(name, "some key", null, name.getBytes(UTF_8));
      channel.waitForConfirmsOrDie(10_000);

      assertThat(channel.basicGet(name, true)).isNotNull();
      channel.exchangeDelete(name);
    }
  }

  @Test
  void managementShouldAnswer() {
    // A node that has just started answers with 500 until it has its first figures.
    await()
        .atMost(60, SECONDS)
        .ignoreException(IOException.class)
        .until(() -> overview().contains("\"" + broker.version() + "\""));
  }

  private String overview() throws IOException {
    URI uri = URI.create(broker.managementUri());
    String login = Base64.getEncoder().encodeToString(uri.getUserInfo().getBytes(UTF_8));
    URLConnection connection = uri.resolve("/api/overview").toURL().openConnection();
    connection.setRequestProperty("Authorization", "Basic " + login);
    return new String(connection.getInputStream().readAllBytes(), UTF_8);
  }

  @Test
  void durableMessageShouldSurviveRestartOnTheSamePort() throws Exception {
    int port = broker.port();
    publishToDurableQueue();

    broker.restart();

    assertThat(broker.port()).isEqualTo(port);
    assertThat(get()).isEqualTo(name);
  }

  @Test
  void durableMessageShouldSurviveKill() throws Exception {
    publishToDurableQueue();
    broker.flush();

    broker.kill();
    assertThatThrownBy(() -> connect(broker.amqpUri())).isInstanceOf(ConnectException.class);
    broker.start();

    assertThat(get()).isEqualTo(name);
  }

  @Test
  void pausedBrokerShouldNotAnswerUntilResumed() throws Exception {
    publishToDurableQueue();
    broker.pause();
    try {
      assertThatThrownBy(() -> connect(broker.amqpUri())).isInstanceOf(TimeoutException.class);
    } finally {
      broker.resume();
    }

    assertThat(get()).isEqualTo(name);
  }

  @Test
  void stoppedBrokerShouldRefuseSignalsAndStopAgainQuietly() {
    broker.stop();
    try {
      broker.stop();
      broker.kill();
      assertThatThrownBy(broker::pause)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("does not run");
    } finally {
      broker.start();
    }
  }

  @Test
  void virtualHostShouldHaveItsOwnQueues() throws Exception {
    String uri = broker.createVhost(name);
    assertThat(broker.createVhost(name)).isEqualTo(uri);
    try (Connection connection = connect(uri);
        Channel channel = connection.createChannel()) {
      channel.queueDeclare("own", true, false, false, Map.of("x-queue-type", "quorum"));
    }

    assertThat(broker.ctl("list_queues", "--vhost", name, "name")).contains("own");
    assertThat(broker.ctl("list_queues", "name")).doesNotContain("own");
    broker.ctl("delete_vhost", name);
  }

  @Test
  void failedToolShouldSayWhatItPrinted() {
    assertThatThrownBy(() -> broker.ctl("delete_vhost", name))
        .isInstanceOf(BrokerUnavailableException.class)
        .hasMessageContaining("rabbitmqctl delete_vhost " + name)
        .hasMessageContaining("does not exist");
  }

  @Test
  void pluginShouldBeEnabledAndDisabled() {
    broker.enablePlugin("rabbitmq_top");
    assertThat(activePlugins()).contains("rabbitmq_top");

    broker.disablePlugin("rabbitmq_top");
    assertThat(activePlugins()).doesNotContain("rabbitmq_top");
  }

  private String activePlugins() {
    return broker.ctl("eval", "rabbit_plugins:active().");
  }

  private void publishToDurableQueue() throws Exception {
    try (Connection connection = connect(broker.amqpUri());
        Channel channel = connection.createChannel()) {
      channel.queueDeclare(name, true, false, false, Map.of("x-queue-type", "quorum"));
      channel.confirmSelect();
      channel.basicPublish("", name, MessageProperties.PERSISTENT_BASIC, name.getBytes(UTF_8));
      channel.waitForConfirmsOrDie(10_000);
    }
  }

  private String get() throws Exception {
    try (Connection connection = connect(broker.amqpUri());
        Channel channel = connection.createChannel()) {
      GetResponse response = channel.basicGet(name, true);
      channel.queueDelete(name);
      return new String(response.getBody(), UTF_8);
    }
  }

  private static Connection connect(String uri) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(uri);
    factory.setAutomaticRecoveryEnabled(false);
    factory.setHandshakeTimeout(2_000);
    return factory.newConnection();
  }
}
