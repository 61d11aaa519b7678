package io.artel.events.testkit.internal.embedded.queue;

import io.artel.events.testkit.internal.embedded.clock.Timers;
import io.artel.events.testkit.internal.embedded.message.DeathHistory;
import io.artel.events.testkit.internal.embedded.message.Message;
import io.artel.events.testkit.internal.embedded.message.Properties;
import io.artel.events.testkit.internal.embedded.wire.Dialect;
import io.artel.events.testkit.internal.embedded.wire.FieldTable;
import io.artel.events.testkit.internal.embedded.wire.FieldType;
import io.artel.events.testkit.internal.embedded.wire.FieldValue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The messages that queues cannot keep, on their way to other queues. They leave only when the
 * queue that dropped them has finished what it was doing, one after the other: so queues that
 * overflow into each other neither meet each other half done nor fill the stack.
 */
final class DeadLetters {
  static final String REJECTED = "rejected";
  static final String EXPIRED = "expired";
  static final String MAXLEN = "maxlen";
  static final String DELIVERY_LIMIT = "delivery_limit";

  private static final String X_DEATH = "x-death";

  private final Dialect dialect;
  private final Timers timers;
  private final DeadLetterExchange exchange;
  private final Function<String, @Nullable MessageQueue> queues;
  private final ArrayDeque<Letter> letters = new ArrayDeque<>();
  private boolean sending;

  DeadLetters(
      Dialect dialect,
      Timers timers,
      DeadLetterExchange exchange,
      Function<String, @Nullable MessageQueue> queues) {
    this.dialect = dialect;
    this.timers = timers;
    this.exchange = exchange;
    this.queues = queues;
  }

  /**
   * A message on its way.
   *
   * @param exchange the exchange to route it
   * @param message the message as it is to arrive
   * @param reason why it died
   * @param sent hears whether there were queues and all took it
   */
  private record Letter(String exchange, Message message, String reason, Sent sent) {}

  /** Who wants to know how it went. */
  interface Sent {
    /** The letter was sent; {@code taken} if there were queues for it and all took it. */
    void sent(boolean taken);
  }

  /** Takes a message that its queue drops; it goes nowhere if the queue has no exchange for it. */
  void add(QueuedMessage dead, String reason) {
    add(dead, reason, timers.now(), taken -> {});
  }

  /** Takes a message that its queue drops, and tells how it went. */
  void add(QueuedMessage dead, String reason, long diedAt, Sent sent) {
    String to = dead.queue().settings().deadLetterExchange();
    if (to != null) {
      letters.add(new Letter(to, buried(dead, reason, diedAt, to), reason, sent));
    }
  }

  /** Sends what has been added, unless that is being done further up on the stack. */
  void send() {
    if (sending || letters.isEmpty()) {
      return;
    }
    sending = true;
    try {
      for (Letter next = letters.poll(); next != null; next = letters.poll()) {
        send(next);
      }
    } finally {
      sending = false;
    }
  }

  private void send(Letter letter) {
    Message message = letter.message();
    boolean copies = !carried(message).keyReplaced();
    boolean arrived = false;
    boolean refused = false;
    for (String name : exchange.route(letter.exchange(), message, copies)) {
      MessageQueue queue = queues.apply(name);
      boolean cycle = !letter.reason().equals(REJECTED) && history(message).cycles(name);
      if (queue != null && !cycle) {
        boolean taken = queue.publish(message);
        arrived |= taken;
        refused |= !taken;
      }
    }
    letter.sent().sent(arrived && !refused);
  }

  private Message buried(QueuedMessage dead, String reason, long diedAt, String to) {
    Message message = dead.stored();
    Properties properties = message.properties();
    FieldTable headers = properties.headers();
    String newKey = dead.queue().settings().deadLetterRoutingKey();
    DeathHistory.Death death =
        new DeathHistory.Death(
            dead.queue().name(),
            reason,
            diedAt / 1000,
            message.exchange(),
            routingKeys(message),
            properties.expiration());
    DeathHistory before = history(message);
    DeathHistory history;
    DeathHistory beside = null;
    FieldTable newHeaders;
    if (dialect.since(Dialect.V4_0)) {
      history = before.died(death);
      beside = history.carrying(carriedOn(dead, newKey != null));
      newHeaders = message.deaths() == null ? withFirst(headers, death) : headers;
      newHeaders = with(newHeaders, "last", death);
    } else {
      // 3.x turns what is there round each time before it puts the latest first
      history = before.reversed().died(death);
      newHeaders = headers.has(X_DEATH) ? headers : withFirst(headers, death);
      newHeaders = newKey == null ? newHeaders : newHeaders.without("CC");
    }
    return new Message(
        to,
        newKey == null ? message.routingKey() : newKey,
        properties.withHeaders(newHeaders.with(X_DEATH, history.asHeader())).withoutExpiration(),
        message.body(),
        beside);
  }

  private static DeathHistory.Carried carriedOn(QueuedMessage dead, boolean keyReplaced) {
    return new DeathHistory.Carried(
        dead.carried, keyReplaced || carried(dead.stored()).keyReplaced());
  }

  private static FieldTable withFirst(FieldTable headers, DeathHistory.Death death) {
    return with(headers, "first", death);
  }

  private static FieldTable with(FieldTable headers, String which, DeathHistory.Death death) {
    String prefix = "x-" + which + "-death-";
    return headers
        .with(prefix + "reason", FieldValue.of(death.reason()))
        .with(prefix + "queue", FieldValue.of(death.queue()))
        .with(prefix + "exchange", FieldValue.of(death.exchange()));
  }

  private DeathHistory history(Message message) {
    if (dialect.since(Dialect.V4_0)) {
      DeathHistory deaths = message.deaths();
      return deaths == null ? DeathHistory.NONE : deaths;
    }
    return DeathHistory.of(message.properties().headers().get(X_DEATH));
  }

  static DeathHistory.Carried carried(Message message) {
    DeathHistory deaths = message.deaths();
    return deaths == null ? DeathHistory.Carried.NOTHING : deaths.carried();
  }

  /** {@return the keys with which it was published: its own, and the copies that all may see} */
  private static List<String> routingKeys(Message message) {
    List<String> keys = new ArrayList<>();
    keys.add(message.routingKey());
    FieldValue copies = message.properties().headers().get("CC");
    if (copies != null && copies.type() == FieldType.ARRAY && !carried(message).keyReplaced()) {
      for (FieldValue copy : copies.elements()) {
        if (copy.isText()) {
          keys.add(copy.toString());
        }
      }
    }
    return keys;
  }
}
