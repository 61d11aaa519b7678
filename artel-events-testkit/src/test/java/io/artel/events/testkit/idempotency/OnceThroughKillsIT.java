package io.artel.events.testkit.idempotency;

import io.artel.events.testkit.OnRealBrokers;
import io.artel.events.testkit.RabbitMq;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.Statement;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** With a real PostgreSQL. */
@OnRealBrokers
class OnceThroughKillsIT extends OnceThroughKills {

  private static EmbeddedPostgres postgres;

  private final RabbitMq broker;

  OnceThroughKillsIT(RabbitMq broker) {
    this.broker = broker;
  }

  @BeforeAll
  static void start() throws IOException {
    postgres = EmbeddedPostgres.start();
  }

  @AfterAll
  static void stop() throws IOException {
    postgres.close();
  }

  @Override
  String uri() {
    return broker.createVhost("once-" + UUID.randomUUID());
  }

  @Override
  String databaseUrl() throws Exception {
    String name = "once_" + UUID.randomUUID().toString().replace("-", "");
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
    }
    return postgres.getJdbcUrl("postgres", name);
  }
}
