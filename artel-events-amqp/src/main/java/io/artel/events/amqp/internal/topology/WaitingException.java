package io.artel.events.amqp.internal.topology;

import java.io.IOException;

/** A generation of partitions may not be read yet, or not any more; the text says what for. */
public final class WaitingException extends IOException {

  private static final long serialVersionUID = 1L;

  WaitingException(String message) {
    super(message);
  }
}
