package io.artel.events.testkit.idempotency;

import java.util.UUID;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;

class JdbcOnceTest extends JdbcOnce {

  private final JdbcConnectionPool h2 =
      JdbcConnectionPool.create("jdbc:h2:mem:" + UUID.randomUUID(), "sa", "");

  @Override
  DataSource dataSource() {
    return h2;
  }

  @AfterEach
  void close() {
    h2.dispose();
  }
}
