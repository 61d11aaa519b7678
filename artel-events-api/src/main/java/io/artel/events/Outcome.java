package io.artel.events;

/** How one attempt to handle a delivery ended. */
public enum Outcome {
  /** The handler returned and what it published is confirmed. */
  HANDLED,
  /** It failed, and a later attempt is arranged. */
  RETRIED,
  /** It is in the dead-letter queue. */
  DEAD_LETTERED,
  /** It was dropped by a rule of the failure policy, or because the handler said so. */
  DISCARDED,
  /** It failed, and an event that asks for compensation is published. */
  COMPENSATED,
  /** Nobody handles its type here: it was acknowledged and counted. */
  IGNORED;

  /** Whether this ends the event's way through its queue. */
  public boolean isTerminal() {
    return this != RETRIED;
  }
}
