package io.artel.events.amqp.internal.consume;

import static org.assertj.core.api.Assertions.assertThat;

import io.artel.events.amqp.internal.consume.SequenceTracker.Kind;
import io.artel.events.amqp.internal.consume.SequenceTracker.Place;
import io.artel.events.amqp.internal.consume.SequenceTracker.Verdict;
import io.artel.events.amqp.internal.consume.SequenceTracker.Way;
import org.junit.jupiter.api.Test;

class SequenceTrackerTest {

  private static final String KEY = "table-1";
  private static final Verdict EXPECTED = Verdict.EXPECTED;

  private final SequenceTracker tracker = new SequenceTracker(100);

  private Verdict judge(String type, long number, long ofType) {
    return judge(type, number, ofType, Way.DIRECT, 1);
  }

  private Verdict judge(String type, long number, long ofType, Way way, long channel) {
    return tracker.judge(KEY, type, new Place("epoch", number, ofType), way, channel);
  }

  private Verdict pot(long number) {
    return judge("pot", number, number);
  }

  private static Verdict missing(Kind kind, long missing) {
    return new Verdict(kind, missing);
  }

  @Test
  void eventsOneAfterTheOtherShouldBeExpected() {
    for (int number = 1; number <= 200; number++) {
      assertThat(pot(number)).isEqualTo(EXPECTED);
    }
  }

  @Test
  void numbersThatAreLeftOutShouldBeMissingOnce() {
    pot(1);

    assertThat(pot(4)).isEqualTo(missing(Kind.EXPECTED, 2));
    assertThat(pot(5)).isEqualTo(EXPECTED);
  }

  @Test
  void firstEventsOfTypeThatDidNotComeShouldBeMissing() {
    pot(1);

    assertThat(judge("foul", 4, 3)).isEqualTo(missing(Kind.EXPECTED, 2));
  }

  @Test
  void typesThatTheQueueDoesNotTakeShouldNotBeMissed() {
    assertThat(judge("pot", 1, 1)).isEqualTo(EXPECTED);
    assertThat(judge("pot", 5, 2)).isEqualTo(EXPECTED);
    assertThat(judge("foul", 9, 1)).isEqualTo(EXPECTED);
    assertThat(judge("pot", 12, 3)).isEqualTo(EXPECTED);
  }

  @Test
  void numberThatCameShouldBeDuplicate() {
    pot(1);
    pot(2);

    assertThat(pot(1)).isEqualTo(Verdict.DUPLICATE);
    assertThat(pot(2)).isEqualTo(Verdict.DUPLICATE);
    assertThat(pot(3)).isEqualTo(EXPECTED);
  }

  @Test
  void eventAfterLaterOnesShouldBeRegressionAndThenDuplicate() {
    pot(1);
    pot(3);

    assertThat(pot(2)).isEqualTo(Verdict.REGRESSION);
    assertThat(pot(2)).isEqualTo(Verdict.DUPLICATE);
    assertThat(pot(4)).isEqualTo(EXPECTED);
  }

  @Test
  void eventAfterLaterOnesOfAnotherTypeShouldBeRegression() {
    judge("pot", 1, 1);
    judge("foul", 3, 1);

    assertThat(judge("pot", 2, 2)).isEqualTo(Verdict.REGRESSION);
    assertThat(judge("pot", 4, 4)).isEqualTo(missing(Kind.EXPECTED, 1));
  }

  @Test
  void lateEventMayShowThatOthersAreMissing() {
    judge("pot", 1, 1);
    judge("foul", 4, 1);

    assertThat(judge("pot", 3, 3)).isEqualTo(missing(Kind.REGRESSION, 1));
  }

  @Test
  void copiesThatSayWhyTheyComeAgainShouldBeExpected() {
    pot(1);
    pot(2);
    pot(4);

    assertThat(judge("pot", 1, 1, Way.REDELIVERED, 1)).isEqualTo(EXPECTED);
    assertThat(judge("pot", 1, 1, Way.RETURNED, 1)).isEqualTo(EXPECTED);
    assertThat(judge("pot", 3, 3, Way.RETURNED, 1)).isEqualTo(EXPECTED);
  }

  @Test
  void redeliveredEventThatNeverCameShouldNotComeAfterLaterOnes() {
    pot(1);
    pot(3);

    assertThat(judge("pot", 2, 2, Way.REDELIVERED, 1)).isEqualTo(Verdict.REGRESSION);
  }

  @Test
  void anotherPublisherShouldBeCountedByItself() {
    pot(1);
    pot(2);

    Place restarted = new Place("another epoch", 1, 1);
    assertThat(tracker.judge(KEY, "pot", restarted, Way.DIRECT, 1)).isEqualTo(EXPECTED);
    assertThat(pot(3)).isEqualTo(EXPECTED);
  }

