package io.artel.events.amqp.internal.publish;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a channel has sent and the broker has not settled, by sequence number. Whoever takes an
 * entry out decides its fate; nobody else finds it then. Safe for use by several threads.
 *
 * <p>The numbers of a channel come one after the other, and the oldest is settled about first: so
 * they live in a ring, each at the place that its number gives it.
 */
final class Unconfirmed {

  private static final int FIRST_SIZE = 256;

  private @Nullable Pending[] ring = new @Nullable Pending[FIRST_SIZE];

  /** The oldest number that may be there; all numbers are below {@link #end}. */
  private long begin = 1;

  private long end = 1;

  /** Adds one, with a higher number than all before. */
  synchronized void put(long sequence, Pending pending) {
    if (begin == end) {
      begin = sequence;
    }
    while (sequence - begin >= ring.length) {
      grow();
    }
    ring[place(sequence)] = pending;
    end = sequence + 1;
  }

  private void grow() {
    @Nullable Pending[] larger = new @Nullable Pending[ring.length * 2];
    for (long at = begin; at < end; at++) {
      larger[(int) (at & (larger.length - 1))] = ring[place(at)];
    }
    ring = larger;
  }

  /** {@return the one with this number, which is not there any more; null if it was not} */
  synchronized @Nullable Pending take(long sequence) {
    if (sequence < begin || sequence >= end) {
      return null;
    }
    Pending taken = ring[place(sequence)];
    ring[place(sequence)] = null;
    skipTaken();
    return taken;
  }

  /** Takes out what this condition holds for, up to a number, oldest first. */
  synchronized List<Pending> takeUpTo(long sequence, Predicate<Pending> condition) {
    List<Pending> taken = new ArrayList<>();
    for (long at = begin; at < end && at <= sequence; at++) {
      Pending pending = ring[place(at)];
      if (pending != null && condition.test(pending)) {
        ring[place(at)] = null;
        taken.add(pending);
      }
    }
    skipTaken();
    return taken;
  }

  /** {@return the oldest, which stays; null if there is none} */
  synchronized @Nullable Pending oldest() {
    return begin == end ? null : ring[place(begin)];
  }

  private void skipTaken() {
    while (begin < end && ring[place(begin)] == null) {
      begin++;
    }
  }

  private int place(long sequence) {
    return (int) (sequence & (ring.length - 1));
  }
}
