package io.artel.events.testkit.idempotency;

import io.artel.events.testkit.EmbeddedBroker;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.UUID;
import org.h2.tools.Server;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * With H2, in a server: a process that has the file open itself is killed in the middle of writing
 * it, and whether H2 can read it then is not what this is about.
 */
class OnceThroughKillsTest extends OnceThroughKills {

  private final EmbeddedBroker broker = EmbeddedBroker.start();
  private Server database;

  @TempDir Path folder;

  @BeforeEach
  void startDatabase() throws SQLException {
    database = Server.createTcpServer("-tcpPort", "0", "-tcpDaemon", "-ifNotExists").start();
  }

  @Override
  String uri() {
    return broker.amqpUri();
  }

  @Override
  String databaseUrl() {
    return "jdbc:h2:tcp://localhost:"
        + database.getPort()
        + "/"
        + folder.resolve(UUID.randomUUID().toString());
  }

  @AfterEach
  void endBroker() {
    database.stop();
    broker.close();
  }
}