  @Test
  void anotherKeyShouldBeCountedByItself() {
    pot(5);

    assertThat(tracker.judge("table-2", "pot", new Place("epoch", 1, 1), Way.DIRECT, 1))
        .isEqualTo(EXPECTED);
  }

  @Test
  void sessionThatBeganElsewhereShouldHaveUnknownBeginningAndNoGap() {
    assertThat(judge("pot", 50, 20)).isEqualTo(Verdict.UNKNOWN);
    assertThat(judge("foul", 51, 31)).isEqualTo(Verdict.UNKNOWN);
    assertThat(judge("pot", 52, 21)).isEqualTo(EXPECTED);
    assertThat(judge("pot", 54, 23)).isEqualTo(missing(Kind.EXPECTED, 1));
    assertThat(judge("pot", 49, 19)).isEqualTo(Verdict.UNKNOWN);
  }

  @Test
  void whatOthersReadMeanwhileShouldNotBeMissed() {
    judge("pot", 1, 1, Way.DIRECT, 1);
    judge("pot", 2, 2, Way.DIRECT, 1);

    assertThat(judge("pot", 2, 2, Way.REDELIVERED, 2)).isEqualTo(EXPECTED);
    assertThat(judge("pot", 9, 7, Way.DIRECT, 2)).isEqualTo(Verdict.UNKNOWN);
    assertThat(judge("foul", 10, 3, Way.DIRECT, 2)).isEqualTo(Verdict.UNKNOWN);
    assertThat(judge("pot", 8, 6, Way.DIRECT, 2)).isEqualTo(Verdict.UNKNOWN);
    assertThat(judge("pot", 11, 8, Way.DIRECT, 2)).isEqualTo(EXPECTED);
    assertThat(judge("pot", 14, 10, Way.DIRECT, 2)).isEqualTo(missing(Kind.EXPECTED, 1));
  }

  @Test
  void copyFromLongAgoShouldBeUnknown() {
    for (int number = 1; number <= 100; number++) {
      pot(number);
    }

    assertThat(pot(101 - SequenceTracker.WINDOW)).isEqualTo(Verdict.DUPLICATE);
    assertThat(pot(100 - SequenceTracker.WINDOW)).isEqualTo(Verdict.UNKNOWN);
    assertThat(pot(1)).isEqualTo(Verdict.UNKNOWN);
  }

  @Test
  void longGapShouldNotMakeOldNumbersLookNew() {
    pot(1);
    pot(1 + SequenceTracker.WINDOW);

    assertThat(pot(1)).isEqualTo(Verdict.UNKNOWN);
    assertThat(pot(2)).isEqualTo(Verdict.REGRESSION);
  }

  @Test
  void forgedNumberShouldChangeNothing() {
    pot(1);

    assertThat(pot(Long.MAX_VALUE)).isEqualTo(Verdict.UNKNOWN);
    assertThat(judge("pot", 2, SequenceTracker.LONGEST_JUMP * 2)).isEqualTo(Verdict.UNKNOWN);
    assertThat(judge("pot", Long.MAX_VALUE, 2)).isEqualTo(Verdict.UNKNOWN);
    assertThat(judge("foul", 2, Long.MAX_VALUE)).isEqualTo(Verdict.UNKNOWN);
    assertThat(pot(2)).isEqualTo(EXPECTED);
  }

  @Test
  void eventWithoutNumbersShouldBeUnknown() {
    assertThat(tracker.judge(KEY, "pot", null, Way.DIRECT, 1)).isEqualTo(Verdict.UNKNOWN);
    assertThat(tracker.size()).isZero();
  }

  @Test
  void forgottenKeyShouldBeUnknownAndNotMissed() {
    pot(1);
    for (int i = 0; i < 1_000_000; i++) {
      tracker.judge("table-" + i, "pot", new Place("epochs", 1, 1), Way.DIRECT, 1);
    }

    assertThat(tracker.size()).isEqualTo(100);
    assertThat(pot(7)).isEqualTo(Verdict.UNKNOWN);
    assertThat(pot(8)).isEqualTo(EXPECTED);
  }

  @Test
  void namesOfTypesShouldBeBounded() {
    for (int i = 0; i < SequenceTracker.MOST_TYPES; i++) {
      assertThat(judge("type-" + i, i + 1, 1)).isEqualTo(EXPECTED);
    }

    assertThat(judge("one too many", 2000, 1)).isEqualTo(Verdict.UNKNOWN);
    assertThat(judge("type-7", 2001, 2)).isEqualTo(EXPECTED);
  }
}
