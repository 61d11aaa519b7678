package io.artel.events.amqp.internal.publish;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Return;
import io.artel.events.amqp.internal.message.OutgoingMessage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
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

  private final ConcurrentSkipListMap<Long, Sent> unconfirmed = new ConcurrentSkipListMap<>();

  /** Returned and not yet acknowledged; only the I/O thread touches it. A return comes first. */
  private final List<Returned> returns = new ArrayList<>();

  /** Refusals since the last acknowledgement; only the I/O thread touches it. */
  private int refusals;

  private volatile boolean retiring;

  private record Sent(Pending pending, long at) {}

  /** What is needed of a return; its body is not. */
  private record Returned(String exchange, String routingKey, String messageId, String text) {}

  ConfirmingChannel(Channel channel) {
    this.channel = channel;
  }

  void sent(long sequence, Pending pending) {
    unconfirmed.put(sequence, new Sent(pending, System.nanoTime()));
  }

  /** Takes one out that was not sent after all; false if somebody else has it. */
  boolean take(long sequence) {
    return unconfirmed.remove(sequence) != null;
  }

  /** Takes out everything, in the order it was sent. */
  List<Pending> takeAll() {
    return takeThese(unconfirmed.keySet());
  }

  /** Takes out what this condition holds for. */
  List<Pending> takeIf(Predicate<Pending> condition) {
    List<Pending> taken = new ArrayList<>();
    for (Map.Entry<Long, Sent> entry : unconfirmed.entrySet()) {
      Sent sent = entry.getValue();
      if (condition.test(sent.pending) && unconfirmed.remove(entry.getKey(), sent)) {
        taken.add(sent.pending);
      }
    }
    return taken;
  }

  /** On the I/O thread: takes out what the broker has settled, and notes what it had returned. */
  List<Pending> takeSettled(long tag, boolean multiple) {
    ConcurrentNavigableMap<Long, Sent> upTo = unconfirmed.headMap(tag, true);
    List<Pending> settled = takeThese(multiple ? upTo.keySet() : List.of(tag));
    for (Pending pending : settled) {
      pending.returned = takeReturn(pending.message);
    }
    return settled;
  }

  boolean isEmpty() {
    return unconfirmed.isEmpty();
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
    Map.Entry<Long, Sent> oldest = unconfirmed.firstEntry();
    return oldest != null && now - oldest.getValue().at > limitNanos;
  }

  void returned(Return returned) {
    returns.add(
        new Returned(
            returned.getExchange(),
            returned.getRoutingKey(),
            returned.getProperties().getMessageId(),
            returned.getReplyText()));
  }

  private List<Pending> takeThese(Collection<Long> sequences) {
    List<Pending> taken = new ArrayList<>();
    for (Long sequence : sequences) {
      Sent sent = unconfirmed.remove(sequence);
      if (sent != null) {
        taken.add(sent.pending);
      }
    }
    return taken;
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
