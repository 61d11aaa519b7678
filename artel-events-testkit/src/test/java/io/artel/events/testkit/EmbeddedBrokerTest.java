package io.artel.events.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What tests can do with the embedded broker besides talking AMQP to it. */
@Timeout(60)
class EmbeddedBrokerTest {
  private static final int PATIENCE = 20_000;

  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void closeAll() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  @Test
  void closeShouldLeaveNoThreadAndNoOpenPort() {
    Set<Thread> before = brokerThreads();
    EmbeddedBroker broker = EmbeddedBroker.start();
    String uri = broker.amqpUri();
    Set<Thread> during = brokerThreads();
    during.removeAll(before);
    assertThat(during).hasSize(1);

    broker.close();

    assertThat(during).noneMatch(Thread::isAlive);
    assertThatThrownBy(() -> connect(uri)).isInstanceOf(ConnectException.class);
  }

  @Test
  void closingAgainShouldDoNothing() {
    EmbeddedBroker broker = EmbeddedBroker.start();
    broker.close();

    broker.close();

    assertThat(broker.isRunning()).isFalse();
  }

  @Test
  void closingShouldEndWhoeverWaits() {
    EmbeddedBroker broker = EmbeddedBroker.start();
    CompletableFuture<Void> waiting = new CompletableFuture<>();
    Thread waiter =
        new Thread(
            () -> {
              try {
                broker.queue("q").within(Duration.ofMinutes(1)).awaitReady(1);
              } catch (IllegalStateException e) {
                waiting.completeExceptionally(e);
              }
            });
    waiter.start();
    await().until(() -> waiter.getState() == Thread.State.TIMED_WAITING);

    broker.close();

    assertThat(waiting)
        .failsWithin(Duration.ofSeconds(20))
        .withThrowableThat()
        .withMessageContaining("The embedded broker is closed.");
  }

  @Test
  void aMissingQueueShouldBeToldWithThoseThatAreThere() throws Exception {
    EmbeddedBroker broker = start();
    connect(broker).createChannel().queueDeclare("orders.00", true, false, false, null);

    assertThatThrownBy(() -> broker.queue("orders").within(Duration.ofMillis(1)).awaitReady(1))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("it does not exist; there is [orders.00].");
  }

  @Test
  void aRestartShouldKeepThePortAndWhatIsDurable() throws Exception {
    EmbeddedBroker broker = start();
    int port = broker.port();
    Channel channel = connect(broker).createChannel();
    channel.confirmSelect();
    channel.queueDeclare("durable", true, false, false, null);
    channel.queueDeclare("transient", false, false, false, null);
    channel.basicPublish("", "durable", MessageProperties.PERSISTENT_BASIC, text("kept"));
    channel.basicPublish("", "durable", null, text("lost"));
    channel.waitForConfirmsOrDie(PATIENCE);

    broker.restart();

    assertThat(broker.port()).isEqualTo(port);
    assertThat(broker.queue("transient").exists()).isFalse();
    assertThat(broker.queue("durable").messages())
        .extracting(BrokerMessage::text)
        .containsExactly("kept");
    assertThatThrownBy(() -> channel.queueDeclarePassive("durable"))
        .isInstanceOfAny(AlreadyClosedException.class, IOException.class);
  }

  @Test
  void anEmptyRestartShouldForgetAll() throws Exception {
    EmbeddedBroker broker = start();
    connect(broker).createChannel().queueDeclare("durable", true, false, false, null);

    broker.restartEmpty();

    assertThat(broker.queues()).isEmpty();
    assertThat(connect(broker).isOpen()).isTrue();
  }

  @Test
  void nobodyShouldConnectWhileItIsStopped() throws Exception {
    EmbeddedBroker broker = start();
    Connection connection = connect(broker);
    AtomicReference<String> reason = new AtomicReference<>("");
    connection.addShutdownListener(signal -> reason.set(String.valueOf(signal.getMessage())));

    broker.stop();

    assertThat(broker.isRunning()).isFalse();
    await().until(() -> String.valueOf(reason.get()).contains("reply-code=320"));
    assertThatThrownBy(() -> connect(broker)).isInstanceOf(ConnectException.class);
    broker.startAgain();
    assertThat(connect(broker).isOpen()).isTrue();
  }

