package io.artel.events.testkit.internal.broker;

import io.artel.events.testkit.BrokerUnavailableException;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waiting for a condition, with a limit. */
final class Waiting {
  /** How long a broker may take for anything; a busy machine needs many times less. */
  static final Duration LIMIT = Duration.ofMinutes(2);

  private static final Duration PAUSE = Duration.ofMillis(100);

  private Waiting() {}

  /** Waits until the condition holds, and returns false where the limit was reached before. */
  static boolean until(BooleanSupplier condition) {
    return until(condition, LIMIT);
  }

  /** The same with another limit. */
  static boolean until(BooleanSupplier condition, Duration limit) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start > limit.toNanos()) {
        return false;
      }
      try {
        Thread.sleep(PAUSE.toMillis());
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
    }
    return true;
  }

  /** What to throw after an interrupt; the thread's flag is set again. */
  static BrokerUnavailableException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new BrokerUnavailableException(
        "Waiting for RabbitMQ was interrupted; its state is unknown.", false, e);
  }
}
