package io.artel.events.amqp.internal.publish;

import java.util.List;

/** The publishers to one broker, one for each connection. */
final class BrokerPublishers {

  private final List<ConfirmedPublisher> publishers;

  /** What makes one broker's share of keys another than those of others. */
  private final long seed;

  /**
   * Publishers to a broker.
   *
   * @param broker a name that this broker has in all processes
   */
  BrokerPublishers(String broker, List<ConfirmedPublisher> publishers) {
    this.publishers = List.copyOf(publishers);
    this.seed = mixed(broker.hashCode());
  }

  List<ConfirmedPublisher> all() {
    return publishers;
  }

  /** The one on the connection of a key. */
  ConfirmedPublisher of(Object key) {
    return publishers.size() == 1
        ? publishers.get(0)
        : publishers.get(Math.floorMod(spread(key.hashCode()), publishers.size()));
  }

  /** Keys that were counted up share low bits; this brings the others down to them. */
  private static int spread(int hash) {
    return (hash * 0x9E3779B9) >>> 16;
  }

  /**
   * How much a key prefers this broker. It goes to the one that it prefers most, so that the keys
   * of a broker that is away are spread over all others, and no other key moves.
   */
  long preference(Object key) {
    return mixed(seed ^ key.hashCode());
  }

  /** Each bit of the result depends on each of the input; multipliers are those of SplitMix64. */
  private static long mixed(long value) {
    long mixed = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }
}
