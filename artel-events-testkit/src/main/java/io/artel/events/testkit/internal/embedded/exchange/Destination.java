package io.artel.events.testkit.internal.embedded.exchange;

/**
 * What a binding leads to.
 *
 * @param kind a queue or an exchange
 * @param name its name
 */
public record Destination(Kind kind, String name) {

  /** Where bindings can lead. */
  public enum Kind {
    /** Another exchange. */
    EXCHANGE,
    /** A queue. */
    QUEUE
  }

  /** {@return the queue of that name} */
  public static Destination queue(String name) {
    return new Destination(Kind.QUEUE, name);
  }

  /** {@return the exchange of that name} */
  public static Destination exchange(String name) {
    return new Destination(Kind.EXCHANGE, name);
  }

  boolean isExchange() {
    return kind == Kind.EXCHANGE;
  }
}
