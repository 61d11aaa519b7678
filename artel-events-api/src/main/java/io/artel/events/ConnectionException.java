package io.artel.events;

import org.jspecify.annotations.Nullable;

/**
 * No connection to the broker: unreachable, refused, or closed. The text names address and virtual
 * host, never the password. {@link #retryable()} tells whether trying again can help.
 */
public final class ConnectionException extends ArtelException {
  private static final long serialVersionUID = 1L;

  private final boolean retryable;

  /**
   * With a sentence that says what to do.
   *
   * @param retryable false where only a change of settings or of the broker can help
   */
  public ConnectionException(String message, boolean retryable, @Nullable Throwable cause) {
    super(message, cause);
    this.retryable = retryable;
  }

  /**
   * Whether the same attempt may succeed later: a broker that is away, but not a wrong password.
   */
  public boolean retryable() {
    return retryable;
  }
}
