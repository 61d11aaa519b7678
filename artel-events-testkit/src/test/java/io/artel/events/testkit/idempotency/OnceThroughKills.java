package io.artel.events.testkit.idempotency;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.artel.events.ChildIds;
import io.artel.events.Event;
import io.artel.events.FlowObserver;
import io.artel.events.JdbcIdempotencyStore;
import io.artel.events.amqp.ArtelEvents;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A process is killed (kill -9) at some point of a handler's work; another one goes on. */
abstract class OnceThroughKills {

  /** A place of the test's own on a broker. */
  abstract String uri();

  /** An empty database that processes can open one after the other. */
  abstract String databaseUrl() throws Exception;

  @ParameterizedTest
  @EnumSource(DoomedGame.Point.class)
  @Timeout(120)
  void everyEffectShouldBeThereOnce(DoomedGame.Point point) throws Exception {
    String uri = uri();
    String url = databaseUrl();
    DataSource database = Billiards.database(url);
    Billiards.createTables(database);
    List<String> potted = new ArrayList<>();
    List<String> counted = new ArrayList<>();
    try (ArtelEvents artel = Billiards.connect(uri, FlowObserver.NONE)) {
      for (int i = 0; i < 3; i++) {
        Event<Billiards.Potted> event =
            Billiards.POTTED.event(new Billiards.Potted(i)).source("test").build();
        artel.publisher().publish(event);
        potted.add(event.id().toString());
        for (int ordinal = 0; ordinal < 2; ordinal++) {
          counted.add(child(event.id(), ordinal).toString());
        }
      }
    }

    killAt(point, uri, url);
    try (ArtelEvents artel = Billiards.connect(uri, FlowObserver.NONE)) {
      JdbcIdempotencyStore store = JdbcIdempotencyStore.on(database);
      Billiards.startGame(artel, store, () -> {});
      Billiards.startStats(artel, store);
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(
              () -> {
                assertThat(effects(database, Billiards.GAME_QUEUE)).hasSizeGreaterThanOrEqualTo(3);
                assertThat(effects(database, Billiards.STATS_QUEUE)).hasSizeGreaterThanOrEqualTo(6);
                assertThat(ready(uri)).isZero();
              });
    }

    assertThat(ready(uri)).isZero();
    assertThat(effects(database, Billiards.GAME_QUEUE)).containsExactlyInAnyOrderElementsOf(potted);
    assertThat(effects(database, Billiards.STATS_QUEUE))
        .containsExactlyInAnyOrderElementsOf(counted);
  }

  private static UUID child(UUID event, int ordinal) {
    return ChildIds.derive(event, Billiards.GAME_QUEUE, Billiards.COUNTED.name(), ordinal);
  }

  private static void killAt(DoomedGame.Point point, String uri, String url) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                DoomedGame.class.getName(),
                uri,
                url,
                point.name())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      String line = output.readLine();
      while (line != null && !line.equals("at " + point)) {
        line = output.readLine();
      }
      assertThat(line).isNotNull();
      process.destroyForcibly();
      assertThat(process.waitFor(20, SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
  }

  /** Ready messages and, once their consumers have gone, all messages. */
  private static long ready(String uri) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(uri);
    try (Connection connection = factory.newConnection();
        Channel channel = connection.createChannel()) {
      return channel.messageCount(Billiards.GAME_QUEUE)
          + channel.messageCount(Billiards.STATS_QUEUE);
    }
  }

  private static List<String> effects(DataSource database, String queue) throws SQLException {
    List<String> ids = new ArrayList<>();
    try (java.sql.Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement("SELECT event_id FROM effects WHERE queue_name = ?")) {
      select.setString(1, queue);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          ids.add(rows.getString(1));
        }
      }
    }
    return ids;
  }
}
