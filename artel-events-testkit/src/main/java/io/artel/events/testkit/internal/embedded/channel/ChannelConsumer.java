package io.artel.events.testkit.internal.embedded.channel;

import io.artel.events.testkit.internal.embedded.queue.Consumer;
import io.artel.events.testkit.internal.embedded.queue.MessageQueue;
import io.artel.events.testkit.internal.embedded.queue.QueuedMessage;
import io.artel.events.testkit.internal.embedded.wire.FieldTable;
import io.artel.events.testkit.internal.embedded.wire.FieldValue;

/** A client's consumer on one channel. */
final class ChannelConsumer implements Consumer {
  private final Consuming channel;
  private final MessageQueue queue;
  private final String tag;
  private final boolean noAck;
  private final boolean exclusive;
  private final FieldTable arguments;
  private final int limit;
  private int unacked;

  ChannelConsumer(
      Consuming channel,
      MessageQueue queue,
      String tag,
      boolean noAck,
      boolean exclusive,
      FieldTable arguments,
      int limit) {
    this.channel = channel;
    this.queue = queue;
    this.tag = tag;
    this.noAck = noAck;
    this.exclusive = exclusive;
    this.arguments = arguments;
    this.limit = limit;
  }

  MessageQueue queue() {
    return queue;
  }

  /** {@return how many more deliveries than settled ones it has had} */
  int unacked() {
    return unacked;
  }

  void settledOne() {
    unacked--;
  }

  @Override
  public String tag() {
    return tag;
  }

  @Override
  public boolean noAck() {
    return noAck;
  }

  @Override
  public boolean exclusive() {
    return exclusive;
  }

  @Override
  public int priority() {
    FieldValue priority = arguments.get("x-priority");
    return priority != null && priority.type().isInteger() ? (int) priority.integer() : 0;
  }

  @Override
  public FieldTable arguments() {
    return arguments;
  }

  @Override
  public boolean ready() {
    return channel.hasRoom()
        && (noAck || ((limit == 0 || unacked < limit) && channel.mayDeliver()));
  }

  @Override
  public void deliver(QueuedMessage message) {
    if (!noAck) {
      unacked++;
    }
    channel.deliver(this, message);
  }

  @Override
  public void cancelled() {
    channel.cancelled(this);
  }

  @Override
  public Object channel() {
    return channel;
  }
}
