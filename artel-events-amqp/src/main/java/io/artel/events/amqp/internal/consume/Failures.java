package io.artel.events.amqp.internal.consume;

import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** What exceptions say. */
final class Failures {

  private Failures() {}

  /** What a future failed with, without the future's own wrapping. */
  static @Nullable Throwable cause(@Nullable Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  /** Its text, or its class where it has none. */
  static String reason(@Nullable Throwable failure) {
    if (failure == null) {
      return "";
    }
    String message = failure.getMessage();
    return message == null || message.isBlank() ? failure.getClass().getSimpleName() : message;
  }
}
