package io.artel.events.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.BlockedListener;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Faults as a client meets them. */
@Timeout(60)
class BrokerFaultsTest {
  private static final int PATIENCE = 20_000;

  private final EmbeddedBroker broker = EmbeddedBroker.builder().clockStopped().seed(7).start();
  private final List<Connection> connections = new ArrayList<>();
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private Channel channel;

  BrokerFaultsTest() throws Exception {
    channel = connect().createChannel();
  }

  @BeforeEach
  void declare() throws Exception {
    channel.queueDeclare("q", true, false, false, null);
    channel.confirmSelect();
    channel.addConfirmListener(
        (tag, multiple) -> heard.add("ack " + tag), (tag, multiple) -> heard.add("nack " + tag));
    channel.addReturnListener(returned -> heard.add("return " + returned.getReplyText()));
  }

  @AfterEach
  void close() {
    connections.forEach(connection -> connection.abort(1000));
    broker.close();
  }

  @Test
  void aNackShouldStrikeTheMessageItIsPlannedFor() throws Exception {
    broker.faults().onPublish().skip(1).nack();
    publish("a");
    await().until(() -> heard.equals(List.of("ack 1")));
    publish("b");
    await().until(() -> heard.equals(List.of("ack 1", "nack 2")));
    publish("c");
    await().until(() -> heard.contains("ack 3"));
    assertThat(stored()).containsExactly("a", "c");
  }

  @Test
  void onlyMatchingMessagesShouldBeStruck() throws Exception {
    broker.faults().onPublish().matching(message -> message.text().equals("b")).times(2).nack();
    publish("a");
    publish("b");
    publish("b");
    publish("b");
    await().until(() -> stored().equals(List.of("a", "b")));
  }

  @Test
  void aReturnShouldComeBeforeItsConfirm() throws Exception {
    broker.faults().onPublish().returnUnroutable();
    publish("a");
    await().until(() -> heard.equals(List.of("return NO_ROUTE", "ack 1")));
    assertThat(stored()).isEmpty();
  }

  @Test
  void aLostConfirmShouldLeaveTheMessageInTheQueue() throws Exception {
    broker.faults().onPublish().loseConfirm();
    publish("a");
    publish("b");
    await().until(() -> heard.equals(List.of("ack 2")));
    assertThat(stored()).containsExactly("a", "b");
  }

  @Test
  void aSwallowedMessageShouldBeNowhere() throws Exception {
    broker.faults().onPublish().swallow();
    publish("a");
    publish("b");
    await().until(() -> heard.equals(List.of("ack 2")));
    assertThat(stored()).containsExactly("b");
  }

  @Test
  void aLateConfirmShouldComeWhenTheTimeHasCome() throws Exception {
    broker.faults().onPublish().delayConfirm(Duration.ofSeconds(5));
    publish("a");
    broker.queue("q").awaitReady(1);
    broker.clock().advance(Duration.ofMillis(4999));
    publish("b");
    await().until(() -> heard.equals(List.of("ack 2")));
    broker.clock().advance(Duration.ofMillis(1));
    await().until(() -> heard.equals(List.of("ack 2", "ack 1")));
  }

  @Test
  void aCutBeforeTheConfirmShouldLeaveTheMessageInTheQueue() throws Exception {
    broker.faults().onSending("basic.ack").cut();
    publish("a");
    awaitEnd();
    assertThat(stored()).containsExactly("a");
    assertThat(heard).isEmpty();
  }

  @Test
  void aResetBeforeAPublishShouldLoseIt() throws Exception {
    broker.faults().onReceiving("basic.publish").reset();
    publish("a");
    awaitEnd();
    assertThat(stored()).isEmpty();
  }

  @Test
  void aCutInTheMiddleOfAFrameShouldEndTheConnection() throws Exception {
    broker.faults().onSending("basic.ack").cutAfter(5);
    publish("a");
    awaitEnd();
    assertThat(heard).isEmpty();
  }

  @Test
  void aLostMethodShouldBeAllThatIsLost() throws Exception {
    broker.faults().onReceiving("basic.publish").drop();
    publish("a");
    publish("b");
    await().until(() -> stored().equals(List.of("b")));
  }

  @Test
  void aLateMethodShouldBeSentWhenTheTimeHasCome() throws Exception {
    broker.faults().onSending("basic.ack").delay(Duration.ofSeconds(1));
    publish("a");
    broker.queue("q").awaitReady(1);
    assertThat(heard).isEmpty();
    await()
        .until(
            () -> {
              // With a seed the broker chooses when it sends, and so when the delay begins.
              broker.clock().advance(Duration.ofSeconds(1));
              return heard.equals(List.of("ack 1"));
            });
  }

  @Test
  void chanceShouldComeFromTheSeed() throws Exception {
    broker.faults().onPublish().times(1000).withChance(0.5).nack();
    for (int i = 0; i < 100; i++) {
      publish("m" + i);
    }
    assertThat(channel.waitForConfirms(PATIENCE)).isFalse();
    assertThat(stored()).hasSizeBetween(25, 75);
  }

  @ParameterizedTest
  @ValueSource(strings = {"connection.start", "connection.tune", "connection.open-ok"})
  void aHandshakeMayBeCutShort(String method) {
    broker.faults().onSending(method).cut();
    assertThatThrownBy(this::connect).isInstanceOfAny(IOException.class, TimeoutException.class);
    assertThat(broker.connections()).hasSize(1);
  }

