package io.artel.events.examples.play;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/** Two instances of each service, of which one goes and comes back while games are being played. */
abstract class PlayThroughInstanceRestarts {

  /** A place of the test's own. */
  abstract String uri();

  @Test
  void sessionsShouldLoseNothingAndKeepTheirOrder() throws IOException {
    StringWriter out = new StringWriter();

    Report report =
        new Play(
                new BrokerAddress(uri(), null),
                PlayOptions.generated(50, 10, 3, 300).withInstances(2, 2),
                new BufferedReader(Reader.nullReader()),
                new PrintWriter(out, true),
                false)
            .run();

    assertThat(report.restarts()).as(out.toString()).isGreaterThanOrEqualTo(2);
    assertThat(report.lost()).as(out.toString()).isZero();
    assertThat(report.inconsistent()).as(out.toString()).isZero();
    assertThat(report.orderInversions()).as(out.toString()).isZero();
    assertThat(report.handled()).isGreaterThan(1000);
  }
}
