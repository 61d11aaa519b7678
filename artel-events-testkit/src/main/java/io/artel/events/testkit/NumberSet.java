package io.artel.events.testkit;

import java.util.HashSet;
import java.util.Set;

/**
 * Numbers, most of which follow each other from 0: those take no room, so that a run of hours fits
 * into the memory of one of seconds.
 */
final class NumberSet {
  private final Set<Long> others = new HashSet<>();

  /** All below are in the set. */
  private long next;

  /** Returns whether it was not in the set before. */
  boolean add(long number) {
    if (contains(number)) {
      return false;
    }
    others.add(number);
    while (others.remove(next)) {
      next++;
    }
    return true;
  }

  boolean contains(long number) {
    return (number >= 0 && number < next) || others.contains(number);
  }
}
