package io.artel.events.testkit.internal.embedded.fault;

import java.util.function.DoubleSupplier;
import java.util.function.Predicate;

/**
 * One fault and when it strikes.
 *
 * @param <S> what it looks at
 * @param <F> what goes wrong
 */
public final class Rule<S, F> {
  private final Predicate<? super S> subjects;
  private final double chance;
  private final F fault;
  private long toSkip;
  private long toStrike;

  /**
   * A rule.
   *
   * @param subjects what it looks at
   * @param skip how many of them it lets pass first
   * @param times how many it then strikes
   * @param chance how probable it is that it strikes one, from 0 to 1
   * @param fault what goes wrong
   */
  public Rule(Predicate<? super S> subjects, long skip, long times, double chance, F fault) {
    this.subjects = subjects;
    this.toSkip = skip;
    this.toStrike = times;
    this.chance = chance;
    this.fault = fault;
  }

  /** Whether it strikes this one; it counts it. */
  boolean strikes(S subject, DoubleSupplier random) {
    if (toStrike == 0 || !subjects.test(subject)) {
      return false;
    }
    if (toSkip > 0) {
      toSkip--;
      return false;
    }
    if (chance < 1 && random.getAsDouble() >= chance) {
      return false;
    }
    toStrike--;
    return true;
  }

  F fault() {
    return fault;
  }

  boolean isSpent() {
    return toStrike == 0;
  }
}
