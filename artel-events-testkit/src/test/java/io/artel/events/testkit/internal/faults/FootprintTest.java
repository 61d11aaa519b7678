package io.artel.events.testkit.internal.faults;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What counts as grown, and what does not. */
class FootprintTest {
  private static final long MIB = 1024 * 1024;

  private final Footprint before = new Footprint(20 * MIB, 30, 40 * MIB, true, 0, 10, 5, 12);

  @Test
  void whatStaysShouldBeFlat() {
    assertThat(before.grownTo(before)).isEmpty();
    assertThat(before.grownTo(new Footprint(29 * MIB, 34, 54 * MIB, true, 0, 14, 9, 16))).isEmpty();
    assertThat(before.grownTo(new Footprint(MIB, 1, MIB, true, 0, 1, 1, 1))).isEmpty();
  }

  @Test
  void whatGrowsShouldBeNamed() {
    assertThat(before.grownTo(new Footprint(30 * MIB, 35, 55 * MIB, true, 0, 15, 10, 17)))
        .containsExactly(
            "the heap of a service grew from 20 to 30 MiB, but may grow to 29",
            "the heap of the publisher's process grew from 40 to 55 MiB, but may grow to 54",
            "threads of a service were 30 and are 35, more than 4 more",
            "threads of the publisher were 10 and are 15, more than 4 more",
            "connections were 5 and are 10, more than 4 more",
            "channels were 12 and are 17, more than 4 more");
  }

  @Test
  void notesOfTheOracleMayGrowWithItsEvents() {
    assertThat(before.grownTo(new Footprint(20 * MIB, 30, 69 * MIB, true, MIB, 10, 5, 12)))
        .isEmpty();
    assertThat(before.grownTo(new Footprint(20 * MIB, 30, 71 * MIB, true, MIB, 10, 5, 12)))
        .hasSize(1);
  }

  @Test
  void heapThatOthersUseShouldNotBeJudged() {
    assertThat(before.grownTo(new Footprint(20 * MIB, 30, 900 * MIB, false, 0, 10, 5, 12)))
        .isEmpty();
  }
}
