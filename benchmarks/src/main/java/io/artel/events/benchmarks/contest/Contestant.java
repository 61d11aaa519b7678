package io.artel.events.benchmarks.contest;

import java.io.Closeable;

/**
 * One way to send events through a broker and handle them. All do the same work: persistent,
 * mandatory, confirmed, JSON from a record and back to one, the same properties and headers, at
 * most {@link Arena#WINDOW} events unconfirmed, {@link Arena#PREFETCH} messages delivered ahead,
 * and acknowledged {@link Arena#ACK_EVERY} at a time, but for artel-events, which decides itself.
 */
public interface Contestant {

  /** The name in tables. */
  String name();

  /** Connects, ready to publish. */
  Publishing publishing(Arena arena) throws Exception;

  /** Connects and begins to read the queue; the handler does nothing but tell of each event. */
  Closeable handling(Arena arena, Handled handled) throws Exception;

  /** What publishes. */
  interface Publishing extends Closeable {

    /** Publishes the event with this number; waits for room in the window, not for its outcome. */
    void publish(int number) throws Exception;

    /** Waits until so many are confirmed; fails if one was returned or refused. */
    void awaitConfirmed(int events) throws Exception;
  }
}
