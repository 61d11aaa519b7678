package io.artel.events.testkit.internal.embedded.queue;

import io.artel.events.testkit.internal.embedded.message.Message;
import org.jspecify.annotations.Nullable;

/** One message in one queue, from when it comes in until it is settled. */
public final class QueuedMessage {
  /** When a message expires that never does. */
  static final long NEVER = Long.MAX_VALUE;

  enum State {
    READY,
    UNACKED,
    GONE
  }

  private final MessageQueue queue;
  private final Message message;
  private final long position;
  private final int level;
  private final long expiresAt;
  private final int size;

  State state = State.READY;
  boolean redelivered;

  /** How often it came back to this queue. */
  int returned;

  /** How often it came back in a way that counts against the queue's limit. */
  int failed;

  /** How many failures it takes along when it becomes a dead letter. */
  int carried;

  /** Whether it went out to a {@code basic.get} and not to a consumer. */
  boolean got;

  /** Who holds it unacked; null after a {@code basic.get}. */
  @Nullable Subscription holder;

  /** Its neighbours among the unacked. */
  @Nullable QueuedMessage before;

  @Nullable QueuedMessage after;

  QueuedMessage(MessageQueue queue, Message message, long position, int level, long expiresAt) {
    this.queue = queue;
    this.message = message;
    this.position = position;
    this.level = level;
    this.expiresAt = expiresAt;
    this.size = queue.sizeOf(message);
    this.carried = DeadLetters.carried(message).failures();
  }

  /** {@return the message with the headers with which it is to be delivered now} */
  public Message message() {
    return queue.asDelivered(this);
  }

  /** Whether it was delivered before. */
  public boolean redelivered() {
    return redelivered;
  }

  /** {@return the queue that it is or was in} */
  public MessageQueue queue() {
    return queue;
  }

  /** {@return the message as it came in} */
  Message stored() {
    return message;
  }

  /** {@return its place in the queue: what came in earlier has a lower one} */
  long position() {
    return position;
  }

  /** {@return its priority as far as its queue cares} */
  int level() {
    return level;
  }

  /** {@return when it expires, or {@link #NEVER}} */
  long expiresAt() {
    return expiresAt;
  }

  /** {@return the bytes that count for a limit of the queue} */
  int size() {
    return size;
  }
}
