package io.artel.events.testkit.internal.look;

import io.artel.events.testkit.BrokerQueue;
import java.time.Duration;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/** A look at a queue that waits by looking again and again. */
public abstract class QueueLook implements BrokerQueue {
  /** How long the waiting methods wait unless they are told otherwise. */
  public static final Duration PATIENCE = Duration.ofSeconds(10);

  private final String name;
  private final Duration patience;
  private final Duration pause;

  /**
   * A look at the queue with this name.
   *
   * @param pause how long to wait until looking again
   */
  protected QueueLook(String name, Duration patience, Duration pause) {
    this.name = Objects.requireNonNull(name, "name");
    this.patience = patience;
    this.pause = pause;
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public BrokerQueue awaitExists() {
    return await("to exist", this::exists);
  }

  @Override
  public BrokerQueue awaitGone() {
    return await("not to exist", () -> !exists());
  }

  @Override
  public BrokerQueue awaitReady(int count) {
    return await("to have " + messages(count) + " ready", () -> ready() == count && exists());
  }

  @Override
  public BrokerQueue awaitUnacked(int count) {
    return await(
        "to have " + messages(count) + " unacknowledged", () -> unacked() == count && exists());
  }

  @Override
  public BrokerQueue awaitConsumers(int count) {
    return await("to have " + consumers(count), () -> consumers() == count && exists());
  }

  @Override
  public BrokerQueue awaitDrained() {
    return await("to be drained", () -> ready() == 0 && unacked() == 0 && exists());
  }

  /** What is there, as it follows on "but it ". */
  protected String described() {
    return exists()
        ? "has "
            + ready()
            + " ready, "
            + unacked()
            + " unacknowledged and "
            + consumers(consumers())
        : "does not exist";
  }

  private BrokerQueue await(String wanted, BooleanSupplier condition) {
    if (!comesTrue(condition, patience)) {
      throw new AssertionError(
          "Expected queue '"
              + name
              + "' "
              + wanted
              + " within "
              + patience
              + ", but it "
              + described()
              + ".");
    }
    return this;
  }

  /**
   * Waits for a condition.
   *
   * @return whether it came true in time
   */
  protected boolean comesTrue(BooleanSupplier condition, Duration within) {
    long deadline = System.nanoTime() + within.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      try {
        Thread.sleep(pause.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("Waiting for queue '" + name + "' was interrupted.", e);
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return "queue '" + name + "'";
  }

  private static String messages(int count) {
    return count == 1 ? "1 message" : count + " messages";
  }

  private static String consumers(int count) {
    return count == 1 ? "1 consumer" : count + " consumers";
  }
}
