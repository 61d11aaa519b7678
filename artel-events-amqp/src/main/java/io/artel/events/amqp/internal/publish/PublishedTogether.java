package io.artel.events.amqp.internal.publish;

import io.artel.events.PublishReceipt;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** The outcome of events that were published in one call. */
final class PublishedTogether {

  private PublishedTogether() {}

  /**
   * Completes when all of these are complete: with the receipts in the same order, or with the
   * first failure in that order, in which the others are suppressed.
   */
  static CompletableFuture<List<PublishReceipt>> join(
      List<CompletableFuture<PublishReceipt>> outcomes) {
    return CompletableFuture.allOf(outcomes.toArray(CompletableFuture<?>[]::new))
        .handle((done, failure) -> failure == null)
        .thenCompose(
            allConfirmed ->
                allConfirmed
                    ? CompletableFuture.completedFuture(
                        outcomes.stream().map(CompletableFuture::join).toList())
                    : CompletableFuture.failedFuture(firstFailure(outcomes)));
  }

  private static Throwable firstFailure(List<CompletableFuture<PublishReceipt>> outcomes) {
    Throwable first = null;
    for (CompletableFuture<PublishReceipt> outcome : outcomes) {
      Throwable failure = failure(outcome);
      if (failure == null) {
        continue;
      }
      if (first == null) {
        first = failure;
      } else if (first != failure) {
        first.addSuppressed(failure);
      }
    }
    return first != null ? first : new IllegalStateException("none of them has failed");
  }

  private static @Nullable Throwable failure(CompletableFuture<PublishReceipt> outcome) {
    try {
      outcome.join();
      return null;
    } catch (CompletionException e) {
      return e.getCause() != null ? e.getCause() : e;
    }
  }
}
