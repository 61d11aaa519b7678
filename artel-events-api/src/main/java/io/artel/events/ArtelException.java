package io.artel.events;

import org.jspecify.annotations.Nullable;

/**
 * The root of everything that this library throws, plain argument and state errors apart. The text
 * of each names who, what, both values and what to do; none contains a payload or a credential.
 */
public abstract class ArtelException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** For subclasses. */
  protected ArtelException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
