package io.artel.events.amqp.internal.ordering;

/**
 * What lanes do with their items. The first two are called on a worker and may take their time; the
 * others are called while the lanes are locked and must not.
 *
 * @param <T> what waits in a lane
 */
public interface LaneWork<T> {

  /** It is this item's turn; {@link KeyLanes#done} or {@link KeyLanes#park} ends it. */
  void run(T item);

  /** There is no room for this item in its parked lane; {@link KeyLanes#done} ends this. */
  void overflow(T item);

  /** Whether it goes before others among the keys whose turn it is. */
  boolean isUrgent(T item);

  /** Whether nobody waits for its outcome any more: it will come again. */
  boolean isGone(T item);

  /** An item that is gone was taken out of its lane without a turn. */
  void dropped(T item);
}
