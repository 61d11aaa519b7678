package io.artel.events.testkit.internal.embedded.channel;

import io.artel.events.testkit.internal.embedded.channel.Unacked.Delivered;
import io.artel.events.testkit.internal.embedded.message.Message;
import io.artel.events.testkit.internal.embedded.queue.MessageQueue;
import io.artel.events.testkit.internal.embedded.queue.QueuedMessage;
import io.artel.events.testkit.internal.embedded.queue.ReturnReason;
import io.artel.events.testkit.internal.embedded.vhost.ReplyAddress;
import io.artel.events.testkit.internal.embedded.vhost.User.Access;
import io.artel.events.testkit.internal.embedded.wire.Dialect;
import io.artel.events.testkit.internal.embedded.wire.FieldTable;
import io.artel.events.testkit.internal.embedded.wire.Method;
import io.artel.events.testkit.internal.embedded.wire.ReplyCode;
import io.artel.events.testkit.internal.embedded.wire.WireReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The consumers of one channel, what they have been given, and how it is settled. */
final class Consuming {

  private enum End {
    ACK,
    DISCARD,
    REQUEUE
  }

  /** How deliveries are settled; in a transaction it waits for the commit. */
  private record Settlement(List<Delivered> deliveries, End end, ReturnReason reason) {}

  private final Channel channel;
  private final Client client;
  private final Unacked unacked = new Unacked();
  private final Map<String, ChannelConsumer> consumers = new LinkedHashMap<>();
  private final List<Settlement> uncommitted = new ArrayList<>();
  private final ReplyConsumer replies;
  private long lastTag;
  private int prefetch;
  private int channelLimit;
  private int unackedOfConsumers;
  private boolean full;

  Consuming(Channel channel, Client client) {
    this.channel = channel;
    this.client = client;
    replies = new ReplyConsumer(channel, client, this::nextTag);
  }

  /** {@return the consumer for direct replies, which may not be there} */
  ReplyConsumer replies() {
    return replies;
  }

  void qos(WireReader in) {
    long size = in.longInt();
    int count = in.shortInt();
    boolean global = in.bit();
    if (size != 0) {
      throw ReplyCode.NOT_IMPLEMENTED.error("prefetch_size!=0 (" + size + ")");
    }
    if (global && !channel.dialect().since(Dialect.V4_3)) {
      channelLimit = count;
      refuseGlobalLimit();
    } else {
      prefetch = count;
      channelLimit = global ? channelLimit : 0;
    }
    channel.send(Method.BASIC_QOS_OK);
    wakeAll();
  }

  private void refuseGlobalLimit() {
    if (channelLimit > 0) {
      consumers.values().forEach(consumer -> consumer.queue().requireGlobalLimits());
    }
  }

  void consume(WireReader in) {
    in.shortInt();
    String queueName = in.shortString();
    String wantedTag = in.shortString();
    in.bit();
    boolean noAck = in.bit();
    boolean exclusive = in.bit();
    boolean noWait = in.bit();
    FieldTable arguments = in.table();
    if (queueName.equals(ReplyAddress.QUEUE)) {
      replies.consume(wantedTag, noAck, noWait);
      return;
    }
    if (consumers.containsKey(wantedTag)) {
      throw ReplyCode.NOT_ALLOWED.error("attempt to reuse consumer tag '" + wantedTag + "'");
    }
    String name = channel.queueNamed(queueName);
    channel.require(Access.READ, "queue", name);
    String tag = wantedTag.isEmpty() ? channel.newName("amq.ctag-") : wantedTag;
    MessageQueue queue = channel.vhost().queues().find(name, client);
    if (channelLimit > 0) {
      queue.requireGlobalLimits();
    }
    ChannelConsumer consumer =
        new ChannelConsumer(this, queue, tag, noAck, exclusive, arguments, prefetch);
    queue.subscribe(consumer);
    consumers.put(tag, consumer);
    if (!noWait) {
      channel.send(Method.BASIC_CONSUME_OK, out -> out.shortString(tag));
    }
    queue.wake(consumer);
  }

  void cancel(WireReader in) {
    String tag = in.shortString();
    boolean noWait = in.bit();
    ChannelConsumer consumer = consumers.remove(tag);
    if (consumer != null) {
      consumer.queue().unsubscribe(consumer);
    } else {
      replies.cancel(tag);
    }
    if (!noWait) {
      channel.send(Method.BASIC_CANCEL_OK, out -> out.shortString(tag));
    }
  }

  void get(WireReader in) {
    in.shortInt();
    String name = channel.queueNamed(in.shortString());
    boolean noAck = in.bit();
    channel.require(Access.READ, "queue", name);
    MessageQueue queue = channel.vhost().queues().find(name, client);
    QueuedMessage queued = queue.get(noAck);
    if (queued == null) {
      channel.send(Method.BASIC_GET_EMPTY, out -> out.shortString(""));
      return;
    }
    long tag = nextTag();
    Message message = queued.message();
    client.send(
        channel.number(),
        Method.BASIC_GET_OK,
        out ->
            out.longLong(tag)
                .bit(queued.redelivered())
                .shortString(message.exchange())
                .shortString(message.routingKey())
                .longInt(queue.readyCount()),
        message);
    if (!noAck) {
      unacked.add(new Delivered(tag, queued, null));
    }
  }

