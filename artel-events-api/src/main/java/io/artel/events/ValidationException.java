package io.artel.events;

import org.jspecify.annotations.Nullable;

/**
 * An event that a handler can read but not accept. Thrown by a handler; the event is discarded,
 * logged and counted, unless the failure policy dead-letters it.
 */
public class ValidationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With what happened; keep payloads out of it, since it reaches logs and dead-letter headers. */
  public ValidationException(String message) {
    super(message);
  }

  /** With what happened and why; keep payloads out of it. */
  public ValidationException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
