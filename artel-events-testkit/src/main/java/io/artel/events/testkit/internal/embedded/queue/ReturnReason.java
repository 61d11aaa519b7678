package io.artel.events.testkit.internal.embedded.queue;

/** Why an unacked message comes back to its queue. */
public enum ReturnReason {
  /** {@code basic.nack} with requeue. */
  NACK,
  /** {@code basic.reject} with requeue. */
  REJECT,
  /** {@code basic.recover}. */
  RECOVER,
  /** The channel or its connection ended, in order or not. */
  CHANNEL_CLOSED,
  /** The consumer took too long to ack. */
  TIMED_OUT
}
