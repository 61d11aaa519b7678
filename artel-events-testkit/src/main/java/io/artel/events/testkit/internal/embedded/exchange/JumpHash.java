package io.artel.events.testkit.internal.embedded.exchange;

/**
 * The jump consistent hash, with Erlang's random generator {@code exs1024} as the source of jumps:
 * when a bucket is added at the end, a key either keeps its bucket or moves to the new one.
 */
final class JumpHash {
  private static final long BITS_21 = (1 << 21) - 1;
  private static final int SIZE = 16;
  private static final double TWO_TO_64 = 0x1p64;

  private final long[] state = new long[SIZE];
  private int position;

  private JumpHash(long seed) {
    long low = (seed & BITS_21) + 1;
    long next =
        (low * 2097131 & BITS_21) << 43
            | (low * 2097133 & BITS_21) << 22
            | (low * 2097143 & BITS_21) << 1
            | 1;
    for (int i = SIZE - 1; i >= 0; i--) {
      next ^= next >>> 12;
      next ^= next << 25;
      next ^= next >>> 27;
      state[i] = next * 2685821657736338717L;
    }
  }

  /** {@return the bucket of a key, from 0 to one less than the number of buckets} */
  static long bucket(long key, long buckets) {
    if (buckets == 1) {
      return 0;
    }
    JumpHash random = new JumpHash(key);
    long bucket = -1;
    long jump = 0;
    while (jump < buckets) {
      bucket = jump;
      jump = (long) ((bucket + 1) / random.next());
    }
    return bucket;
  }

  /** {@return the next number from 0 to 1} */
  private double next() {
    long older = state[position];
    position = (position + 1) % SIZE;
    long newer = state[position];
    newer ^= newer << 31;
    newer ^= newer >>> 11;
    older ^= older >>> 30;
    state[position] = older ^ newer;
    return unsigned(state[position] * 1181783497276652981L) / TWO_TO_64;
  }

  /** {@return the number as a double, rounded to the nearest as Erlang does} */
  private static double unsigned(long bits) {
    // Halving keeps the last bit, so that a number just above the middle is still rounded up.
    return bits >= 0 ? bits : ((bits >>> 1) | (bits & 1)) * 2.0;
  }
}
