package io.artel.events.amqp.internal.publish;

import java.time.Duration;

/**
 * How long publishing may take, and how often it is tried.
 *
 * @param enqueueTimeout how long a publish waits for room in the window
 * @param publishTimeout how long it may take in all
 * @param confirmTimeout how long the broker may take to confirm before its connection is given up
 * @param retries how often a message that the broker refused or returned is sent again
 * @param firstRetry after how long; then twice as long each time
 * @param strictOrder whether a key has one message in flight at most
 */
public record Limits(
    Duration enqueueTimeout,
    Duration publishTimeout,
    Duration confirmTimeout,
    int retries,
    Duration firstRetry,
    boolean strictOrder) {

  /** The same for what the broker refuses or returns for good. */
  public Limits withoutRetries() {
    return new Limits(enqueueTimeout, publishTimeout, confirmTimeout, 0, firstRetry, strictOrder);
  }
}