  void ack(WireReader in) {
    long tag = in.longLong();
    settle(new Settlement(unacked.take(tag, in.bit()), End.ACK, ReturnReason.NACK));
  }

  void nack(WireReader in) {
    long tag = in.longLong();
    boolean multiple = in.bit();
    giveUp(unacked.take(tag, multiple), in.bit(), ReturnReason.NACK);
  }

  void reject(WireReader in) {
    long tag = in.longLong();
    giveUp(unacked.take(tag, false), in.bit(), ReturnReason.REJECT);
  }

  private void giveUp(List<Delivered> deliveries, boolean requeue, ReturnReason reason) {
    settle(new Settlement(deliveries, requeue ? End.REQUEUE : End.DISCARD, reason));
  }

  void recover(boolean requeue, boolean answered) {
    if (!requeue) {
      throw ReplyCode.NOT_IMPLEMENTED.error("requeue=false");
    }
    apply(new Settlement(unacked.takeAll(), End.REQUEUE, ReturnReason.RECOVER));
    if (answered) {
      channel.send(Method.BASIC_RECOVER_OK);
    }
  }

  private void settle(Settlement settlement) {
    if (channel.transactional()) {
      uncommitted.add(settlement);
    } else {
      apply(settlement);
    }
  }

  void commit() {
    List<Settlement> all = new ArrayList<>(uncommitted);
    uncommitted.clear();
    all.forEach(this::apply);
  }

  void rollback() {
    uncommitted.forEach(settlement -> unacked.putBack(settlement.deliveries()));
    uncommitted.clear();
  }

  private void apply(Settlement settlement) {
    Set<ChannelConsumer> freed = new LinkedHashSet<>();
    for (Delivered delivered : settlement.deliveries()) {
      ChannelConsumer consumer = delivered.consumer();
      if (consumer != null) {
        consumer.settledOne();
        unackedOfConsumers--;
        freed.add(consumer);
      }
    }
    if (settlement.end() == End.ACK) {
      settlement.deliveries().forEach(each -> each.message().queue().ack(each.message()));
    } else {
      byQueue(settlement.deliveries())
          .forEach(
              (queue, messages) -> {
                if (settlement.end() == End.DISCARD) {
                  queue.discard(messages, settlement.reason());
                } else {
                  queue.requeue(messages, settlement.reason());
                }
              });
    }
    if (channelLimit > 0) {
      wakeAll();
    } else {
      freed.forEach(this::wake);
    }
  }

  private void wake(ChannelConsumer consumer) {
    if (consumers.containsValue(consumer)) {
      consumer.queue().wake(consumer);
    }
  }

  /** Lets all consumers have what they may have now. */
  void wakeAll() {
    new ArrayList<>(consumers.values()).forEach(consumer -> consumer.queue().wake(consumer));
  }

  private static Map<MessageQueue, List<QueuedMessage>> byQueue(List<Delivered> deliveries) {
    Map<MessageQueue, List<QueuedMessage>> byQueue = new LinkedHashMap<>();
    for (Delivered delivered : deliveries) {
      byQueue
          .computeIfAbsent(delivered.message().queue(), queue -> new ArrayList<>())
          .add(delivered.message());
    }
    return byQueue;
  }

  boolean hasRoom() {
    if (!client.hasRoom()) {
      full = true;
      return false;
    }
    return true;
  }

  /** Goes on with deliveries that were held back because the client did not take them. */
  void roomAgain() {
    if (full) {
      full = false;
      wakeAll();
    }
  }

  boolean mayDeliver() {
    return channelLimit == 0 || unackedOfConsumers < channelLimit;
  }

  void deliver(ChannelConsumer consumer, QueuedMessage queued) {
    long tag = nextTag();
    Message message = queued.message();
    client.send(
        channel.number(),
        Method.BASIC_DELIVER,
        out ->
            out.shortString(consumer.tag())
                .longLong(tag)
                .bit(queued.redelivered())
                .shortString(message.exchange())
                .shortString(message.routingKey()),
        message);
    if (!consumer.noAck()) {
      unackedOfConsumers++;
      unacked.add(new Delivered(tag, queued, consumer));
    }
  }

  void cancelled(ChannelConsumer consumer) {
    if (consumers.remove(consumer.tag(), consumer)
        && client.understands("consumer_cancel_notify")) {
      channel.send(Method.BASIC_CANCEL, out -> out.shortString(consumer.tag()).bit(true));
    }
  }

  /** Gives back what is unacked and ends the consumers. */
  void close() {
    rollback();
    Map<MessageQueue, List<QueuedMessage>> left = byQueue(unacked.takeAll());
    consumers.values().forEach(each -> left.computeIfAbsent(each.queue(), queue -> List.of()));
    consumers.clear();
    replies.close();
    left.forEach((queue, messages) -> queue.channelClosed(this, messages));
  }

  private long nextTag() {
    return ++lastTag;
  }
}
