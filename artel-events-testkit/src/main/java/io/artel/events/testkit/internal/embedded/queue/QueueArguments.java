package io.artel.events.testkit.internal.embedded.queue;

import io.artel.events.testkit.internal.embedded.wire.FieldTable;
import io.artel.events.testkit.internal.embedded.wire.FieldValue;
import org.jspecify.annotations.Nullable;

/** What the arguments of a queue ask for, once {@link ArgumentRules} has accepted them. */
final class QueueArguments {
  /** The value of a limit that is not set. */
  static final long NONE = -1;

  /** What happens when the queue is full. */
  enum Overflow {
    DROP_HEAD,
    REJECT_PUBLISH,
    REJECT_PUBLISH_DLX
  }

  private final FieldTable table;
  private final long messageTtl;
  private final long expires;
  private final long maxLength;
  private final long maxLengthBytes;
  private final Overflow overflow;
  private final @Nullable String deadLetterExchange;
  private final @Nullable String deadLetterRoutingKey;

  QueueArguments(FieldTable table) {
    this.table = table;
    this.messageTtl = number("x-message-ttl");
    this.expires = number("x-expires");
    this.maxLength = number("x-max-length");
    this.maxLengthBytes = number("x-max-length-bytes");
    this.overflow = overflow(text("x-overflow"));
    this.deadLetterExchange = text("x-dead-letter-exchange");
    this.deadLetterRoutingKey = text("x-dead-letter-routing-key");
  }

  /** {@return all of them, also those without effect} */
  FieldTable table() {
    return table;
  }

  /** {@return the milliseconds after which a message expires, or {@link #NONE}} */
  long messageTtl() {
    return messageTtl;
  }

  /** {@return the milliseconds after which the unused queue goes, or {@link #NONE}} */
  long expires() {
    return expires;
  }

  /** {@return the number of ready messages at which it is full, or {@link #NONE}} */
  long maxLength() {
    return maxLength;
  }

  /** {@return the bytes of ready messages at which it is full, or {@link #NONE}} */
  long maxLengthBytes() {
    return maxLengthBytes;
  }

  Overflow overflow() {
    return overflow;
  }

  /** {@return where dead letters go, or null} */
  @Nullable String deadLetterExchange() {
    return deadLetterExchange;
  }

  /** {@return the routing key of dead letters, or null for their own} */
  @Nullable String deadLetterRoutingKey() {
    return deadLetterRoutingKey;
  }

  /** Whether a dead letter stays until its queues have it. */
  boolean deadLettersAtLeastOnce() {
    return deadLetterExchange != null
        && "at-least-once".equals(text("x-dead-letter-strategy"))
        && overflow == Overflow.REJECT_PUBLISH;
  }

  /** {@return the highest priority of messages, 0 for none} */
  int maxPriority() {
    return (int) Math.max(0, number("x-max-priority"));
  }

  boolean singleActiveConsumer() {
    FieldValue value = table.get("x-single-active-consumer");
    return value != null && value.value().equals(true);
  }

  /** {@return the argument {@code x-delivery-limit}, whatever it is, or null} */
  @Nullable FieldValue deliveryLimit() {
    return table.get("x-delivery-limit");
  }

  private long number(String name) {
    FieldValue value = table.get(name);
    return value != null && value.type().isInteger() ? value.integer() : NONE;
  }

  private @Nullable String text(String name) {
    FieldValue value = table.get(name);
    return value != null && value.isText() ? value.toString() : null;
  }

  private static Overflow overflow(@Nullable String name) {
    if ("reject-publish".equals(name)) {
      return Overflow.REJECT_PUBLISH;
    }
    return "reject-publish-dlx".equals(name) ? Overflow.REJECT_PUBLISH_DLX : Overflow.DROP_HEAD;
  }
}
