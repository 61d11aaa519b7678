package io.artel.events;

import org.jspecify.annotations.Nullable;

/**
 * A failure that may pass: a service that is away, a lock that is taken. Thrown by a handler; the
 * event is tried again.
 */
public class TransientException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With what happened; keep payloads out of it, since it reaches logs and dead-letter headers. */
  public TransientException(String message) {
    super(message);
  }

  /** With what happened and why; keep payloads out of it. */
  public TransientException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
