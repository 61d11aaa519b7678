package io.artel.events.testkit.halt;

import io.artel.events.HaltStore;
import io.artel.events.JdbcHaltStore;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** On a real PostgreSQL. */
class JdbcHaltStoreIT extends HaltStores {

  private static EmbeddedPostgres postgres;

  @BeforeAll
  static void start() throws IOException {
    postgres = EmbeddedPostgres.start();
  }

  @AfterAll
  static void stop() throws IOException {
    postgres.close();
  }

  @Override
  HaltStore create() throws SQLException {
    return JdbcHaltStore.on(postgres.getPostgresDatabase()).createTable();
  }
}
