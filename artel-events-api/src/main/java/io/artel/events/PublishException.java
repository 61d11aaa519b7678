package io.artel.events;

import java.io.Serializable;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An event that was not confirmed. {@link #outcome()} tells what is known about it, and with it who
 * can mend it; the text says what {@link #details()} holds, and why.
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

  /**
   * What was to be published, and how far it came.
   *
   * @param exchange where it was sent to, or null if nothing was sent because it cannot be
   * @param broker host and port of the broker that was tried last, or null before the first attempt
   * @param attempts how often it was sent
   * @param elapsed since the call of publish
   */
  public record Details(
      UUID eventId,
      String eventType,
      @Nullable String exchange,
      String routingKey,
      @Nullable String broker,
      int attempts,
      Duration elapsed)
      implements Serializable {

    /** Of an event that was not tried. */
    public static Details of(Event<?> event) {
      return new Details(
          event.id(), event.type(), null, event.routingKey(), null, 0, Duration.ZERO);
    }

    @Override
    public String toString() {
      return "event "
          + eventType
          + " "
          + eventId
          + (exchange == null ? "" : " to exchange '" + exchange + "'")
          + " with routing key '"
          + routingKey
          + "'"
          + (broker == null ? "" : " on broker " + broker);
    }
  }

  private final Outcome outcome;
  private final Details details;
  private final String reason;

  /** With the reason, for example {@code the publisher is closed}. */
  public PublishException(
      Outcome outcome, Details details, String reason, @Nullable Throwable cause) {
    super(
        details
            + " is "
            + outcome
            + " after "
            + details.attempts
            + (details.attempts == 1 ? " attempt" : " attempts")
            + " and "
            + details.elapsed.toMillis()
            + " ms: "
            + reason,
        cause);
    this.outcome = outcome;
    this.details = details;
    this.reason = reason;
  }

  /** What is known about the event. */
  public Outcome outcome() {
    return outcome;
  }

  /** Why it was not confirmed: the last part of the text. */
  public String reason() {
    return reason;
  }

  /** The event. */
  public UUID eventId() {
    return details.eventId;
  }

  /** What was to be published, and how far it came. */
  public Details details() {
    return details;
  }
}
