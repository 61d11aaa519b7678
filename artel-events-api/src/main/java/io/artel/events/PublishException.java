package io.artel.events;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An event that was not confirmed. {@link #outcome()} tells what is known about it, and with it who
 * can mend it; the text names event, exchange, routing key, attempts and elapsed time.
 */
public final class PublishException extends ArtelException {
  private static final long serialVersionUID = 1L;

  /** What is known of an event that was not confirmed. */
  public enum Outcome {
    /** The broker returned it: no queue is bound for its routing key. The topology must change. */
    UNROUTABLE,
    /** The broker refused it: a full queue, for example, or a missing permission. */
    REJECTED,
    /**
     * It never left this process: too large, closed, or no room in time. Publishing again is safe.
     */
    NOT_SENT,
    /** It may have arrived. Publishing again, with the same id, may make a duplicate. */
    UNKNOWN
  }

  private final Outcome outcome;
  private final UUID eventId;

  /** With a sentence that says what happened to which event. */
  public PublishException(
      Outcome outcome, UUID eventId, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.outcome = outcome;
    this.eventId = eventId;
  }

  /** What is known about the event. */
  public Outcome outcome() {
    return outcome;
  }

  /** The event. */
  public UUID eventId() {
    return eventId;
  }
}
