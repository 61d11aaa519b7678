package io.artel.events.testkit.internal.embedded.channel;

import io.artel.events.testkit.internal.embedded.exchange.Destination;
import io.artel.events.testkit.internal.embedded.queue.MessageQueue;
import io.artel.events.testkit.internal.embedded.vhost.ReplyAddress;
import io.artel.events.testkit.internal.embedded.vhost.User.Access;
import io.artel.events.testkit.internal.embedded.wire.Dialect;
import io.artel.events.testkit.internal.embedded.wire.FieldTable;
import io.artel.events.testkit.internal.embedded.wire.FieldValue;
import io.artel.events.testkit.internal.embedded.wire.Method;
import io.artel.events.testkit.internal.embedded.wire.ReplyCode;
import io.artel.events.testkit.internal.embedded.wire.WireReader;

/** The methods about queues. */
final class QueueCommands {
  private final Channel channel;
  private final Client client;

  QueueCommands(Channel channel, Client client) {
    this.channel = channel;
    this.client = client;
  }

  void declare(WireReader in) {
    in.shortInt();
    String given = in.shortString();
    boolean passive = in.bit();
    boolean durable = in.bit();
    boolean exclusive = in.bit();
    boolean autoDelete = in.bit();
    boolean noWait = in.bit();
    FieldTable arguments = in.table();
    String name = Channel.withoutLineBreaks(given);
    if (isReplyAddress(name, passive)) {
      answer(noWait, name, 0, 0);
      return;
    }
    MessageQueue queue;
    if (passive) {
      queue = channel.vhost().queues().declarePassive(name, client);
    } else {
      requireRights(name.isEmpty() ? channel.newName("amq.gen-") : name, arguments);
      queue =
          channel.vhost().queues().declare(name, durable, exclusive, autoDelete, arguments, client);
    }
    channel.declared(queue.name());
    answer(noWait, queue.name(), queue.readyCount(), queue.consumerCount());
  }

  private void answer(boolean noWait, String name, int ready, int consumers) {
    if (!noWait) {
      channel.send(
          Method.QUEUE_DECLARE_OK, out -> out.shortString(name).longInt(ready).longInt(consumers));
    }
  }

  /** Such addresses are no queues, but clients may declare theirs to see whether they are there. */
  private boolean isReplyAddress(String name, boolean passive) {
    return name.equals(ReplyAddress.QUEUE) || (passive && channel.vhost().hasReplyAddress(name));
  }

  private void requireRights(String name, FieldTable arguments) {
    channel.require(Access.CONFIGURE, "queue", name);
    FieldValue deadLetters = arguments.get("x-dead-letter-exchange");
    if (deadLetters != null && deadLetters.isText()) {
      channel.require(Access.READ, "queue", name);
      channel.require(Access.WRITE, "exchange", deadLetters.toString());
    }
  }

  void bind(WireReader in) {
    in.shortInt();
    String given = in.shortString();
    String exchange = Channel.withoutLineBreaks(in.shortString());
    String givenKey = in.shortString();
    boolean noWait = in.bit();
    FieldTable arguments = in.table();
    String queue = channel.queueNamed(given);
    String key = given.isEmpty() && givenKey.isEmpty() ? queue : givenKey;
    requireBindable(queue, exchange);
    channel
        .vhost()
        .exchanges()
        .bind(exchange, Destination.queue(queue), key, arguments, () -> requireMine(queue));
    if (!noWait) {
      channel.send(Method.QUEUE_BIND_OK);
    }
  }

  private void requireBindable(String queue, String exchange) {
    if (channel.dialect().since(Dialect.V4_3) && ReplyAddress.isGenuine(queue)) {
      throw ReplyCode.ACCESS_REFUSED.error(
          "cannot bind or unbind to a volatile (direct reply-to) queue");
    }
    channel.require(Access.WRITE, "queue", queue);
    channel.require(Access.READ, "exchange", exchange);
  }

  /** Makes sure that a queue is not the exclusive one of another connection. */
  private void requireMine(String queue) {
    channel.vhost().queues().find(queue, client);
  }

  void unbind(WireReader in) {
    in.shortInt();
    String given = in.shortString();
    String exchange = Channel.withoutLineBreaks(in.shortString());
    String givenKey = in.shortString();
    FieldTable arguments = in.table();
    String queue = channel.queueNamed(given);
    String key = given.isEmpty() && givenKey.isEmpty() ? queue : givenKey;
    requireBindable(queue, exchange);
    channel
        .vhost()
        .exchanges()
        .unbind(exchange, Destination.queue(queue), key, arguments, () -> requireMine(queue));
    channel.send(Method.QUEUE_UNBIND_OK);
  }

  void purge(WireReader in) {
    in.shortInt();
    String name = channel.queueNamed(in.shortString());
    boolean noWait = in.bit();
    channel.require(Access.READ, "queue", name);
    int purged = channel.vhost().queues().find(name, client).purge();
    if (!noWait) {
      channel.send(Method.QUEUE_PURGE_OK, out -> out.longInt(purged));
    }
  }

  void delete(WireReader in) {
    in.shortInt();
    String name = channel.queueNamed(in.shortString());
    boolean ifUnused = in.bit();
    boolean ifEmpty = in.bit();
    boolean noWait = in.bit();
    channel.require(Access.CONFIGURE, "queue", name);
    int deleted = channel.vhost().queues().delete(name, ifUnused, ifEmpty, client);
    if (!noWait) {
      channel.send(Method.QUEUE_DELETE_OK, out -> out.longInt(deleted));
    }
  }
}
