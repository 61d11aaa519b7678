package io.artel.events.testkit.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.artel.events.ConnectionException;
import io.artel.events.EventType;
import io.artel.events.Topology;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.ArtelSettings;
import io.artel.events.testkit.OnRealBrokers;
import io.artel.events.testkit.RabbitMq;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** TLS trusts the right certificate for the right host, and nothing else. */
@OnRealBrokers
class TlsIT {

  private static final String PASSWORD = "Gr4sshopper+@:%?";
  private static Certificates certificates;

  private final RabbitMq broker;
  private final String vhost = "tls-" + UUID.randomUUID();
  private final String user = "ann-" + UUID.randomUUID();
  private final Topology topology =
      Topology.on("tls.events").queue("tls.queue", q -> q.bind("tls.*"));
  private final EventType<JsonNode> type = EventType.ofTree("tls.seen");
  private Secrets secrets;

  TlsIT(RabbitMq broker) {
    this.broker = broker;
    broker.createVhost(vhost);
  }

  @BeforeAll
  static void makeCertificates(@TempDir Path folder) throws Exception {
    certificates = new Certificates(folder);
  }

  @BeforeEach
  void makeUserAndListen() throws Exception {
    new Management(broker, vhost).user(user, PASSWORD, ".*", ".*", ".*");
    secrets = new Secrets();
    secrets.hide(user, PASSWORD);
  }

  @AfterEach
  void nothingShouldHaveBeenLogged() throws Exception {
    try {
      secrets.assertNotLogged();
    } finally {
      secrets.close();
      new Management(broker, vhost).removeUser(user);
    }
  }

  @ParameterizedTest
  @CsvSource({"localhost", "127.0.0.1"})
  void trustedCertificateForTheRightHostShouldConnectAndPublish(String host) throws Exception {
    try (TlsProxy proxy = proxy("right");
        ArtelEvents artel = ArtelEvents.connect(trusting("ca", host, proxy).build())) {
      publish(artel);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "right, selfSigned", // an authority that nobody here trusts
    "wrongName, ca",
    "expired, ca",
    "selfSigned, ca",
  })
  void otherCertificatesShouldBeRefusedAndNotRetried(String shown, String trusted)
      throws Exception {
    try (TlsProxy proxy = proxy(shown)) {
      assertRefused(trusting(trusted, "localhost", proxy));
    }
  }

  @Test
  void platformShouldNotTrustACertificateOfOurOwn() throws Exception {
    try (TlsProxy proxy = proxy("right")) {
      assertRefused(settings("localhost", proxy).tls());
    }
  }

  @Test
  void withoutHostnameVerificationTheWrongNameShouldBeAccepted() throws Exception {
    try (TlsProxy proxy = proxy("wrongName");
        ArtelEvents artel =
            ArtelEvents.connect(
                trusting("ca", "localhost", proxy).withoutHostnameVerification().build())) {
      publish(artel);
    }
  }

  @ParameterizedTest
  @CsvSource({"right, selfSigned", "expired, ca", "selfSigned, ca"})
  void withoutHostnameVerificationTheCertificateShouldStillBeTrusted(String shown, String trusted)
      throws Exception {
    try (TlsProxy proxy = proxy(shown)) {
      assertRefused(trusting(trusted, "localhost", proxy).withoutHostnameVerification());
    }
  }

  @Test
  void plainConnectionToATlsPortShouldAskForTls() throws Exception {
    try (TlsProxy proxy = proxy("right")) {
      ConnectionException failure = failure(settings("localhost", proxy));

      assertThat(failure).hasMessageContaining("is TLS not spoken there?");
    }
  }

  private TlsProxy proxy(String alias) throws Exception {
    return new TlsProxy(certificates.server(alias), broker.port());
  }

  private ArtelSettings.Builder trusting(String alias, String host, TlsProxy proxy)
      throws Exception {
    return settings(host, proxy).tls(certificates.trusting(alias));
  }

  private ArtelSettings.Builder settings(String host, TlsProxy proxy) {
    return ArtelSettings.builder()
        .name("tls")
        .address(host, proxy.port())
        .credentials(user, PASSWORD)
        .virtualHost(vhost)
        .topology(topology);
  }

  private void publish(ArtelEvents artel) {
    assertThat(artel.settings()).asString().contains("amqps://");
    assertThat(
            artel
                .publisher()
                .publish(type.event((JsonNode) JsonNodeFactory.instance.objectNode()).build("tls"))
                .routed())
        .isTrue();
    secrets.assertNotIn(artel);
  }

  private void assertRefused(ArtelSettings.Builder settings) {
    ConnectionException failure = failure(settings);

    assertThat(failure)
        .hasMessageContaining("TLS failed")
        .hasMessageContaining("trusted, in date, and made for this host");
    assertThat(failure.retryable()).isFalse();
  }

  private ConnectionException failure(ArtelSettings.Builder settings) {
    long started = System.nanoTime();

    ConnectionException failure =
        catchThrowableOfType(
            ConnectionException.class, () -> ArtelEvents.connect(settings.build()));

    assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(10));
    assertThat(failure).isNotNull().hasMessageNotContaining("\n");
    secrets.assertNotIn(failure);
    return failure;
  }
}
