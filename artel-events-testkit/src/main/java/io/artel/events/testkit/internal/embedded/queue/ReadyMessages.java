package io.artel.events.testkit.internal.embedded.queue;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The messages of a queue that wait for a consumer, in the order in which they are to go out. */
interface ReadyMessages {
  /** Adds a new message. */
  void append(QueuedMessage message);

  /** Takes a message back that was taken before. */
  void giveBack(QueuedMessage message);

  /** {@return the message that is next, or null} */
  @Nullable QueuedMessage peek();

  /** Removes and returns the message that is next, or null. */
  @Nullable QueuedMessage take();

  /** {@return the number of messages} */
  int count();

  /** {@return the bytes of all bodies} */
  long bytes();

  /** Calls the action with each message in order. */
  void forEach(Consumer<QueuedMessage> action);

  /** Removes all. */
  void clear();
}
