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

  /** Where an event that was not confirmed is kept: {@link PublishFailure} decides. */
  public enum Stored {
    /** Nowhere: it is the caller's. */
    NOWHERE,
    /** In the dead-letter exchange, for an operator to redrive. */
    DEAD_LETTER,
    /** On this machine's disk; it will be published from there. */
    SPOOL
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
  private final Stored stored;

  /** With the reason, for example {@code the publisher is closed}; of an event stored nowhere. */
  public PublishException(
      Outcome outcome, Details details, String reason, @Nullable Throwable cause) {
    this(outcome, details, reason, Stored.NOWHERE, cause);
  }

  /** With the reason, which also says where exactly it is stored. */
  public PublishException(
      Outcome outcome, Details details, String reason, Stored stored, @Nullable Throwable cause) {
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
    this.stored = stored;
  }

  /**
   * The same of an event that is stored.
   *
   * @param where where exactly, for the text
   */
  public PublishException storedIn(Stored place, String where) {
    PublishException same =
        new PublishException(
            outcome, details, reason + "; it is stored in " + where, place, getCause());
    for (Throwable suppressed : getSuppressed()) {
      same.addSuppressed(suppressed);
    }
    return same;
  }

  /** What is known about the event. */
  public Outcome outcome() {
    return outcome;
  }

  /**
   * Where the event is kept; {@code NOWHERE} unless the settings say what is to happen on failure.
   */
  public Stored stored() {
    return stored;
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