  @Test
  void timeShouldMoveOnlyWhenItIsTold() throws Exception {
    EmbeddedBroker broker = keep(EmbeddedBroker.builder().clockStopped().start());
    Channel channel = connect(broker).createChannel();
    channel.queueDeclare("expired", true, false, false, null);
    channel.queueDeclare(
        "short",
        true,
        false,
        false,
        Map.of(
            "x-message-ttl", 60_000,
            "x-dead-letter-exchange", "",
            "x-dead-letter-routing-key", "expired"));
    channel.basicPublish("", "short", null, text("late"));
    broker.queue("short").awaitReady(1);
    Instant before = broker.clock().now();

    broker.clock().advance(Duration.ofMillis(59_999));
    assertThat(broker.queue("expired").ready()).isZero();
    assertThat(broker.clock().advanceToNext()).contains(Duration.ofMillis(1));

    assertThat(broker.queue("expired").ready()).isEqualTo(1);
    assertThat(Duration.between(before, broker.clock().now())).isEqualTo(Duration.ofSeconds(60));
    assertThat(broker.clock().advanceToNext()).isEmpty();
  }

  @Test
  void manyConnectionsAndChannelsShouldBeServed() throws Exception {
    EmbeddedBroker broker = start();
    int connections = 200;
    int channels = 10;
    for (int i = 0; i < connections; i++) {
      Connection connection = connect(broker);
      for (int j = 0; j < channels; j++) {
        Channel channel = connection.createChannel();
        channel.queueDeclare("q" + j, true, false, false, null);
        channel.basicPublish("", "q" + j, null, text("m"));
      }
    }
    for (int j = 0; j < channels; j++) {
      broker.queue("q" + j).awaitReady(connections);
    }
    assertThat(broker.connections())
        .hasSize(connections)
        .allMatch(connection -> connection.channels() == channels);
  }

  @Test
  void aClientThatDoesNotReadShouldNotHoldUpOthers() throws Exception {
    EmbeddedBroker broker = start();
    Channel publisher = connect(broker).createChannel();
    publisher.queueDeclare("big", true, false, false, null);
    byte[] large = new byte[1024 * 1024];
    Object gate = new Object();
    AtomicInteger taken = new AtomicInteger();
    synchronized (gate) {
      Channel slow = connect(broker).createChannel();
      slow.basicConsume(
          "big",
          true,
          (tag, message) -> {
            synchronized (gate) {
              taken.incrementAndGet();
            }
          },
          tag -> {});
      publisher.confirmSelect();
      for (int i = 0; i < 64; i++) {
        publisher.basicPublish("", "big", null, large);
      }
      publisher.waitForConfirmsOrDie(PATIENCE);
    }
    await().until(() -> taken.get() == 64);
  }

  @Test
  void aLookInsideShouldTellWhatIsThere() throws Exception {
    EmbeddedBroker broker = keep(EmbeddedBroker.builder().trace(100).start());
    Channel channel = connect(broker).createChannel();
    channel.exchangeDeclare("news", "topic", true);
    channel.queueDeclare("q", true, false, false, null);
    channel.queueBind("q", "news", "a.#");
    channel.basicPublish(
        "news",
        "a.b",
        new BasicProperties.Builder().messageId("m-1").headers(Map.of("n", 5)).build(),
        text("body"));
    channel.basicPublish("news", "a.c", null, text("second"));
    broker.queue("q").awaitReady(2);
    GetResponse first = channel.basicGet("q", false);
    assertThat(first.getMessageCount()).isEqualTo(1);
    channel.basicNack(first.getEnvelope().getDeliveryTag(), false, true);
    broker.queue("q").awaitReady(2);

    BrokerMessage message = broker.queue("q").messages().get(0);
    assertThat(message.exchange()).isEqualTo("news");
    assertThat(message.routingKey()).isEqualTo("a.b");
    assertThat(message.properties()).containsEntry("message_id", "m-1");
    assertThat(message.headers()).containsEntry("n", 5L);
    assertThat(message.text()).isEqualTo("body");
    assertThat(message.redelivered()).isTrue();
    assertThat(broker.bindings())
        .extracting(BrokerBinding::source, BrokerBinding::destination, BrokerBinding::routingKey)
        .containsExactly(tuple("news", "q", "a.#"));
    assertThat(broker.exchanges()).extracting(BrokerExchange::name).contains("news", "amq.topic");
    assertThat(broker.trace())
        .anyMatch(line -> line.contains("basic.publish exchange='news' routing-key='a.b'"))
        .noneMatch(line -> line.contains("guest"));
  }

