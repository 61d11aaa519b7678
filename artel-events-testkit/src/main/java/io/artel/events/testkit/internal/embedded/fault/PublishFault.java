package io.artel.events.testkit.internal.embedded.fault;

/**
 * What goes wrong with one published message.
 *
 * @param kind what goes wrong
 * @param delay how late the confirm comes, in milliseconds, for {@link Kind#DELAY_CONFIRM}
 */
public record PublishFault(Kind kind, long delay) {

  /** What can go wrong. */
  public enum Kind {
    /** The message is not taken, and the publisher is told so. */
    NACK,
    /** The message is not taken but given back, and confirmed, as if it had no route. */
    RETURN,
    /** The message is taken, and the publisher is never told. */
    LOSE_CONFIRM,
    /** The message is not taken, and the publisher is never told. */
    SWALLOW,
    /** The message is taken, and the publisher is told later. */
    DELAY_CONFIRM
  }
}
