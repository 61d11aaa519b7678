package io.artel.events;

import org.jspecify.annotations.Nullable;

/**
 * A topology that contradicts itself, or that the broker does not have and will not make. The text
 * names the object, both values and the ways out; whoever owns the topology or the broker mends it.
 */
public final class TopologyException extends ArtelException {
  private static final long serialVersionUID = 1L;

  /** With a sentence that says what to do. */
  public TopologyException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** With a sentence that says what to do. */
  public TopologyException(String message) {
    this(message, null);
  }
}
