package io.artel.events.testkit.internal.embedded.channel;

import io.artel.events.testkit.internal.embedded.fault.PublishFault;
import io.artel.events.testkit.internal.embedded.message.Message;
import io.artel.events.testkit.internal.embedded.queue.Expiration;
import io.artel.events.testkit.internal.embedded.queue.MessageQueue;
import io.artel.events.testkit.internal.embedded.vhost.ReplyAddress;
import io.artel.events.testkit.internal.embedded.vhost.User.Access;
import io.artel.events.testkit.internal.embedded.vhost.VirtualHost;
import io.artel.events.testkit.internal.embedded.wire.Dialect;
import io.artel.events.testkit.internal.embedded.wire.Method;
import io.artel.events.testkit.internal.embedded.wire.ReplyCode;
import io.artel.events.testkit.internal.embedded.wire.WireReader;
import java.util.ArrayList;
import java.util.List;

/** What is published on one channel: plainly, with confirms, or in transactions. */
final class Publishing {
  private enum Mode {
    PLAIN,
    CONFIRM,
    TRANSACTION
  }

  /** A publish that waits for the end of a transaction; where it goes is settled before. */
  private record Uncommitted(Message message, boolean mandatory, Route route) {}

  /** Where a message goes: to queues, or straight to a client that waits for a reply. */
  private record Route(List<MessageQueue> queues, boolean reply) {}

  private final Channel channel;
  private final Client client;
  private final Confirms confirms;
  private final List<Uncommitted> uncommitted = new ArrayList<>();
  private Mode mode = Mode.PLAIN;

  Publishing(Channel channel, Client client) {
    this.channel = channel;
    this.client = client;
    confirms = new Confirms(client, channel.number());
  }

  boolean transactional() {
    return mode == Mode.TRANSACTION;
  }

  void selectConfirms(boolean noWait) {
    if (mode == Mode.TRANSACTION) {
      throw ReplyCode.PRECONDITION_FAILED.error("cannot switch from tx to confirm mode");
    }
    mode = Mode.CONFIRM;
    if (!noWait) {
      channel.send(Method.CONFIRM_SELECT_OK);
    }
  }

  void selectTransactions() {
    if (mode == Mode.CONFIRM) {
      throw ReplyCode.PRECONDITION_FAILED.error("cannot switch from confirm to tx mode");
    }
    mode = Mode.TRANSACTION;
    channel.send(Method.TX_SELECT_OK);
  }

  void requireTransactions() {
    if (mode != Mode.TRANSACTION) {
      throw ReplyCode.PRECONDITION_FAILED.error("channel is not transactional");
    }
  }

  /**
   * Publishes what the transaction has collected.
   *
   * @throws io.artel.events.testkit.internal.embedded.wire.AmqpException if a queue refused some
   */
  void commit() {
    List<Uncommitted> all = new ArrayList<>(uncommitted);
    uncommitted.clear();
    boolean accepted = true;
    for (Uncommitted each : all) {
      accepted &= deliver(each.message(), each.mandatory(), each.route());
    }
    if (!accepted) {
      throw ReplyCode.PRECONDITION_FAILED.error("partial tx completion");
    }
  }

  void rollback() {
    uncommitted.clear();
  }

  /** Handles a basic.publish whose content has arrived. */
  void publish(WireReader in, Content content) {
    in.shortInt();
    String exchange = in.shortString();
    String key = in.shortString();
    boolean mandatory = in.bit();
    if (in.bit()) {
      throw ReplyCode.NOT_IMPLEMENTED.error("immediate=true");
    }
    channel.requireSize(content.body().length);
    channel.require(Access.WRITE, "exchange", exchange);
    channel.vhost().exchanges().requirePublishable(exchange);
    Message published = new Message(exchange, key, content.properties(), content.body());
    boolean old = channel.dialect() == Dialect.V3_10;
    if (old) {
      PublishChecks.requireUser(content.properties(), client.user());
    }
    Expiration.millis(content.properties());
    PublishChecks.requireDeliveryMode(content.properties(), channel.dialect());
    Message message =
        channel
            .vhost()
            .exchanges()
            .withoutBlindCopies(channel.consuming().replies().withAddress(published));
    Route route = route(exchange, published);
    if (!old) {
      PublishChecks.requireUser(content.properties(), client.user());
    }
    if (mode == Mode.TRANSACTION) {
      uncommitted.add(new Uncommitted(message, mandatory, route));
      return;
    }
    long number = mode == Mode.CONFIRM ? confirms.next() : 0;
    PublishFault fault = channel.faults().published(message);
    if (fault == null) {
      settle(number, deliver(message, mandatory, route));
    } else {
      publishFaulty(fault, number, message, mandatory, route);
    }
  }

  private void publishFaulty(
      PublishFault fault, long number, Message message, boolean mandatory, Route route) {
    switch (fault.kind()) {
      case NACK -> settle(number, false);
      case RETURN -> {
        giveBack(message);
        settle(number, true);
      }
      case LOSE_CONFIRM -> {
        deliver(message, mandatory, route);
        confirms.leaveOpen(number);
      }
      case SWALLOW -> confirms.leaveOpen(number);
      case DELAY_CONFIRM -> {
        boolean accepted = deliver(message, mandatory, route);
        confirms.leaveOpen(number);
        channel
            .faults()
            .later(
                fault.delay(),
                () -> {
                  if (confirms.closed(number)) {
                    settle(number, accepted);
                  }
                });
      }
    }
  }

  private void settle(long number, boolean accepted) {
    if (number > 0) {
      confirms.settle(number, accepted);
      client.flushLater(channel);
    }
  }

  private Route route(String exchange, Message message) {
    if (!VirtualHost.isReply(exchange, message.routingKey())) {
      return new Route(channel.vhost().targets(exchange, message), false);
    }
    boolean genuine = ReplyAddress.isGenuine(message.routingKey());
    if (!genuine && !channel.dialect().since(Dialect.V4_3)) {
      throw ReplyCode.INTERNAL_ERROR.error("");
    }
    return new Route(List.of(), genuine);
  }

  /** Sends a message where it goes, or back and returns false if a queue refused it. */
  private boolean deliver(Message message, boolean mandatory, Route route) {
    boolean arrived = !route.queues().isEmpty();
    if (route.reply()) {
      // Before 4.3 a reply that is mandatory is returned even if it arrives; later, never.
      boolean received = channel.vhost().reply(message);
      arrived = channel.dialect().since(Dialect.V4_3) || (received && !mandatory);
    }
    if (!arrived && mandatory) {
      giveBack(message);
    }
    return channel.vhost().deliver(route.queues(), message, channel);
  }

  private void giveBack(Message message) {
    client.send(
        channel.number(),
        Method.BASIC_RETURN,
        out ->
            out.shortInt(ReplyCode.NO_ROUTE.code())
                .shortString(ReplyCode.NO_ROUTE.name())
                .shortString(message.exchange())
                .shortString(message.routingKey()),
        message);
  }

  /** Sends the confirms that have gathered. */
  void flush() {
    if (confirms.isPending()) {
      confirms.flush();
    }
  }
}
