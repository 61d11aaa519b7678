package io.artel.events.testkit;

import io.artel.events.ArtelException;
import org.jspecify.annotations.Nullable;

/**
 * A real broker was asked for and cannot be had: it is nowhere to be found, does not start, or does
 * not do what it was told. Whoever sets up the machine can mend it; the text says how, and ends
 * with the tail of the broker's log where there is one.
 */
public final class BrokerUnavailableException extends ArtelException {
  private static final long serialVersionUID = 1L;

  /** Whether no source of the broker exists on this machine. */
  private final boolean missing;

  /**
   * With a sentence that says what to do.
   *
   * @param message the sentence
   * @param missing true where no source of the broker exists on this machine
   * @param cause what happened underneath, if anything
   */
  public BrokerUnavailableException(String message, boolean missing, @Nullable Throwable cause) {
    super(message, cause);
    this.missing = missing;
  }

  /**
   * {@return whether the broker is nowhere to be found on this machine, so that tests may go on
   * without it; false where it was found and failed}
   */
  public boolean missing() {
    return missing;
  }
}
