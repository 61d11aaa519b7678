package io.artel.events.amqp.internal.metrics;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class ThresholdLogTest {

  private final Logger logger = (Logger) LoggerFactory.getLogger(ThresholdLogTest.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final AtomicLong nanos = new AtomicLong(-5);
  private final ThresholdLog log =
      new ThresholdLog(logger, "slow publish", ofMillis(100), nanos::get);

  @BeforeEach
  void listen() {
    logger.setLevel(Level.WARN);
    logger.setAdditive(false);
    lines.start();
    logger.addAppender(lines);
  }

  @AfterEach
  void leave() {
    logger.detachAppender(lines);
  }

  @Test
  void whatIsNotAboveTheThresholdShouldNotBeLogged() {
    log.note(ofMillis(100), "just in time");
    log.note(ofMillis(-100), "from the future");

    assertThat(texts()).isEmpty();
  }

  @Test
  void firstShouldBeLoggedAtOnceAndTheNextOnesTogetherAfterTenSeconds() {
    log.note(ofMillis(101), "first");
    log.note(ofMillis(300), "second");
    advance(9_999);
    log.note(ofMillis(700), "third");
    assertThat(texts())
        .containsExactly(
            "slow publish: 1 above 100 ms since the last such line, at worst 101 ms: first");

    advance(1);
    log.note(ofMillis(200), "fourth");
    advance(10_000);
    log.note(ofMillis(150), "fifth");

    assertThat(texts().subList(1, 3))
        .containsExactly(
            "slow publish: 3 above 100 ms since the last such line, at worst 700 ms: third",
            "slow publish: 1 above 100 ms since the last such line, at worst 150 ms: fifth");
  }

  @Test
  void percentSignsAndBracesOfASubjectShouldStayAsTheyAre() {
    log.note(ofSeconds(1), "100 % {} %s");

    assertThat(texts()).singleElement().asString().endsWith(": 100 % {} %s");
  }

  private void advance(long millis) {
    nanos.addAndGet(ofMillis(millis).toNanos());
  }

  private List<String> texts() {
    return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }
}
