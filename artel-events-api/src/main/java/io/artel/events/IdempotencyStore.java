package io.artel.events;

import java.util.UUID;

/**
 * Remembers which events were handled, so that one that arrives again is not handled again. An
 * event is known by the queue it was handled from, as the topology names it, and by its id: neither
 * a retry nor a redrive nor another number of partitions makes it another one.
 *
 * <p>A subscription asks before it calls a handler, and says so when the handler is done and what
 * it published is confirmed. A process that dies in between does its work again: where that must
 * not be, the mark belongs into the transaction of the work, as in {@link
 * JdbcIdempotencyStore#once}.
 *
 * <p>Safe for use by several threads. Both methods may block; workers call them.
 */
public interface IdempotencyStore {

  /**
   * Whether this event was handled from this queue.
   *
   * @throws Exception if that cannot be found out; the attempt fails with it, before its handler
   */
  boolean isHandled(String queue, UUID eventId) throws Exception;

  /**
   * This event was handled from this queue. Saying so again changes nothing.
   *
   * @throws Exception if that cannot be kept; it is logged, and the event counts as handled
   */
  void markHandled(String queue, UUID eventId) throws Exception;
}
