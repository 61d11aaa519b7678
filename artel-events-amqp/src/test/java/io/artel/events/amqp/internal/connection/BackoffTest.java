package io.artel.events.amqp.internal.connection;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BackoffTest {

  private final Backoff backoff = new Backoff(ofMillis(200), ofMillis(1500));

  @Test
  void stepsShouldDoubleUpToTheLongest() {
    assertThat(Stream.iterate(backoff.first(), backoff::after).limit(6))
        .containsExactly(
            ofMillis(200),
            ofMillis(400),
            ofMillis(800),
            ofMillis(1500),
            ofMillis(1500),
            ofMillis(1500));
  }

  @Test
  void connectionThatLivedShorterThanItsWaitShouldBeWaitedForLonger() {
    assertThat(backoff.afterLoss(ofMillis(400), ofMillis(399))).isEqualTo(ofMillis(800));
    assertThat(backoff.afterLoss(ofMillis(800), ofMillis(20))).isEqualTo(ofMillis(1500));
    assertThat(backoff.afterLoss(ofMillis(1500), ofMillis(20))).isEqualTo(ofMillis(1500));
  }

  @Test
  void connectionThatLivedAsLongAsItsWaitShouldBeRestoredSoon() {
    assertThat(backoff.afterLoss(ofMillis(800), ofMillis(800))).isEqualTo(ofMillis(200));
    assertThat(backoff.afterLoss(ofMillis(0), ofMillis(0))).isEqualTo(ofMillis(200));
  }

  @Test
  void wholeUpperHalfOfAStepShouldBeUsed() {
    Random random = new Random(4);

    List<Duration> waits =
        Stream.generate(() -> Backoff.spread(ofMillis(100), random)).limit(1000).toList();

    assertThat(waits).allMatch(wait -> wait.compareTo(ofMillis(50)) >= 0);
    assertThat(waits).allMatch(wait -> wait.compareTo(ofMillis(100)) <= 0);
    assertThat(waits).anyMatch(wait -> wait.compareTo(ofMillis(55)) < 0);
    assertThat(waits).anyMatch(wait -> wait.compareTo(ofMillis(95)) > 0);
  }
}
