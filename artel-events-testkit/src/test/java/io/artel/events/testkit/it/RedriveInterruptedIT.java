package io.artel.events.testkit.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.artel.events.testkit.OnRealBrokers;
import io.artel.events.testkit.RabbitMq;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@OnRealBrokers
class RedriveInterruptedIT extends RedriveInterrupted {

  private static final int LETTERS = 24;
  private static final int CUTS = 13;

  private final String uri;

  RedriveInterruptedIT(RabbitMq broker) {
    uri = broker.createVhost("redrive-" + UUID.randomUUID());
  }

  @Override
  String uri() {
    return uri;
  }

  @Test
  void nothingShouldBeLostOrDoubled() throws Exception {
    connect();
    Raw raw = raw();
    long all;
    try (CuttingProxy whole = new CuttingProxy(uri, Long.MAX_VALUE)) {
      assertThat(redriveTwice(whole.uri(), raw, LETTERS)).isFalse();
      all = whole.passed();
    }
    for (int cut = 1; cut < CUTS; cut++) {
      try (CuttingProxy breaking = new CuttingProxy(uri, all * cut / CUTS)) {
        assertThat(redriveTwice(breaking.uri(), raw, LETTERS)).as("cut %d", cut).isTrue();
      }
    }
  }
}
