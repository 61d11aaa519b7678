package io.artel.events;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which dead letters are meant: those that fit everything said here. Immutable: each method returns
 * another filter.
 *
 * <pre>{@code
 * DeadLetterFilter.all().type("stats.*").errorClass("transient").olderThan(ofHours(1))
 * }</pre>
 */
public final class DeadLetterFilter {

  private static final DeadLetterFilter ALL =
      new DeadLetterFilter(null, null, null, null, null, null, Long.MAX_VALUE);

  private final @Nullable String type;
  private final @Nullable String errorClass;
  private final @Nullable UUID session;
  private final @Nullable UUID event;
  private final @Nullable Duration olderThan;
  private final @Nullable Duration youngerThan;
  private final long limit;

  private DeadLetterFilter(
      @Nullable String type,
      @Nullable String errorClass,
      @Nullable UUID session,
      @Nullable UUID event,
      @Nullable Duration olderThan,
      @Nullable Duration youngerThan,
      long limit) {
    this.type = type;
    this.errorClass = errorClass;
    this.session = session;
    this.event = event;
    this.olderThan = olderThan;
    this.youngerThan = youngerThan;
    this.limit = limit;
  }

  /** All of them. */
  public static DeadLetterFilter all() {
    return ALL;
  }

  /** Those of types like this one; {@code *} is one word of the type and {@code #} any number. */
  public DeadLetterFilter type(String pattern) {
    return new DeadLetterFilter(pattern, errorClass, session, event, olderThan, youngerThan, limit);
  }

  /** Those with this {@link DeadLetter#errorClass()}. */
  public DeadLetterFilter errorClass(String name) {
    return new DeadLetterFilter(type, name, session, event, olderThan, youngerThan, limit);
  }

  /** Those of this session. */
  public DeadLetterFilter session(UUID id) {
    return new DeadLetterFilter(type, errorClass, id, event, olderThan, youngerThan, limit);
  }

  /** Those of this event; it may have failed in a queue more than once. */
  public DeadLetterFilter event(UUID id) {
    return new DeadLetterFilter(type, errorClass, session, id, olderThan, youngerThan, limit);
  }

  /** Those that {@linkplain DeadLetter#failedAt() failed} longer ago than this. */
  public DeadLetterFilter olderThan(Duration age) {
    return new DeadLetterFilter(type, errorClass, session, event, age, youngerThan, limit);
  }

  /** Those that {@linkplain DeadLetter#failedAt() failed} less long ago than this. */
  public DeadLetterFilter youngerThan(Duration age) {
    return new DeadLetterFilter(type, errorClass, session, event, olderThan, age, limit);
  }

  /**
   * So many of them at most, from the head of the queue.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public DeadLetterFilter limit(long most) {
    if (most < 1) {
      throw new IllegalArgumentException("limit is " + most + ", but must be 1 or more");
    }
    return new DeadLetterFilter(type, errorClass, session, event, olderThan, youngerThan, most);
  }

  /** How many are meant at most; {@link Long#MAX_VALUE} unless said otherwise. */
  public long limit() {
    return limit;
  }

  /**
   * Whether this one fits, however many did before. What does not say when it failed fits no age.
   */
  public boolean matches(DeadLetter letter, Instant now) {
    return (type == null
            || (letter.eventType() != null && TopicPattern.matches(type, letter.eventType())))
        && (errorClass == null || errorClass.equals(letter.errorClass()))
        && (session == null || session.equals(letter.sessionId()))
        && (event == null || event.equals(letter.eventId()))
        && matchesAge(letter.failedAt(), now);
  }

  private boolean matchesAge(@Nullable Instant failedAt, Instant now) {
    if (olderThan == null && youngerThan == null) {
      return true;
    }
    if (failedAt == null) {
      return false;
    }
    Duration age = Duration.between(failedAt, now);
    return (olderThan == null || age.compareTo(olderThan) > 0)
        && (youngerThan == null || age.compareTo(youngerThan) < 0);
  }
}
