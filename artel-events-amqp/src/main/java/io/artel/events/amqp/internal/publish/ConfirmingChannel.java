package io.artel.events.amqp.internal.publish;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Return;
import io.artel.events.amqp.internal.message.OutgoingMessage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One channel and what it has not confirmed, by its own sequence numbers. Whoever takes an entry
 * out decides its fate; nobody else finds it then.
 */
final class ConfirmingChannel {

  final Channel channel;

  /** When it was opened, by {@link System#nanoTime}. */
  final long since = System.nanoTime();

  private final Unconfirmed unconfirmed = new Unconfirmed();

  /** Returned and not yet acknowledged; only the I/O thread touches it. A return comes first. */
  private final List<Returned> returns = new ArrayList<>();

  /** Refusals since the last acknowledgement; only the I/O thread touches it. */
  private int refusals;

  private volatile boolean retiring;

  /** What is needed of a return; its body is not. */
  private record Returned(String exchange, String routingKey, String messageId, String text) {}

  /** How many messages were sent, or failed to be; a channel on which one failed is given up. */
  private long sent;

  private ConfirmingChannel(Channel channel) {
    this.channel = channel;
  }

  /** Turns confirmations on; waits for the broker. */
  static ConfirmingChannel on(Channel channel) throws IOException {
    // Channel.confirmSelect would make the client keep a second record of what is unconfirmed.
    var unused = channel.rpc(new AMQP.Confirm.Select.Builder().build());
    return new ConfirmingChannel(channel);
  }

  /** This one is sent next; called in that order. Returns its sequence number. */
  long sending(Pending pending) {
    sent++;
    unconfirmed.put(sent, pending);
    return sent;
  }

  /** Takes one out that was not sent after all; false if somebody else has it. */
  boolean take(long sequence) {
    return unconfirmed.take(sequence) != null;
  }

  /** Takes out everything, in the order it was sent. */
  List<Pending> takeAll() {
    return takeIf(any -> true);
  }

  /** Takes out what this condition holds for. */
  List<Pending> takeIf(Predicate<Pending> condition) {
    return unconfirmed.takeUpTo(Long.MAX_VALUE, condition);
  }

  /** On the I/O thread: takes out what the broker has settled, and notes what it had returned. */
  List<Pending> takeSettled(long tag, boolean multiple) {
    List<Pending> settled;
    if (multiple) {
      settled = unconfirmed.takeUpTo(tag, any -> true);
    } else {
      Pending one = unconfirmed.take(tag);
      settled = one == null ? List.of() : List.of(one);
    }
    for (Pending pending : settled) {
      pending.returned = takeReturn(pending.message);
    }
    if (isEmpty()) {
      returns.clear(); // those of messages that were taken out before they were settled
    }
    return settled;
  }

  boolean isEmpty() {
    return unconfirmed.oldest() == null;
  }

  /** On the I/O thread: counts what was settled, and returns how many refusals there were last. */
  int refusalsInARow(int settled, boolean acknowledged) {
    refusals = acknowledged ? 0 : refusals + settled;
    return refusals;
  }

  /** Takes no more messages; what it has is waited for. */
  void retire() {
    retiring = true;
  }

  boolean isRetiring() {
    return retiring;
  }

  /** Whether the oldest has waited longer than this. */
  boolean overdue(long now, long limitNanos) {
    Pending oldest = unconfirmed.oldest();
    return oldest != null && now - oldest.sentAt > limitNanos;
  }

  void returned(Return returned) {
    returns.add(
        new Returned(
            returned.getExchange(),
            returned.getRoutingKey(),
            returned.getProperties().getMessageId(),
            returned.getReplyText()));
  }

  /** What the broker said about this message when it returned it, or null if it did not. */
  private @Nullable String takeReturn(OutgoingMessage message) {
    String id = message.properties().getMessageId();
    for (Iterator<Returned> all = returns.iterator(); all.hasNext(); ) {
      Returned returned = all.next();
      if (returned.routingKey.equals(message.routingKey())
          && returned.exchange.equals(message.exchange())
          && returned.messageId.equals(id)) {
        all.remove();
        return returned.text;
      }
    }
    return null;
  }
}
