package io.artel.events.testkit.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.artel.events.testkit.OnRealBrokers;
import io.artel.events.testkit.RabbitMq;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@OnRealBrokers
class ReadmeIT {
  private final RabbitMq broker;

  ReadmeIT(RabbitMq broker) {
    this.broker = broker;
  }

  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void programOfTheReadmeShouldPublishHandleAndEnd(@TempDir Path folder) throws Exception {
    String uri = broker.createVhost("readme-" + UUID.randomUUID());

    ReadmeProgram.compile(folder).run(uri);

    try (Raw raw = new Raw(uri)) {
      assertThat(raw.ready("audit.log.queue")).isEqualTo(2); // the pot and the score
      assertThat(raw.ready("game.service.dlq")).isZero();
    }
  }
}
