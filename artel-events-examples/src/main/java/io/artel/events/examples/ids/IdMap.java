package io.artel.events.examples.ids;

import java.util.Arrays;
import java.util.UUID;

/**
 * A number for each of very many ids, in about 40 bytes each: an open-addressing table of three
 * arrays. Ids are never removed. Not safe for use by several threads.
 */
public final class IdMap {

  /** What {@link #get} and {@link #put} return for an id that is not there. */
  public static final long ABSENT = Long.MIN_VALUE;

  /** What is done with each id. */
  @FunctionalInterface
  public interface Visitor {
    /** Sees one id and its number. */
    void visit(UUID id, long value);
  }

  private static final int FIRST_CAPACITY = 1024;

  private long[] most = new long[FIRST_CAPACITY];
  private long[] least = new long[FIRST_CAPACITY];
  private long[] values = absent(FIRST_CAPACITY);
  private int size;

  /** The number of this id, or {@link #ABSENT}. */
  public long get(UUID id) {
    return values[slot(id.getMostSignificantBits(), id.getLeastSignificantBits())];
  }

  /**
   * Sets the number of this id.
   *
   * @return the number that it had, or {@link #ABSENT}
   * @throws IllegalArgumentException if the number is {@link #ABSENT}
   */
  public long put(UUID id, long value) {
    if (value == ABSENT) {
      throw new IllegalArgumentException("the value " + value + " stands for an absent id");
    }
    int slot = slot(id.getMostSignificantBits(), id.getLeastSignificantBits());
    long before = values[slot];
    if (before == ABSENT) {
      most[slot] = id.getMostSignificantBits();
      least[slot] = id.getLeastSignificantBits();
      size++;
    }
    values[slot] = value;
    if (size * 3L > values.length * 2L) {
      grow();
    }
    return before;
  }

  /** Calls this with every id and its number, in no particular order. */
  public void forEach(Visitor visitor) {
    for (int slot = 0; slot < values.length; slot++) {
      if (values[slot] != ABSENT) {
        visitor.visit(new UUID(most[slot], least[slot]), values[slot]);
      }
    }
  }

  /** How many ids there are. */
  public int size() {
    return size;
  }

  private int slot(long mostBits, long leastBits) {
    int mask = values.length - 1;
    int slot = Long.hashCode((mostBits ^ leastBits) * 0x9E37_79B9_7F4A_7C15L) & mask;
    while (values[slot] != ABSENT && (most[slot] != mostBits || least[slot] != leastBits)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void grow() {
    long[] oldMost = most;
    long[] oldLeast = least;
    long[] oldValues = values;
    most = new long[oldValues.length * 2];
    least = new long[oldValues.length * 2];
    values = absent(oldValues.length * 2);
    for (int i = 0; i < oldValues.length; i++) {
      if (oldValues[i] != ABSENT) {
        int slot = slot(oldMost[i], oldLeast[i]);
        most[slot] = oldMost[i];
        least[slot] = oldLeast[i];
        values[slot] = oldValues[i];
      }
    }
  }

  private static long[] absent(int capacity) {
    long[] values = new long[capacity];
    Arrays.fill(values, ABSENT);
    return values;
  }
}
