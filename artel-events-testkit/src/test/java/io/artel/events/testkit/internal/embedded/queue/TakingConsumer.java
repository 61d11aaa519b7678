package io.artel.events.testkit.internal.embedded.queue;

import io.artel.events.testkit.internal.embedded.wire.FieldTable;
import java.util.ArrayList;
import java.util.List;

/** A consumer that takes as many messages as its limit allows and settles none by itself. */
final class TakingConsumer implements Consumer {
  final List<QueuedMessage> deliveries = new ArrayList<>();
  final Object channel = new Object();
  int limit = Integer.MAX_VALUE;
  boolean noAck;
  boolean exclusive;
  int priority;
  boolean cancelled;

  TakingConsumer limit(int messages) {
    limit = messages;
    return this;
  }

  TakingConsumer priority(int value) {
    priority = value;
    return this;
  }

  /** Subscribes and gets what is there. */
  TakingConsumer on(MessageQueue queue) {
    queue.subscribe(this);
    queue.wake(this);
    return this;
  }

  List<String> bodies() {
    return deliveries.stream().map(QueueRoom::body).toList();
  }

  @Override
  public String tag() {
    return "tag";
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
    return priority;
  }

  @Override
  public FieldTable arguments() {
    return FieldTable.EMPTY;
  }

  @Override
  public boolean ready() {
    return deliveries.size() < limit;
  }

  @Override
  public void deliver(QueuedMessage message) {
    deliveries.add(message);
  }

  @Override
  public void cancelled() {
    cancelled = true;
  }

  @Override
  public Object channel() {
    return channel;
  }
}
