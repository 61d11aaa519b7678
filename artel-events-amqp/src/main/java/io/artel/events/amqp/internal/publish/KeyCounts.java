package io.artel.events.amqp.internal.publish;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;

/**
 * How many messages of a key there are somewhere, in memory that does not grow with the keys: keys
 * share counters, so that one may seem to be there because another one is. Safe for use by several
 * threads.
 */
final class KeyCounts {

  private static final int SIZE = 1 << 16;

  private final AtomicIntegerArray counts = new AtomicIntegerArray(SIZE);

  void add(@Nullable Object key) {
    if (key != null) {
      counts.incrementAndGet(place(key));
    }
  }

  void remove(@Nullable Object key) {
    if (key != null) {
      counts.decrementAndGet(place(key));
    }
  }

  /** Whether there may be some of this key; if not, there are none. */
  boolean contains(@Nullable Object key) {
    return key != null && counts.get(place(key)) > 0;
  }

  /** By its text: that is what is read from a file. */
  private static int place(Object key) {
    int hash = key.toString().hashCode();
    return (hash ^ (hash >>> 16)) & (SIZE - 1);
  }
}
