package io.artel.events.testkit.internal.faults;

import io.artel.events.testkit.internal.faults.Nemesis.Side;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/**
 * What befalls a stage one after the other: a seed decides all of it. Each kind comes once before
 * one comes again, in another order each time.
 */
final class SoakPlan {
  private static final int SHORTEST_MILLIS = 1_000;
  private static final int LONGEST_MILLIS = 5_000;

  /** One fault, and how long events flow before it. */
  record Step(Nemesis nemesis, Side side, Duration pause) {}

  private final Random random;
  private final List<Nemesis> kinds;
  private final Deque<Nemesis> round = new ArrayDeque<>();

  SoakPlan(long seed, List<Nemesis> kinds) {
    this.random = new Random(seed);
    this.kinds = List.copyOf(kinds);
  }

  /** What comes next; there is always something. */
  Step next() {
    if (round.isEmpty()) {
      List<Nemesis> shuffled = new ArrayList<>(kinds);
      Collections.shuffle(shuffled, random);
      round.addAll(shuffled);
    }
    Side[] sides = Side.values();
    int millis = SHORTEST_MILLIS + random.nextInt(LONGEST_MILLIS - SHORTEST_MILLIS);
    return new Step(
        round.removeFirst(), sides[random.nextInt(sides.length)], Duration.ofMillis(millis));
  }
}
