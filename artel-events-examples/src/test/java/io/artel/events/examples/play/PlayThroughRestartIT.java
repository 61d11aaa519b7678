package io.artel.events.examples.play;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.artel.events.testkit.RabbitMq;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ArgumentsSource;

/** A broker that goes and comes back while games are being played. */
@ParameterizedClass(name = "{0}", allowZeroInvocations = true, autoCloseArguments = false)
@ArgumentsSource(RealBrokers.class)
class PlayThroughRestartIT {

  private final RabbitMq broker;

  PlayThroughRestartIT(RabbitMq broker) {
    this.broker = broker;
  }

  @Test
  void aBrokerKilledInTheMiddleShouldLoseNothing() throws Exception {
    if (System.getenv("ARTEL_AMQP_URI") != null) {
      System.out.println("NOT COVERED: a restart of the broker that ARTEL_AMQP_URI names");
      return;
    }
    BrokerAddress address =
        new BrokerAddress(broker.createVhost("restart-" + UUID.randomUUID()), null);
    StringWriter out = new StringWriter();
    CompletableFuture<Report> playing =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return new Play(
                        address,
                        PlayOptions.generated(30, 12, 5, 300),
                        new BufferedReader(Reader.nullReader()),
                        new PrintWriter(out, true),
                        false)
                    .run();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    await().atMost(Duration.ofMinutes(1)).until(() -> out.toString().contains("  3 s  "));

    broker.kill();
    broker.start();

    Report report = playing.get(3, TimeUnit.MINUTES);
    assertThat(report.lost()).as(out.toString()).isZero();
    if (!broker.version().startsWith("3.")) {
      // RabbitMQ 3.x may spread sessions otherwise after a restart: docs/adr/0003.
      assertThat(report.inconsistent()).as(out.toString()).isZero();
      assertThat(report.orderInversions()).as(out.toString()).isZero();
    }
    assertThat(report.confirmed()).isEqualTo(report.published()).isGreaterThan(1000);
  }
}