  @Test
  void aUserShouldDoNoMoreThanIsPermitted() throws Exception {
    EmbeddedBroker broker = start();
    broker.addUser("reader", "secret");
    broker.permit("reader", "/", "", "", "^public");
    ConnectionFactory factory = new ConnectionFactory();
    factory.setPort(broker.port());
    factory.setUsername("reader");
    factory.setPassword("secret");
    Connection connection = keep(factory.newConnection());

    assertThatThrownBy(
            () -> connection.createChannel().queueDeclare("mine", true, false, false, null))
        .hasStackTraceContaining(
            "ACCESS_REFUSED - configure access to queue 'mine' in vhost '/' refused for user"
                + " 'reader'");
    connect(broker).createChannel().queueDeclare("public", true, false, false, null);
    assertThat(connection.createChannel().basicGet("public", true)).isNull();
  }

  @Test
  void virtualHostsShouldBeApart() throws Exception {
    EmbeddedBroker broker = start();
    String uri = broker.createVhost("a b/c");
    Connection apart = connect(uri);
    apart.createChannel().queueDeclare("q", true, false, false, null);

    assertThat(broker.queue("q").exists()).isFalse();
    assertThat(broker.queue("a b/c", "q").exists()).isTrue();
    broker.deleteVhost("a b/c");
    await().until(() -> !apart.isOpen());
  }

  @Test
  void whateverTheSeedEachChannelsOrderShouldBeKeptAndAllBeConfirmed() throws Exception {
    for (long seed = 0; seed < 5; seed++) {
      EmbeddedBroker broker = keep(EmbeddedBroker.builder().seed(seed).start());
      Connection connection = connect(broker);
      int messages = 200;
      List<Channel> channels = new ArrayList<>();
      Set<Long> confirmed = new ConcurrentSkipListSet<>();
      for (int c = 0; c < 2; c++) {
        Channel channel = connection.createChannel();
        channel.confirmSelect();
        channels.add(channel);
      }
      channels.get(0).queueDeclare("q", true, false, false, null);
      for (int m = 0; m < messages; m++) {
        for (int c = 0; c < 2; c++) {
          channels.get(c).basicPublish("", "q", null, text(c + ":" + m));
        }
      }
      for (Channel channel : channels) {
        channel.waitForConfirmsOrDie(PATIENCE);
        confirmed.add(channel.getNextPublishSeqNo());
      }
      assertThat(confirmed).containsExactly(messages + 1L);
      List<String> all = broker.queue("q").messages().stream().map(BrokerMessage::text).toList();
      for (int c = 0; c < 2; c++) {
        String mine = c + ":";
        assertThat(all.stream().filter(text -> text.startsWith(mine)))
            .as("channel %s with seed %s", c, seed)
            .containsExactlyElementsOf(
                IntStream.range(0, messages).mapToObj(m -> mine + m).toList());
      }
    }
  }

  private EmbeddedBroker start() {
    return keep(EmbeddedBroker.start());
  }

  private <T extends AutoCloseable> T keep(T closeable) {
    open.add(() -> closeQuietly(closeable));
    return closeable;
  }

  private static void closeQuietly(AutoCloseable closeable) throws Exception {
    if (closeable instanceof Connection connection) {
      connection.abort(1000);
    } else {
      closeable.close();
    }
  }

  private Connection connect(EmbeddedBroker broker) throws Exception {
    return connect(broker.amqpUri());
  }

  private Connection connect(String uri) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(uri);
    factory.setAutomaticRecoveryEnabled(false);
    return keep(factory.newConnection());
  }

  private static Set<Thread> brokerThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("artel-embedded-broker"))
        .collect(Collectors.toSet());
  }

  private static byte[] text(String text) {
    return text.getBytes(UTF_8);
  }
}
