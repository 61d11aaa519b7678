package io.artel.events;

import org.jspecify.annotations.Nullable;

/**
 * Bytes that are no event, or an event whose data does not fit its payload class. Only the
 * publisher of those bytes can mend it; a consumer dead-letters them as they came.
 */
public final class MalformedEventException extends ArtelException {
  private static final long serialVersionUID = 1L;

  /**
   * With the reason as a sentence that names the place, and no content.
   *
   * @param reason what is wrong and where, for example {@code data.ball_points: expected int}
   */
  public MalformedEventException(String reason, @Nullable Throwable cause) {
    super(reason, cause);
  }

  /** With the reason alone. */
  public MalformedEventException(String reason) {
    this(reason, null);
  }
}
