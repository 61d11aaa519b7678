package io.artel.events.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.artel.events.testkit.BrokerProxy.Direction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A bad network does what it is told, and nothing else. */
@Timeout(60)
class BrokerProxyTest {
  private static final byte[] BODY = "something".getBytes(StandardCharsets.UTF_8);

  private final EmbeddedBroker broker = EmbeddedBroker.start();
  private final BrokerProxy proxy = BrokerProxy.before(broker.amqpUri());
  private Connection connection;
  private Channel channel;

  @BeforeEach
  void connect() throws Exception {
    connection = factory().newConnection();
    channel = connection.createChannel();
    channel.confirmSelect();
    channel.queueDeclare("q", true, false, false, null);
  }

  private ConnectionFactory factory() throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(proxy.amqpUri());
    factory.setAutomaticRecoveryEnabled(false);
    factory.setRequestedHeartbeat(1);
    factory.setHandshakeTimeout(1_000);
    return factory;
  }

  @AfterEach
  void close() {
    connection.abort();
    proxy.close();
    broker.close();
  }

  @Test
  void goodNetworkShouldForwardBothWays() throws Exception {
    publish();
    channel.waitForConfirmsOrDie(10_000);

    assertThat(channel.basicGet("q", true).getBody()).isEqualTo(BODY);
    assertThat(proxy.openConnections()).isEqualTo(1);
    assertThat(proxy.madeConnections()).isEqualTo(1);
    assertThat(proxy.endedConnections()).isZero();
  }

  @Test
  void resetShouldEndBothSides() {
    proxy.reset();

    awaitEnd();
    assertThat(proxy.endedConnections()).isEqualTo(1);
  }

  @Test
  void finishShouldEndBothSides() {
    proxy.finish();

    awaitEnd();
    assertThat(proxy.endedConnections()).isEqualTo(1);
  }

  @Test
  void clientThatLeavesShouldLeaveNothingBehind() throws Exception {
    connection.close();

    awaitEnd();
    assertThat(proxy.endedConnections()).isZero();
  }

  @Test
  void blackholeShouldSwallowUntilHeartbeatsAreMissed() throws Exception {
    proxy.blackhole();
    publish();

    awaitEnd();
    assertThat(broker.queue("q").ready()).isZero();
    assertThat(proxy.swallowedFrames()).isPositive();
    assertThatThrownBy(() -> factory().newConnection()).isInstanceOf(TimeoutException.class);
    proxy.heal();
    factory().newConnection().close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"TO_BROKER", "TO_CLIENT"})
  void oneWayShouldGoOnWhileTheOtherSwallows(Direction dead) throws Exception {
    proxy.blackhole(dead);
    publish();

    if (dead == Direction.TO_CLIENT) {
      broker.queue("q").awaitReady(1);
    }
    awaitEnd();
    assertThat(broker.queue("q").ready()).isEqualTo(dead == Direction.TO_CLIENT ? 1 : 0);
  }

  @Test
  void whatIsStalledShouldArriveInTheEnd() throws Exception {
    proxy.stall();
    publish();
    assertThatThrownBy(() -> channel.waitForConfirms(200)).isInstanceOf(TimeoutException.class);
    proxy.heal();

    channel.waitForConfirmsOrDie(10_000);
    broker.queue("q").awaitReady(1);
  }

  @Test
  void delayShouldHoldBackBothWays() throws Exception {
    proxy.delay(Duration.ofMillis(100));
    long since = System.nanoTime();
    publish();
    channel.waitForConfirmsOrDie(10_000);

    assertThat(Duration.ofNanos(System.nanoTime() - since))
        .isGreaterThanOrEqualTo(Duration.ofMillis(200));
  }

  @Test
  void cutShouldHappenInTheMiddleOfAnEvent() throws Exception {
    publish();
    channel.waitForConfirmsOrDie(10_000);
    proxy.cutNextPublish();
    publish();

    awaitEnd();
    assertThat(broker.queue("q").ready()).isEqualTo(1);
    assertThat(proxy.endedConnections()).isEqualTo(1);
  }

  @Test
  void onlyTheConfirmationShouldBeLost() throws Exception {
    proxy.loseConfirms(1);
    publish();
    broker.queue("q").awaitReady(1);
    assertThatThrownBy(() -> channel.waitForConfirms(500)).isInstanceOf(TimeoutException.class);

    assertThat(proxy.swallowedFrames()).isEqualTo(1);
    assertThat(connection.isOpen()).isTrue();
    assertThat(channel.basicGet("q", true).getBody()).isEqualTo(BODY);
  }

  @Test
  void onlyTheAcknowledgementShouldBeLost() throws Exception {
    publish();
    channel.waitForConfirmsOrDie(10_000);
    proxy.loseAcks(1);

    channel.basicAck(channel.basicGet("q", false).getEnvelope().getDeliveryTag(), false);
    await().until(() -> proxy.swallowedFrames() == 1);
    publish();
    channel.waitForConfirmsOrDie(10_000);

    assertThat(broker.queue("q").unacked()).isEqualTo(1);
    assertThat(broker.queue("q").ready()).isEqualTo(1);
  }

  @Test
  void repeatedAcknowledgementShouldCostTheChannelAndNoMore() throws Exception {
    publish();
    channel.waitForConfirmsOrDie(10_000);
    proxy.repeatNextAck();

    channel.basicAck(channel.basicGet("q", false).getEnvelope().getDeliveryTag(), false);

    await().until(() -> !channel.isOpen());
    assertThat(channel.getCloseReason()).hasMessageContaining("PRECONDITION_FAILED");
    assertThat(connection.isOpen()).isTrue();
    assertThat(proxy.closedChannels()).isEqualTo(1);
    connection.createChannel().abort();
    assertThat(proxy.closedChannels()).as("those that the client closes").isEqualTo(1);
    broker.queue("q").awaitDrained();
  }

  @Test
  void refusedClientsShouldNotReachTheBroker() throws Exception {
    proxy.refuse();
    assertThatThrownBy(() -> factory().newConnection()).isInstanceOf(IOException.class);
    proxy.heal();

    factory().newConnection().close();
    assertThat(proxy.madeConnections()).isEqualTo(3);
  }

  @Test
  void uriThatIsNoneShouldNotBeRepeated() {
    assertThatThrownBy(() -> BrokerProxy.before("http://user:secret@host"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The broker's URI must be of the form amqp://host:port.");
  }

  private void publish() throws IOException {
    channel.basicPublish("", "q", null, BODY);
  }

  private void awaitEnd() {
    await().atMost(Duration.ofSeconds(30)).until(() -> !connection.isOpen());
    await().atMost(Duration.ofSeconds(30)).until(() -> proxy.openConnections() == 0);
    await().atMost(Duration.ofSeconds(30)).until(() -> broker.connections().isEmpty());
  }
}
