package io.artel.events.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.artel.events.PublishException.Outcome;
import io.artel.events.testkit.DeliveryOracle.Handling;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The oracle sees what it should, and nothing else. */
class DeliveryOracleTest {

  private final DeliveryOracle oracle = new DeliveryOracle("q");

  @Test
  void whatIsConfirmedAndHandledInOrderShouldBeWell() {
    publish(3);
    handle(0, false);
    handle(1, false);
    handle(2, false);

    DeliveryVerdict verdict = oracle.verdict(0);
    assertThat(verdict.violations()).isEmpty();
    assertThat(verdict.sent()).isEqualTo(3);
    assertThat(verdict.confirmed()).isEqualTo(3);
    assertThat(verdict.handled()).isEqualTo(3);
  }

  @Test
  void nothingAtAllShouldNotBeWell() {
    assertThat(oracle.verdict(0).violations())
        .containsExactly(
            "nothing was confirmed, so nothing was shown",
            "nothing was handled, so nothing was shown");
  }

  @Test
  void confirmedEventThatNobodyHandledShouldBeLost() {
    publish(2);
    handle(0, false);

    DeliveryVerdict verdict = oracle.verdict(0);
    assertThat(verdict.lost()).isEqualTo(1);
    assertThat(verdict.violations())
        .containsExactly("1 confirmed events are lost, among them [q key#1]");
  }

  @Test
  void confirmedEventMustReachEveryQueue() {
    DeliveryOracle both = new DeliveryOracle("q", "other");
    both.sent("key", 0);
    both.confirmed("key", 0, 1);
    both.begin("q", "key", 0, false).succeeded();

    assertThat(both.missing()).containsExactly("other key#0");
  }

  @Test
  void eventThatRemainsSomewhereShouldNotBeLost() {
    publish(2);
    handle(0, false);
    oracle.remains("q", "key", 1);

    assertThat(oracle.verdict(0).violations()).isEmpty();
    assertThat(oracle.verdict(0).remaining()).isEqualTo(1);
  }

  @Test
  void handlerThatFailedShouldNotCount() {
    publish(1);
    oracle.begin("q", "key", 0, false).failed();

    assertThat(oracle.verdict(0).lost()).isEqualTo(1);
  }

  @Test
  void failedPublishesMayOrMayNotAppear() {
    publish(1);
    handle(0, false);
    int number = 1;
    for (Outcome outcome : Outcome.values()) {
      oracle.sent("key", number);
      oracle.failed("key", number, 1, outcome);
      number++;
    }
    handle(1, false);

    DeliveryVerdict verdict = oracle.verdict(0);
    assertThat(verdict.violations()).isEmpty();
    assertThat(List.of(verdict.returned(), verdict.nacked(), verdict.notSent(), verdict.unknown()))
        .containsOnly(1L);
  }

  @Test
  void confirmationAfterAFailureShouldCountAsConfirmedOnce() {
    oracle.sent("key", 0);
    oracle.failed("key", 0, 1, Outcome.UNKNOWN);
    oracle.confirmed("key", 0, 2);
    oracle.confirmed("key", 0, 2);

    assertThat(oracle.confirmed()).isEqualTo(1);
    assertThat(oracle.withoutOutcome()).isZero();
    assertThat(oracle.missing()).containsExactly("q key#0");
    assertThat(oracle.verdict(0).unknown()).isZero();
  }

  @Test
  void whatIsHandledBeforeItsConfirmationShouldNotBeMissing() {
    oracle.sent("key", 0);
    handle(0, false);
    oracle.sent("key", 1);
    oracle.remains("q", "key", 1);

    oracle.confirmed("key", 0, 1);
    oracle.confirmed("key", 1, 1);

    assertThat(oracle.missing()).isEmpty();
  }

  @Test
  void everyHandlingShouldCountInWhateverOrder() {
    publish(4);
    for (long number : new long[] {2, 3, 0, 2, 1, 1, 0}) {
      handle(number, true);
    }

    DeliveryVerdict verdict = oracle.verdict(3);
    assertThat(verdict.handled()).isEqualTo(7);
    assertThat(verdict.duplicates()).isEqualTo(3);
    assertThat(verdict.inversions()).isEqualTo(2);
    assertThat(verdict.lost()).isZero();
  }

  @Test
  void publishWithoutOutcomeShouldBeSeen() {
    publish(1);
    handle(0, false);
    oracle.sent("key", 1);

    assertThat(oracle.verdict(0).violations()).containsExactly("1 publishes never ended");
  }

  @Test
  void firstHandlingAfterThatOfALaterEventShouldBeAnInversion() {
    publish(3);
    handle(0, false);
    handle(2, false);
    handle(1, false);

    assertThat(oracle.verdict(0).inversions()).isEqualTo(1);
    assertThat(oracle.verdict(0).violations())
        .containsExactly(
            "1 events were handled after a later one of their key, among them [q key#1 after 2]");
  }

  @Test
  void redeliveryAfterALaterEventShouldBeARegressionOnly() {
    publish(2);
    handle(0, false);
    handle(1, false);
    handle(0, true);

    DeliveryVerdict verdict = oracle.verdict(1);
    assertThat(verdict.violations()).isEmpty();
    assertThat(verdict.inversions()).isZero();
    assertThat(verdict.regressions()).isEqualTo(1);
    assertThat(verdict.duplicates()).isEqualTo(1);
  }

  @Test
  void moreDuplicatesThanTheFaultsExplainShouldBeWrong() {
    publish(1);
    handle(0, false);
    handle(0, true);
    handle(0, true);

    assertThat(oracle.verdict(1).violations())
        .containsExactly("2 duplicates are more than the bound of 1");
  }

  @Test
  void duplicateAsNewShouldNeedASecondAttempt() {
    publish(1);
    handle(0, false);
    handle(0, false);
    oracle.sent("key", 1);
    oracle.confirmed("key", 1, 2);
    handle(1, false);
    handle(1, false);

    assertThat(oracle.verdict(2).violations())
        .containsExactly("1 events were sent once and came twice as new");
  }

  @Test
  void twoHandlersOfAKeyAtOnceShouldOverlap() {
    publish(2);
    Handling first = oracle.begin("q", "key", 0, false);
    Handling second = oracle.begin("q", "key", 1, false);
    first.succeeded();
    second.succeeded();

    assertThat(oracle.verdict(0).overlaps()).isEqualTo(1);
  }

  @Test
  void recoveryShouldNeedPublisherAndHandlersOfEveryKey() {
    publish(1);
    DeliveryOracle.Recovery recovery = oracle.recovery(List.of("key"));
    assertThat(recovery.isComplete()).isFalse();
    handle(0, false);
    assertThat(recovery.isComplete()).isFalse();
    assertThat(recovery).hasToString("not confirmed: [key], not handled: []");

    oracle.sent("key", 1);
    oracle.confirmed("key", 1, 1);

    assertThat(recovery.isComplete()).isTrue();
    assertThat(recovery.publisher()).isGreaterThanOrEqualTo(recovery.handlers());
  }

  @Test
  void numbersShouldHaveNoGap() {
    assertThatThrownBy(() -> oracle.sent("key", 1)).hasMessageContaining("is 0, not 1");
    assertThatThrownBy(() -> oracle.confirmed("key", 0, 1)).hasMessage("nobody sent key#0");
  }

  private void publish(int count) {
    for (int i = 0; i < count; i++) {
      oracle.sent("key", i);
      oracle.confirmed("key", i, 1);
    }
  }

  private void handle(long sequence, boolean redelivered) {
    oracle.begin("q", "key", sequence, redelivered).succeeded();
  }
}
