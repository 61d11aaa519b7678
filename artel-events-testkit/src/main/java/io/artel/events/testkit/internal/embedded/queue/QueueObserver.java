package io.artel.events.testkit.internal.embedded.queue;

/** Who wants to know that a queue is gone, for whatever reason. */
public interface QueueObserver {
  /** The queue exists no more; its consumers have been told. */
  void deleted(MessageQueue queue);
}
