package io.artel.events;

import org.jspecify.annotations.Nullable;

/** A failure that will not pass. Thrown by a handler; the event is dead-lettered at once. */
public class PermanentException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With what happened; keep payloads out of it, since it reaches logs and dead-letter headers. */
  public PermanentException(String message) {
    super(message);
  }

  /** With what happened and why; keep payloads out of it. */
  public PermanentException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
