package io.artel.events.testkit.it;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.artel.events.ArtelException;
import io.artel.events.ConnectionException;
import io.artel.events.Event;
import io.artel.events.EventType;
import io.artel.events.Topology;
import io.artel.events.TopologyException;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.ArtelSettings;
import io.artel.events.testkit.OnRealBrokers;
import io.artel.events.testkit.RabbitMq;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a broker that refuses us leads to: one sentence with what to do, never with a password. */
@OnRealBrokers(ours = true)
class ConnectErrorsIT {

  private static final String PASSWORD = "Gr4sshopper+@:%?";
  private static final String OTHER_PASSWORD = "K4tydid=@:%?";

  private final RabbitMq broker;
  private final Management management;
  private final String vhost = "errors-" + UUID.randomUUID();
  private final String user = "ann-" + UUID.randomUUID();
  private final Topology topology =
      Topology.on("errors.events").queue("errors.queue", q -> q.bind("errors.*"));
  private final EventType<JsonNode> type = EventType.ofTree("errors.seen");
  private Secrets secrets;

  ConnectErrorsIT(RabbitMq broker) {
    this.broker = broker;
    broker.createVhost(vhost);
    this.management = new Management(broker, vhost);
  }

  @BeforeEach
  void makeUserAndListen() throws Exception {
    new Management(broker, "/").user(user, PASSWORD, "", "", "");
    secrets = new Secrets();
    secrets.hide(user, PASSWORD);
    secrets.hide(user, OTHER_PASSWORD);
  }

  @AfterEach
  void nothingShouldHaveBeenLogged() throws Exception {
    try {
      secrets.assertNotLogged();
    } finally {
      secrets.close();
      management.removeUser(user);
    }
  }

  @Test
  void wrongPasswordShouldNotBeRetried() {
    ConnectionException failure = refused(settings().credentials(user, OTHER_PASSWORD));

    assertThat(failure)
        .hasMessageContaining("the broker refused user '" + user + "'")
        .hasMessageContaining("check user and password");
    assertThat(failure.retryable()).isFalse();
  }

  @Test
  void unknownUserShouldNotBeRetried() {
    ConnectionException failure = refused(settings().credentials("nobody", PASSWORD));

    assertThat(failure).hasMessageContaining("the broker refused user 'nobody'");
    assertThat(failure.retryable()).isFalse();
  }

  @Test
  void unknownVirtualHostShouldBeNamedWithTheCommandThatMakesIt() {
    ConnectionException failure = refused(settings().virtualHost("nowhere"));

    assertThat(failure)
        .hasMessageContaining("there is no virtual host 'nowhere'")
        .hasMessageContaining("rabbitmqctl add_vhost 'nowhere'");
    assertThat(failure.retryable()).isFalse();
  }

  @Test
  void userWithoutPermissionShouldBeNamedWithTheCommandThatAllowsIt() {
    ConnectionException failure = refused(settings());

    assertThat(failure)
        .hasMessageContaining("user '" + user + "' may not use virtual host '" + vhost + "'")
        .hasMessageContaining("rabbitmqctl set_permissions -p '" + vhost + "' '" + user + "'");
    assertThat(failure.retryable()).isFalse();
  }

  @Test
  void userWithTooManyConnectionsShouldBeRetryable() throws Exception {
    allow(".*", ".*", ".*");
    broker.ctl("set_user_limits", user, "{\"max-connections\": 0}");

    ConnectionException failure = refused(settings());

    assertThat(failure).hasMessageContaining("allows no more connections");
    assertThat(failure.retryable()).isTrue();
  }

  @Test
  void tlsAtThePlainPortShouldSayTls() {
    ConnectionException failure = refused(settings().tls());

    assertThat(failure).hasMessageContaining("TLS failed");
    assertThat(failure.retryable()).isFalse();
  }

  @Test
  void brokerThatHasStoppedShouldBeRetryable() {
    broker.stop();
    try {
      ConnectionException failure = refused(settings());

      assertThat(failure).hasMessageContaining("nothing accepts connections there");
      assertThat(failure.retryable()).isTrue();
    } finally {
      broker.start();
    }
  }

  @Test
  void brokerThatHangsShouldBeGivenUpInTime() {
    broker.pause();
    try {
      ConnectionException failure = refused(settings().connectTimeout(Duration.ofSeconds(1)));

      assertThat(failure).hasMessageContaining("no answer within PT1S");
      assertThat(failure.retryable()).isTrue();
    } finally {
      broker.resume();
    }
  }

  @Test
  void declaringWithoutPermissionShouldSayWhatIsMissing() throws Exception {
    allow("", ".*", ".*");

    ArtelException failure =
        catchThrowableOfType(ArtelException.class, () -> ArtelEvents.connect(settings().build()));

    assertThat(failure).isInstanceOf(TopologyException.class);
    assertThat(failure).hasMessageContaining(user);
    secrets.assertNotIn(failure);
  }

  @Test
  void userWhoMayOnlyWriteShouldPublishWithoutDeclaring() throws Exception {
    allow(".*", ".*", ".*");
    ArtelEvents.connect(settings().build()).close();
    allow("", ".*", "");

    try (ArtelEvents artel = ArtelEvents.connect(settings().withoutDeclaring().build())) {
      artel.publisher().publish(event());

      secrets.assertNotIn(artel);
      secrets.assertNotIn(artel.settings());
      secrets.assertNotIn(artel.publisher());
      secrets.assertNotIn(artel.broker());
    }
  }

  @Test
  void reconnectShouldGoOnWhileThePasswordIsAnotherAndNeverSayIt() throws Exception {
    allow(".*", ".*", ".*");
    try (ArtelEvents artel = ArtelEvents.connect(settings().build())) {
      artel.publisher().publish(event());

      management.user(user, OTHER_PASSWORD, ".*", ".*", ".*");
      broker.ctl("close_all_connections", "--vhost", vhost, "the password has changed");
      await()
          .atMost(30, SECONDS)
          .until(
              () ->
                  secrets.lines().stream()
                          .filter(line -> line.contains("still not connected"))
                          .filter(line -> line.contains("the broker refused user"))
                          .count()
                      >= 6);
      secrets.assertNotIn(artel);

      management.user(user, PASSWORD, ".*", ".*", ".*");
      await()
          .atMost(60, SECONDS)
          .ignoreExceptionsInstanceOf(ArtelException.class)
          .untilAsserted(() -> assertThat(artel.publisher().publish(event()).routed()).isTrue());
    }
  }

  private Event<JsonNode> event() {
    return type.event((JsonNode) JsonNodeFactory.instance.objectNode()).build("errors");
  }

  private void allow(String configure, String write, String read) throws IOException {
    management.user(user, PASSWORD, configure, write, read);
  }

  private ArtelSettings.Builder settings() {
    return ArtelSettings.builder()
        .name("errors")
        .address("127.0.0.1", broker.port())
        .credentials(user, PASSWORD)
        .virtualHost(vhost)
        .topology(topology);
  }

  private ConnectionException refused(ArtelSettings.Builder builder) {
    ArtelSettings settings = builder.build();
    secrets.assertNotIn(settings);
    long started = System.nanoTime();

    ConnectionException failure =
        catchThrowableOfType(ConnectionException.class, () -> ArtelEvents.connect(settings));

    assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(10));
    assertThat(failure)
        .isNotNull()
        .hasMessageStartingWith("cannot connect to " + settings.toString().split(" → ", 2)[1])
        .hasMessageNotContaining("\n");
    secrets.assertNotIn(failure);
    return failure;
  }
}
