package io.artel.events.testkit.idempotency;

import io.artel.events.testkit.EmbeddedBroker;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** With H2 in a file. */
class OnceThroughKillsTest extends OnceThroughKills {

  private final EmbeddedBroker broker = EmbeddedBroker.start();

  @TempDir Path folder;

  @Override
  String uri() {
    return broker.amqpUri();
  }

  @Override
  String databaseUrl() {
    return "jdbc:h2:file:" + folder.resolve(UUID.randomUUID().toString());
  }

  @AfterEach
  void endBroker() {
    broker.close();
  }
}
