package io.artel.events.testkit.it;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.artel.events.ConnectionException;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.ArtelSettings;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where no broker is: one sentence that says so, in time, and nobody's password in it. */
class ConnectWithoutBrokerTest {

  private static final String PASSWORD = "Gr4sshopper/@:%?";
  private static final Duration CONNECT_TIMEOUT = Duration.ofMillis(700);

  private final String name = "connect-" + UUID.randomUUID();
  private Secrets secrets;

  @BeforeEach
  void listen() {
    secrets = new Secrets();
    secrets.hide("ann", PASSWORD);
  }

  @AfterEach
  void nothingShouldBeLeft() {
    secrets.close();
    secrets.lines().forEach(secrets::assertNotIn);
    await()
        .atMost(10, SECONDS)
        .untilAsserted(
            () ->
                assertThat(Thread.getAllStackTraces().keySet())
                    .noneMatch(thread -> thread.getName().startsWith(name)));
  }

  @Test
  void closedPortShouldBeRetryable() throws Exception {
    int port;
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = server.getLocalPort();
    }

    ConnectionException failure = failure(settings -> settings.address("127.0.0.1", port));

    assertThat(failure).hasMessageContaining("nothing accepts connections there");
    assertThat(failure).hasMessageContaining("ann@127.0.0.1:" + port + " vhost 'shop'");
    assertThat(failure.retryable()).isTrue();
  }

  @Test
  void everyAddressShouldBeTriedAndNamed() throws Exception {
    try (FakeServer one = FakeServer.closing();
        FakeServer two = FakeServer.closing()) {
      ConnectionException failure =
          failure(
              settings ->
                  settings.address("127.0.0.1", one.port()).address("localhost", two.port()));

      assertThat(failure)
          .hasMessageContaining("127.0.0.1:" + one.port() + ",localhost:" + two.port());
    }
  }

  @Test
  void unknownHostShouldBeRetryableSinceNamesComeAndGo() {
    ConnectionException failure = failure(settings -> settings.address("broker.invalid", 5672));

    assertThat(failure).hasMessageContaining("the host name is not known");
    assertThat(failure.retryable()).isTrue();
  }

  @Test
  void portThatClosesShouldBeRetryable() throws Exception {
    try (FakeServer server = FakeServer.closing()) {
      ConnectionException failure = failure(at(server));

      assertThat(failure)
          .hasMessageContaining("the connection was closed while it was being opened")
          .hasMessageContaining("is TLS not spoken there?");
      assertThat(failure.retryable()).isTrue();
    }
  }

  @Test
  void brokerThatGoesDuringTheLoginShouldNotBeTakenForAWrongPassword() throws Exception {
    try (FakeServer server = FakeServer.closingAfterLogin()) {
      ConnectionException failure = failure(at(server));

      assertThat(failure).hasMessageContaining("closed during the login");
      assertThat(failure.retryable()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n",
        "AMQP\0\1\0\0",
        "SSH-2.0-OpenSSH_9.2\r\n",
        "\u0015\3\3\0\2\2\50",
      })
  void otherProtocolShouldNotBeRetried(String answer) throws Exception {
    try (FakeServer server = FakeServer.saying(answer.getBytes(US_ASCII))) {
      ConnectionException failure = failure(at(server));

      assertThat(failure).hasMessageContaining("does not speak AMQP 0-9-1");
      assertThat(failure.retryable()).isFalse();
    }
  }

  @Test
  void portThatNeverAnswersShouldBeGivenUpInTime() throws Exception {
    try (FakeServer server = FakeServer.mute()) {
      ConnectionException failure = failure(at(server));

      assertThat(failure).hasMessageContaining("no answer within PT0.7S");
      assertThat(failure.retryable()).isTrue();
    }
  }

  @Test
  void portThatNeverAnswersTlsShouldBeGivenUpInTime() throws Exception {
    try (FakeServer server = FakeServer.mute()) {
      ConnectionException failure = failure(settings -> at(server).apply(settings).tls());

      assertThat(failure).hasMessageContaining("no answer within PT0.7S");
      assertThat(failure.retryable()).isTrue();
    }
  }

  @Test
  void tlsAtAPortWithoutShouldSayTls() throws Exception {
    try (FakeServer server = FakeServer.saying("AMQP\0\0\11\1".getBytes(US_ASCII))) {
      ConnectionException failure = failure(settings -> at(server).apply(settings).tls());

      assertThat(failure).hasMessageContaining("TLS failed");
      assertThat(failure.retryable()).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "amqp://ann:Gr4sshopper/@:%?@localhost",
        "amqp:ann:Gr4sshopper/@:%?@localhost",
        "amqp://ann:Gr4sshopper%2F%40%3A%25%3F@localhost:port",
        "amqp://ann:Gr4sshopper%2F%40%3A%25%3F@localhost/a/b",
        "http://ann:Gr4sshopper%2F%40%3A%25%3F@localhost",
      })
  void badUriShouldNotBeRepeated(String uri) {
    Throwable failure =
        catchThrowable(
            () -> ArtelEvents.connect(ArtelSettings.builder().name(name).uri(uri).build()));

    assertThat(failure).isInstanceOf(IllegalArgumentException.class);
    secrets.assertNotIn(failure);
  }

  private static UnaryOperator<ArtelSettings.Builder> at(FakeServer server) {
    return settings -> settings.address("127.0.0.1", server.port());
  }

  /** Connects in vain: one sentence, within the time, without the password. */
  private ConnectionException failure(UnaryOperator<ArtelSettings.Builder> options) {
    ArtelSettings settings =
        options
            .apply(
                ArtelSettings.builder()
                    .name(name)
                    .credentials("ann", PASSWORD)
                    .virtualHost("shop")
                    .connectTimeout(CONNECT_TIMEOUT))
            .build();
    secrets.assertNotIn(settings);
    long started = System.nanoTime();

    ConnectionException failure =
        catchThrowableOfType(ConnectionException.class, () -> ArtelEvents.connect(settings));

    assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(8));
    assertThat(failure)
        .hasMessageStartingWith("cannot connect to amqp")
        .hasMessageNotContaining("\n");
    secrets.assertNotIn(failure);
    return failure;
  }
}
