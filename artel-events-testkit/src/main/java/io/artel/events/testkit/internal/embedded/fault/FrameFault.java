package io.artel.events.testkit.internal.embedded.fault;

/**
 * What goes wrong when a method arrives or is sent.
 *
 * @param kind what goes wrong
 * @param amount for {@link Kind#DELAY} milliseconds, for {@link Kind#CUT} how many bytes of what is
 *     sent still leave
 */
public record FrameFault(Kind kind, long amount) {

  /** What can go wrong. */
  public enum Kind {
    /** The connection ends without a word, in good order for TCP. */
    CUT,
    /** The connection ends with a TCP reset. */
    RESET,
    /** The connection stays open, but nothing is read from it or sent to it any more. */
    STALL,
    /** The method is lost, as if it had never been sent. */
    DROP,
    /** The method is sent later; only for methods that the broker sends. */
    DELAY
  }
}
