package io.artel.events.testkit.halt;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.artel.events.HaltStore;
import io.artel.events.JdbcHaltStore;
import java.sql.SQLException;
import java.util.UUID;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JdbcHaltStoreTest extends HaltStores {

  private final JdbcConnectionPool h2 =
      JdbcConnectionPool.create("jdbc:h2:mem:" + UUID.randomUUID(), "sa", "");

  @Override
  HaltStore create() throws SQLException {
    return JdbcHaltStore.on(h2).createTable().createTable();
  }

  @AfterEach
  void close() {
    h2.dispose();
  }

  @Test
  void whatIsNoTableNameShouldBeRefused() {
    assertThatThrownBy(() -> JdbcHaltStore.on(h2).table("held; DROP TABLE held"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("held; DROP TABLE held");
  }
}
