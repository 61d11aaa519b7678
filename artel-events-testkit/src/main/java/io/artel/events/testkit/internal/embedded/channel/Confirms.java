package io.artel.events.testkit.internal.embedded.channel;

import io.artel.events.testkit.internal.embedded.wire.Method;
import java.util.Arrays;
import java.util.TreeSet;

/**
 * The publisher confirms of one channel. They are collected, and sent together as RabbitMQ does:
 * what lies below the first publish that is still open, or that went the other way, in one frame.
 */
final class Confirms {
  private final Client client;
  private final int channel;
  private final TreeSet<Long> open = new TreeSet<>();
  private final Numbers acks = new Numbers();
  private final Numbers nacks = new Numbers();
  private long last;

  Confirms(Client client, int channel) {
    this.client = client;
    this.channel = channel;
  }

  /** {@return the number of the publish that begins} */
  long next() {
    return ++last;
  }

  /** Leaves a publish open: it is not confirmed until {@link #closed}. */
  void leaveOpen(long number) {
    open.add(number);
  }

  /** Ends a publish that was left open; false if it was not, or not any more. */
  boolean closed(long number) {
    return open.remove(number);
  }

  /** Notes how a publish went. */
  void settle(long number, boolean accepted) {
    (accepted ? acks : nacks).add(number);
  }

  /** Whether there is something to send. */
  boolean isPending() {
    return acks.count + nacks.count > 0;
  }

  /** Sends what was noted: acks, then nacks. */
  void flush() {
    long firstNack = nacks.sorted();
    long firstAck = acks.sorted();
    long firstOpen = open.isEmpty() ? last + 1 : open.first();
    send(acks, Math.min(firstOpen, firstNack), false);
    send(nacks, Math.min(firstOpen, firstAck), true);
    acks.count = 0;
    nacks.count = 0;
  }

  private void send(Numbers numbers, long cutoff, boolean negative) {
    int below = 0;
    while (below < numbers.count && numbers.values[below] < cutoff) {
      below++;
    }
    if (below > 0) {
      boolean lone = below == 1 && numbers.count == 1 && !negative;
      send(numbers.values[below - 1], !lone, negative);
    }
    for (int each = below; each < numbers.count; each++) {
      send(numbers.values[each], false, negative);
    }
  }

  private void send(long number, boolean multiple, boolean negative) {
    if (negative) {
      client.send(channel, Method.BASIC_NACK, out -> out.longLong(number).bit(multiple).bit(false));
    } else {
      client.send(channel, Method.BASIC_ACK, out -> out.longLong(number).bit(multiple));
    }
  }

  /** Numbers without a box around each. */
  private static final class Numbers {
    private long[] values = new long[64];
    private int count;

    void add(long value) {
      if (count == values.length) {
        values = Arrays.copyOf(values, count * 2);
      }
      values[count++] = value;
    }

    /** Sorts them and returns the smallest, or the largest number there is if there are none. */
    long sorted() {
      Arrays.sort(values, 0, count);
      return count == 0 ? Long.MAX_VALUE : values[0];
    }
  }
}
