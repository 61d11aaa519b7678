package io.artel.events.testkit.internal.embedded.clock;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimersTest {
  private long source = 1000;
  private final Timers timers = new Timers(() -> Instant.ofEpochMilli(source));
  private final List<String> ran = new ArrayList<>();

  @Test
  void timeShouldRunWithItsSource() {
    timers.after(10, note("a"));

    source += 9;
    timers.runDue();
    assertThat(ran).isEmpty();
    assertThat(timers.untilNext()).isEqualTo(1);

    source += 1;
    timers.runDue();
    assertThat(ran).containsExactly("a at 1010");
    assertThat(timers.untilNext()).isEqualTo(-1);
  }

  @Test
  void stoppedTimeShouldStandStillAndRunOnFromThere() {
    timers.stop();
    timers.after(10, note("a"));

    source += 1_000_000;
    timers.runDue();
    assertThat(timers.now()).isEqualTo(1000);
    assertThat(ran).isEmpty();

    timers.run();
    source += 10;
    timers.runDue();
    assertThat(ran).containsExactly("a at 1010");
  }

  @Test
  void advancingShouldRunEachActionAtItsTimeAndInOrder() {
    timers.stop();
    timers.after(30, note("c"));
    timers.after(10, note("a"));
    timers.after(20, note("b1"));
    timers.after(20, note("b2"));

    timers.advance(29);

    assertThat(ran).containsExactly("a at 1010", "b1 at 1020", "b2 at 1020");
    assertThat(timers.now()).isEqualTo(1029);
    timers.advance(1);
    assertThat(ran).last().isEqualTo("c at 1030");
  }

  @Test
  void advancingShouldRunWhatIsSetOnTheWay() {
    timers.stop();
    timers.after(10, () -> timers.after(10, () -> timers.after(10, note("third"))));

    timers.advance(30);

    assertThat(ran).containsExactly("third at 1030");
  }

  @Test
  void advancingRunningTimeShouldLetItRunOn() {
    timers.after(5_000, note("a"));

    timers.advance(5_000);
    source += 7;

    assertThat(ran).containsExactly("a at 6000");
    assertThat(timers.running()).isTrue();
    assertThat(timers.now()).isEqualTo(6007);
  }

  @Test
  void anActionOfThePastShouldBeDueAtOnceAndNotTurnTimeBack() {
    timers.stop();
    timers.at(1, note("late"));

    assertThat(timers.untilNext()).isZero();
    timers.advance(5);

    assertThat(ran).containsExactly("late at 1000");
    assertThat(timers.now()).isEqualTo(1005);
  }

  @Test
  void cancelledActionsShouldNeverRun() {
    timers.stop();
    Timers.Timer first = timers.after(10, note("first"));
    Timers.Timer second = timers.after(20, note("second"));
    timers.after(15, second::cancel);
    first.cancel();

    assertThat(timers.untilNext()).isEqualTo(15);
    timers.advance(100);

    assertThat(ran).isEmpty();
    assertThat(timers.untilNext()).isEqualTo(-1);
  }

  private Runnable note(String name) {
    return () -> ran.add(name + " at " + timers.now());
  }
}
