package io.artel.events.testkit.internal.flow;

import io.artel.events.FlowObserver.Settlement;
import io.artel.events.Outcome;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The way of one event through one queue. Guarded by the {@link FlowLog} that it is in. */
public final class Journey {
  private final UUID event;
  private final String queue;
  private int expected;
  private int ended;
  private int delayed;
  private int retries;
  private @Nullable Outcome outcome;
  private @Nullable String reason;
  private @Nullable Instant firstStarted;

  Journey(UUID event, String queue) {
    this.event = event;
    this.queue = queue;
  }

  /** The broker has confirmed one more message of the event for this queue. */
  void expect() {
    expected++;
  }

  void settled(Settlement settlement) {
    if (settlement.attempt() > 1 && delayed > 0) {
      delayed--;
    }
    if (firstStarted == null || settlement.started().isBefore(firstStarted)) {
      firstStarted = settlement.started();
    }
    if (settlement.outcome().isTerminal()) {
      end(settlement.outcome(), settlement.reason());
    } else {
      delayed++;
      retries++;
    }
  }

  void end(Outcome how, @Nullable String why) {
    ended++;
    outcome = how;
    reason = why;
  }

  /** Whether a message of the event has no outcome in this queue yet. */
  boolean isOpen() {
    return expected > ended || delayed > 0;
  }

  /** Whether one of those waits in the queue or is being handled, not for its next attempt. */
  boolean isMoving() {
    return expected - ended > delayed;
  }

  /** Whether one of those waits for its next attempt. */
  boolean isDelayed() {
    return delayed > 0;
  }

  /** The event's id. */
  public UUID event() {
    return event;
  }

  /** The queue, as the topology names it. */
  public String queue() {
    return queue;
  }

  /** How often a later attempt was arranged. */
  public int retries() {
    return retries;
  }

  /** How it ended the last time, or null while it has not. */
  public @Nullable Outcome outcome() {
    return outcome;
  }

  /** Why it ended so, where there is anything to say. */
  public @Nullable String reason() {
    return reason;
  }

  /** When the handler was first called, or null while it was not. */
  public @Nullable Instant firstStarted() {
    return firstStarted;
  }
}
