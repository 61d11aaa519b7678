package io.artel.events.testkit.internal.embedded.vhost;

import io.artel.events.testkit.internal.embedded.clock.Timers;
import io.artel.events.testkit.internal.embedded.exchange.Exchanges;
import io.artel.events.testkit.internal.embedded.message.Message;
import io.artel.events.testkit.internal.embedded.message.Properties;
import io.artel.events.testkit.internal.embedded.queue.DeadLetterExchange;
import io.artel.events.testkit.internal.embedded.queue.MessageQueue;
import io.artel.events.testkit.internal.embedded.queue.Queues;
import io.artel.events.testkit.internal.embedded.wire.Dialect;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One name space of exchanges and queues, and the way of a message from one to the other. */
public final class VirtualHost implements DeadLetterExchange {

  /** A client that waits for direct replies. */
  public interface ReplyReceiver {
    /** Sends the reply to the client. */
    void reply(Message message);
  }

  private final String name;
  private final Exchanges exchanges;
  private final Queues queues;
  private final Map<String, ReplyReceiver> replyReceivers = new HashMap<>();

  /** A virtual host with nothing in it but the exchanges that are always there. */
  public VirtualHost(String name, Dialect dialect, Timers timers) {
    this.name = name;
    exchanges = new Exchanges(dialect, name, this::hasQueue);
    queues = new Queues(dialect, name, timers, this, queue -> exchanges.queueDeleted(queue.name()));
  }

  private boolean hasQueue(String queue) {
    return queues.exists(queue);
  }

  /** {@return the name} */
  public String name() {
    return name;
  }

  /** {@return the exchanges} */
  public Exchanges exchanges() {
    return exchanges;
  }

  /** {@return the queues} */
  public Queues queues() {
    return queues;
  }

  /**
   * {@return the queues that a message goes to; empty if none wants it}
   *
   * @throws io.artel.events.testkit.internal.embedded.wire.AmqpException if the exchange is missing
   *     or the message's headers are not what routing needs
   */
  public List<MessageQueue> targets(String exchange, Message message) {
    List<String> names = exchanges.route(exchange, message);
    if (names.size() == 1) {
      MessageQueue queue = queues.get(names.get(0));
      return queue == null ? List.of() : List.of(queue);
    }
    List<MessageQueue> targets = new ArrayList<>(names.size());
    for (String target : names) {
      MessageQueue queue = queues.get(target);
      if (queue != null) {
        targets.add(queue);
      }
    }
    return targets;
  }

  /**
   * Puts a message into queues.
   *
   * @param publisher what tells publishing channels apart
   * @return whether all took it
   */
  public boolean deliver(List<MessageQueue> targets, Message message, Object publisher) {
    boolean accepted = true;
    for (MessageQueue queue : targets) {
      accepted &= queue.publish(message, publisher);
    }
    return accepted;
  }

  @Override
  public Collection<String> route(String exchange, Message message, boolean copies) {
    if (!exchanges.exists(exchange)) {
      return List.of();
    }
    return exchanges.route(exchange, copies ? message : withoutCopies(message));
  }

  private static Message withoutCopies(Message message) {
    Properties properties = message.properties();
    return message.with(properties.withHeaders(properties.headers().without("CC").without("BCC")));
  }

  /** Whether a message is a direct reply: sent by the default exchange to such an address. */
  public static boolean isReply(String exchange, String routingKey) {
    return exchange.isEmpty() && routingKey.startsWith(ReplyAddress.PREFIX);
  }

  /** Sends a direct reply and returns whether somebody waits for it. */
  public boolean reply(Message message) {
    ReplyReceiver receiver = replyReceivers.get(message.routingKey());
    if (receiver != null) {
      receiver.reply(message);
    }
    return receiver != null;
  }

  /** Makes an address known to which direct replies can be sent. */
  public void openReplyAddress(String address, ReplyReceiver receiver) {
    replyReceivers.put(address, receiver);
  }

  /** Forgets an address for direct replies. */
  public void closeReplyAddress(@Nullable String address) {
    replyReceivers.remove(address);
  }

  /** Whether somebody waits for replies at this address. */
  public boolean hasReplyAddress(String address) {
    return replyReceivers.containsKey(address);
  }

  /** Forgets what a restart of the broker would forget. */
  public void restart() {
    replyReceivers.clear();
    queues.restart();
    exchanges.forgetTransient();
  }
}
