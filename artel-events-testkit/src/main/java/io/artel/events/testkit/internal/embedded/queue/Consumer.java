package io.artel.events.testkit.internal.embedded.queue;

import io.artel.events.testkit.internal.embedded.wire.FieldTable;

/** Who takes messages from a queue; a channel's side of {@code basic.consume}. */
public interface Consumer {
  /** {@return the tag, unique in its channel} */
  String tag();

  /** Whether a message counts as acked when it is sent. */
  boolean noAck();

  /** Whether it wants to be the queue's only consumer. */
  boolean exclusive();

  /** {@return the priority; a higher one is served first} */
  int priority();

  /** {@return the arguments it was started with} */
  FieldTable arguments();

  /** Whether it may take one more message now. If not, the channel later says that it is awake. */
  boolean ready();

  /** Takes a message; without {@link #noAck()} its channel holds it until it is settled. */
  void deliver(QueuedMessage message);

  /** The queue is gone, and with it this consumer. */
  void cancelled();

  /** {@return what tells channels apart} */
  Object channel();
}
