package io.artel.events;

import static io.artel.events.FailurePolicy.Action.COMPENSATE;
import static io.artel.events.FailurePolicy.Action.DEAD_LETTER;
import static io.artel.events.FailurePolicy.Action.DISCARD;
import static io.artel.events.FailurePolicy.Action.RETRY;
import static io.artel.events.FailurePolicy.compensate;
import static io.artel.events.FailurePolicy.deadLetter;
import static io.artel.events.FailurePolicy.defaults;
import static io.artel.events.FailurePolicy.discard;
import static io.artel.events.FailurePolicy.retry;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class FailurePolicyTest {

  private static final List<Duration> DEFAULT_DELAYS =
      Stream.of(5, 10, 20, 40, 80, 160, 300).map(Duration::ofSeconds).toList();

  @Test
  void defaultDelaysShouldDoubleFromFiveSecondsToFiveMinutes() {
    List<Duration> delays =
        IntStream.rangeClosed(1, 9)
            .mapToObj(attempt -> defaults().decide(new IOException(), attempt, 20).delay())
            .toList();

    assertThat(delays.subList(0, 7)).isEqualTo(DEFAULT_DELAYS);
    assertThat(delays.subList(7, 9)).containsOnly(ofMinutes(5));
    assertThat(defaults().delays()).containsExactlyElementsOf(DEFAULT_DELAYS);
  }

  static Stream<Throwable> transientFailures() {
    return Stream.of(
        new TransientException("x"),
        new IOException(),
        new UncheckedIOException(new IOException()),
        new TimeoutException(),
        new SQLTransientException());
  }

  @ParameterizedTest
  @MethodSource("transientFailures")
  void transientFailureShouldBeRetried(Throwable failure) {
    FailurePolicy.Decision decision = defaults().decide(failure, 1, 3);

    assertThat(decision.action()).isEqualTo(RETRY);
    assertThat(decision.errorClass()).isEqualTo("transient");
  }

  static Stream<Throwable> permanentFailures() {
    return Stream.of(
        new PermanentException("x"),
        new MalformedEventException("x"),
        new IllegalArgumentException(),
        new NumberFormatException(),
        new ClassCastException(),
        new NullPointerException(),
        new ArrayIndexOutOfBoundsException(),
        new ArithmeticException(),
        new UnsupportedOperationException(),
        new AssertionError(),
        new StackOverflowError());
  }

  @ParameterizedTest
  @MethodSource("permanentFailures")
  void programmingErrorShouldBeDeadLetteredAtOnce(Throwable failure) {
    FailurePolicy.Decision decision = defaults().decide(failure, 1, 20);

    assertThat(decision.action()).isEqualTo(DEAD_LETTER);
    assertThat(decision.delay()).isZero();
    assertThat(decision.errorClass()).isEqualTo("permanent");
  }

  @Test
  void otherFailuresShouldHaveTheirOwnOutcome() {
    assertThat(defaults().decide(new ValidationException("x"), 1, 3))
        .extracting(FailurePolicy.Decision::action, FailurePolicy.Decision::errorClass)
        .containsExactly(DISCARD, "validation");
    assertThat(defaults().decide(new BusinessRuleException("x"), 1, 3))
        .extracting(FailurePolicy.Decision::action, FailurePolicy.Decision::errorClass)
        .containsExactly(COMPENSATE, "business");
    assertThat(defaults().decide(new IllegalStateException(), 1, 3))
        .extracting(FailurePolicy.Decision::action, FailurePolicy.Decision::errorClass)
        .containsExactly(RETRY, "unknown");
    assertThat(defaults().compensates()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, DEAD_LETTER",
    "3, 3, RETRY",
    "3, 4, DEAD_LETTER",
    "-5, 1, DEAD_LETTER",
    "20, 20, RETRY",
    "21, 21, DEAD_LETTER",
    "2147483647, 20, RETRY",
    "2147483647, 21, DEAD_LETTER"
  })
  void retriesOfTheEventShouldBeClampedToTwenty(
      int maxRetries, int attempt, FailurePolicy.Action expected) {
    assertThat(defaults().decide(new IOException(), attempt, maxRetries).action())
        .isEqualTo(expected);
  }

  @Test
  void retriesOfTheRuleShouldWinOverThoseOfTheEvent() {
    FailurePolicy policy = retry(SQLException.class).upTo(5).thenDeadLetter();

    assertThat(policy.decide(new SQLException(), 5, 0).action()).isEqualTo(RETRY);
    assertThat(policy.decide(new SQLException(), 6, 20).action()).isEqualTo(DEAD_LETTER);
    assertThat(retry(SQLException.class).upTo(0).thenDeadLetter().decide(new SQLException(), 1, 9))
        .extracting(FailurePolicy.Decision::action)
        .isEqualTo(DEAD_LETTER);
  }

  @Test
  void firstRuleThatMatchesShouldDecide() {
    FailurePolicy policy =
        deadLetter(SQLTransientException.class)
            .and(discard(SQLException.class))
            .and(compensate(Exception.class));

    assertThat(policy.decide(new SQLTransientException(), 1, 3).action()).isEqualTo(DEAD_LETTER);
    assertThat(policy.decide(new SQLException(), 1, 3).action()).isEqualTo(DISCARD);
    assertThat(policy.decide(new IOException(), 1, 3).action()).isEqualTo(COMPENSATE);
    assertThat(policy.decide(new IOException(), 1, 3).errorClass()).isEqualTo("policy");
  }

  @Test
  void aRuleShouldMatchWhatIsWrapped() {
    Throwable wrapped = new CompletionException(new ExecutionException(new IOException()));
    FailurePolicy own = deadLetter(ExecutionException.class);

    assertThat(defaults().decide(wrapped, 1, 3).errorClass()).isEqualTo("transient");
    assertThat(defaults().decide(new CompletionException("no cause", null), 1, 3).errorClass())
        .isEqualTo("unknown");
    assertThat(own.decide(new ExecutionException(new IOException()), 1, 3).action())
        .isEqualTo(DEAD_LETTER);
  }

  @Test
  void anExplanationShouldNameTheRuleAndWhy() {
    FailurePolicy policy = discard(SQLException.class);

    assertThat(policy.explain(new SQLTransientException()))
        .isEqualTo(
            "java.sql.SQLTransientException is a SQLException → discard SQLException"
                + " (a rule of this policy, class policy)");
    assertThat(policy.explain(new CompletionException(new ValidationException("x"))))
        .isEqualTo(
            "io.artel.events.ValidationException, found in the CompletionException, → discard"
                + " ValidationException (a default, class validation)");
  }

  @Test
  void rulesOfTheUserShouldComeBeforeTheDefaults() {
    FailurePolicy policy = discard(TimeoutException.class);

    assertThat(policy.decide(new TimeoutException(), 1, 3).action()).isEqualTo(DISCARD);
    assertThat(policy.decide(new IOException(), 1, 3).action()).isEqualTo(RETRY);
    assertThat(policy.decide(new ValidationException("x"), 1, 3).errorClass())
        .isEqualTo("validation");
  }

  @Test
  void delaysShouldBeThoseOfTheRulesAndTheDefaults() {
    FailurePolicy policy =
        retry(SQLException.class).upTo(4).backoff(ofSeconds(1), ofSeconds(3)).thenDeadLetter();

    assertThat(policy.decide(new SQLException(), 1, 0).delay()).isEqualTo(ofSeconds(1));
    assertThat(policy.decide(new SQLException(), 2, 0).delay()).isEqualTo(ofSeconds(2));
    assertThat(policy.decide(new SQLException(), 3, 0).delay()).isEqualTo(ofSeconds(3));
    assertThat(policy.decide(new SQLException(), 4, 0).delay()).isEqualTo(ofSeconds(3));
    assertThat(policy.delays())
        .startsWith(ofSeconds(1), ofSeconds(2), ofSeconds(3), ofSeconds(5))
        .hasSize(3 + DEFAULT_DELAYS.size());
  }

  @Test
  void policyShouldReadAsASentence() {
    assertThat(
            retry(SQLException.class)
                .upTo(5)
                .backoff(ofSeconds(1), ofMinutes(1))
                .thenDeadLetter()
                .and(deadLetter(ValidationException.class)))
        .hasToString(
            "retry SQLException up to 5 times after PT1S to PT1M, then dead-letter;"
                + " dead-letter ValidationException");
    assertThat(defaults().decide(new BusinessRuleException("x"), 1, 3).rule())
        .isEqualTo("compensate BusinessRuleException");
    assertThat(retry(IOException.class, SQLException.class).thenDeadLetter())
        .hasToString(
            "retry IOException, SQLException as often as the event allows after PT5S to PT5M,"
                + " then dead-letter");
  }

  @Test
  void ruleThatCannotBeMeantShouldBeRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> retry());
    assertThatIllegalArgumentException().isThrownBy(() -> discard());
    assertThatIllegalArgumentException().isThrownBy(() -> retry(IOException.class).upTo(-1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> retry(IOException.class).upTo(21))
        .withMessageContaining("21");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> retry(IOException.class).backoff(ofSeconds(2), ofSeconds(1)))
        .withMessageContaining("PT2S")
        .withMessageContaining("PT1S");
    for (Duration first : List.of(Duration.ZERO, ofSeconds(-1), Duration.ofNanos(999_999))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> retry(IOException.class).backoff(first, ofSeconds(1)));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> retry(IOException.class).backoff(ofMillis(1), ofSeconds(Long.MAX_VALUE)));
  }

  @Test
  void longestRetriesShouldAddUpTheDelaysOfTheSlowestRule() {
    assertThat(defaults().longestRetries()).isEqualTo(Duration.ofSeconds(5 + 10 + 20));
    assertThat(
            retry(IllegalStateException.class)
                .upTo(4)
                .backoff(Duration.ofSeconds(1), Duration.ofSeconds(3))
                .thenDeadLetter()
                .and(discard(ValidationException.class))
                .longestRetries())
        .isEqualTo(Duration.ofSeconds(1 + 2 + 3 + 3));
  }
}
