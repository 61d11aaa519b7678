package io.artel.events.testkit.internal.embedded.channel;

import io.artel.events.testkit.internal.embedded.queue.QueuedMessage;
import io.artel.events.testkit.internal.embedded.wire.ReplyCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a channel's client has been given and has not settled, by delivery tag. */
final class Unacked {

  /**
   * A delivery that is not settled.
   *
   * @param tag the delivery tag
   * @param message the message
   * @param consumer the consumer that got it, or null if it was fetched with basic.get
   */
  record Delivered(long tag, QueuedMessage message, @Nullable ChannelConsumer consumer) {}

  private final TreeMap<Long, Delivered> deliveries = new TreeMap<>();

  void add(Delivered delivered) {
    deliveries.put(delivered.tag(), delivered);
  }

  /**
   * Takes out what a client settles.
   *
   * @param multiple whether all up to the tag are meant; tag 0 then means all there are
   * @throws io.artel.events.testkit.internal.embedded.wire.AmqpException if the tag is not there
   */
  List<Delivered> take(long tag, boolean multiple) {
    if (multiple && tag == 0) {
      return takeAll();
    }
    Delivered one = deliveries.get(tag);
    if (one == null) {
      throw ReplyCode.PRECONDITION_FAILED.error(
          "unknown delivery tag " + Long.toUnsignedString(tag));
    }
    if (!multiple) {
      deliveries.remove(tag);
      return List.of(one);
    }
    Map<Long, Delivered> upTo = deliveries.headMap(tag, true);
    List<Delivered> taken = new ArrayList<>(upTo.values());
    upTo.clear();
    return taken;
  }

  /** Takes out everything, oldest first. */
  List<Delivered> takeAll() {
    List<Delivered> taken = new ArrayList<>(deliveries.values());
    deliveries.clear();
    return taken;
  }

  /** Puts back what a transaction took out and did not settle after all. */
  void putBack(List<Delivered> taken) {
    taken.forEach(this::add);
  }
}
