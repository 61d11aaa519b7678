package io.artel.events.examples.stats;

import java.util.Arrays;

/**
 * The net results of all players in ascending order, for finding a rank without looking at
 * everybody. Not safe for use by several threads.
 */
final class Ranking {

  private long[] ascending = new long[64];
  private int size;

  /** One more player has this net result. */
  void add(long net) {
    if (size == ascending.length) {
      ascending = Arrays.copyOf(ascending, size * 2);
    }
    int place = below(net);
    System.arraycopy(ascending, place, ascending, place + 1, size - place);
    ascending[place] = net;
    size++;
  }

  /** One player less has this net result. */
  void remove(long net) {
    int place = below(net);
    if (place == size || ascending[place] != net) {
      throw new IllegalArgumentException("nobody has the net result " + net);
    }
    System.arraycopy(ascending, place + 1, ascending, place, size - place - 1);
    size--;
  }

  /** One more than there are better net results. */
  int rank(long net) {
    return 1 + size - below(net + 1);
  }

  /** How many are below this one. */
  private int below(long net) {
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ascending[middle] < net) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
