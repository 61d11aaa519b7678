package io.artel.events.testkit.internal.embedded.queue;

import java.util.function.Consumer;

/** Who gets the messages of a queue, and who holds them until they are settled. */
final class Deliveries {
  private final Consumers consumers;
  private final UnackedMessages unacked = new UnackedMessages();

  Deliveries(Consumers consumers) {
    this.consumers = consumers;
  }

  /** Hands the next of the ready messages to a consumer; false if no consumer can take one. */
  boolean handOver(ReadyMessages ready) {
    Subscription turn = consumers.next();
    if (turn == null) {
      return false;
    }
    QueuedMessage message = ready.take();
    if (message != null) {
      hand(message, turn);
    }
    return true;
  }

  /** Hands a message that is not among the ready ones to a consumer; false if none can take it. */
  boolean handOver(QueuedMessage message) {
    Subscription turn = consumers.next();
    if (turn == null) {
      return false;
    }
    hand(message, turn);
    return true;
  }

  private void hand(QueuedMessage message, Subscription to) {
    if (to.consumer.noAck()) {
      message.state = QueuedMessage.State.GONE;
    } else {
      to.unacked++;
      message.holder = to;
      hold(message);
    }
    to.consumer.deliver(message);
  }

  /** Gives a message to who asked for it. */
  void get(QueuedMessage message, boolean noAck) {
    message.got = true;
    if (noAck) {
      message.state = QueuedMessage.State.GONE;
    } else {
      hold(message);
    }
  }

  private void hold(QueuedMessage message) {
    message.state = QueuedMessage.State.UNACKED;
    unacked.add(message);
  }

  /** Whether somebody held the message, who then no longer does. */
  boolean release(QueuedMessage message) {
    if (message.state != QueuedMessage.State.UNACKED) {
      return false;
    }
    unacked.remove(message);
    Subscription holder = message.holder;
    if (holder != null) {
      message.holder = null;
      holder.unacked--;
      consumers.settled(holder);
    }
    return true;
  }

  /** {@return the number of messages that somebody holds} */
  int unackedCount() {
    return unacked.count();
  }

  /** Calls the action with each message that somebody holds, in the order of their deliveries. */
  void forEachUnacked(Consumer<QueuedMessage> action) {
    unacked.forEach(action);
  }
}
