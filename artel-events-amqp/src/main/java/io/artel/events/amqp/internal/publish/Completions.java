package io.artel.events.amqp.internal.publish;

import io.artel.events.PublishException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Ends messages: counts them, lets them out of the window, and completes their futures on the
 * callback threads. Safe for use by several threads.
 */
final class Completions {

  private final Window window;
  private final Tally tally;
  private final ExecutorService callbacks;

  Completions(Window window, Tally tally, ExecutorService callbacks) {
    this.window = window;
    this.tally = tally;
    this.callbacks = callbacks;
  }

  /**
   * Ends a message; failure is null for a confirmation.
   *
   * @param here whether this thread may run what the application does then: not if it holds a lock
   */
  void complete(Pending pending, @Nullable PublishException failure, boolean here) {
    tally.count(failure, pending.message.events());
    window.leave(pending.message.events());
    Runnable completion =
        failure != null
            ? () -> pending.future.completeExceptionally(failure)
            : () -> pending.future.complete(pending.receipt());
    if (here && CallbackThreads.isCallbackThread()) {
      completion.run();
    } else {
      try {
        callbacks.execute(completion);
      } catch (RejectedExecutionException e) {
        completion.run();
      }
    }
  }
}