  @Test
  void clientsMayBeTurnedAwayAtTheDoor() throws Exception {
    broker.faults().refuseConnections();
    assertThatThrownBy(this::connect).isInstanceOfAny(IOException.class, TimeoutException.class);
    broker.faults().ignoreConnections();
    ConnectionFactory impatient = factory();
    impatient.setHandshakeTimeout(200);
    assertThatThrownBy(impatient::newConnection)
        .isInstanceOfAny(IOException.class, TimeoutException.class);
    broker.faults().acceptConnections();
    assertThat(connect().isOpen()).isTrue();
  }

  @Test
  void loginsMayBeRefused() throws Exception {
    broker.faults().refuseLogins();
    assertThatThrownBy(this::connect).isInstanceOf(AuthenticationFailureException.class);
    broker.faults().allowLogins();
    assertThat(connect().isOpen()).isTrue();
  }

  @Test
  void anAlarmShouldBlockAtTheNextPublishUntilItEnds() throws Exception {
    AtomicReference<String> blocked = new AtomicReference<>("");
    channel
        .getConnection()
        .addBlockedListener(
            new BlockedListener() {
              @Override
              public void handleBlocked(String reason) {
                blocked.set(reason);
              }

              @Override
              public void handleUnblocked() {
                blocked.set("unblocked");
              }
            });
    broker.faults().blockPublishers("low on memory");
    channel.queueDeclarePassive("q");
    assertThat(blocked.get()).isEmpty();

    publish("a");
    await().until(() -> "low on memory".equals(blocked.get()));
    assertThat(broker.connections()).allMatch(BrokerConnection::blocked);
    assertThat(stored()).isEmpty();

    broker.faults().unblockPublishers();
    await().until(() -> "unblocked".equals(blocked.get()));
    await().until(() -> heard.equals(List.of("ack 1")));
    assertThat(stored()).containsExactly("a");
  }

  @Test
  void consumersMayBeCancelled() throws Exception {
    channel.basicConsume("q", true, (tag, message) -> {}, tag -> heard.add("cancelled"));
    assertThat(broker.faults().cancelConsumers("q")).isEqualTo(1);
    await().until(() -> heard.equals(List.of("cancelled")));
    broker.queue("q").awaitConsumers(0);
  }

  @Test
  void channelsOfConsumersMayBeClosed() throws Exception {
    Channel other = channel.getConnection().createChannel();
    other.basicConsume("q", true, (tag, message) -> {}, tag -> {});
    AtomicReference<String> reason = new AtomicReference<>("");
    other.addShutdownListener(signal -> reason.set(String.valueOf(signal.getMessage())));
    assertThat(broker.faults().closeConsumerChannels("q", 406, "timed out")).isEqualTo(1);
    await().until(() -> String.valueOf(reason.get()).contains("PRECONDITION_FAILED - timed out"));
    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  void anOperatorMayCloseConnections() {
    AtomicReference<ShutdownSignalException> end = new AtomicReference<>();
    channel.getConnection().addShutdownListener(end::set);
    broker.faults().closeConnections();
    await().until(() -> end.get() != null);
    assertThat(end.get()).hasMessageContaining("CONNECTION_FORCED");
  }

  @Test
  void allConnectionsMayBeCutResetOrStalled() throws Exception {
    broker.faults().cutConnections();
    awaitEnd();
    channel = connect().createChannel();
    broker.faults().resetConnections();
    awaitEnd();
    channel = connect().createChannel();
    broker.faults().stallConnections();
    channel.basicPublish("", "q", null, new byte[1]);
    assertThat(connect().isOpen()).isTrue();
    assertThat(stored()).isEmpty();
    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  void takingAllBackShouldEndStalls() throws Exception {
    broker.faults().stallConnections();
    broker.faults().clear();
    awaitEnd();
    assertThat(connect().isOpen()).isTrue();
  }

  @Test
  void plansThatCannotBeShouldBeRefused() {
    assertThatThrownBy(() -> broker.faults().onSending("basic.nonsense"))
        .hasMessage("There is no method 'basic.nonsense' in AMQP 0-9-1; try basic.publish.");
    assertThatThrownBy(() -> broker.faults().onPublish().times(0))
        .hasMessage("times is 0, but must be 1 or more.");
    assertThatThrownBy(() -> broker.faults().onReceiving("basic.ack").delay(Duration.ZERO))
        .hasMessageContaining("needs a method that the broker sends");
  }

  private void publish(String text) throws IOException {
    channel.basicPublish("", "q", true, null, text.getBytes(UTF_8));
  }

  private List<String> stored() {
    return broker.queue("q").messages().stream().map(BrokerMessage::text).toList();
  }

  private void awaitEnd() {
    await().until(() -> !channel.isOpen());
    await().until(() -> broker.connections().isEmpty());
  }

  private ConnectionFactory factory() throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(broker.amqpUri());
    factory.setAutomaticRecoveryEnabled(false);
    return factory;
  }

  private Connection connect() throws Exception {
    Connection connection = factory().newConnection();
    connections.add(connection);
    return connection;
  }
}
