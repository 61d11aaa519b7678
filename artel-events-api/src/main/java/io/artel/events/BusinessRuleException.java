package io.artel.events;

import org.jspecify.annotations.Nullable;

/**
 * An event that breaks a rule of the business. Thrown by a handler; what had been done for it is
 * compensated.
 */
public class BusinessRuleException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With what happened; keep payloads out of it, since it reaches logs and dead-letter headers. */
  public BusinessRuleException(String message) {
    super(message);
  }

  /** With what happened and why; keep payloads out of it. */
  public BusinessRuleException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
