package io.artel.events.testkit.internal.embedded.queue;

/** A consumer as its queue sees it. */
final class Subscription {
  final Consumer consumer;
  final int priority;

  /** Whether it stands in the line of those that may get the next message. */
  boolean inLine;

  /** How many messages of the queue it holds. */
  int unacked;

  /** Whether it gets no more because another is to take over as soon as all it holds is settled. */
  boolean stepsDown;

  Subscription(Consumer consumer) {
    this.consumer = consumer;
    this.priority = consumer.priority();
  }
}
