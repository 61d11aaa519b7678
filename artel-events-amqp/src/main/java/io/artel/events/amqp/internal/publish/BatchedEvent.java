package io.artel.events.amqp.internal.publish;

import io.artel.events.Event;
import io.artel.events.PublishException;
import io.artel.events.PublishException.Details;
import io.artel.events.PublishException.Outcome;
import io.artel.events.PublishReceipt;
import io.artel.events.amqp.internal.message.BatchMessages;
import io.artel.events.amqp.internal.message.OutgoingMessage;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One event from its publish call to its outcome, whether or not it shares a message. */
final class BatchedEvent {

  final Event<?> event;

  /** Its message, should it go alone. */
  final OutgoingMessage message;

  /** Whether it may be stored elsewhere if it cannot be published. */
  final boolean storable;

  /** The event as an element of a batch, or null if it must go alone. */
  final BatchMessages.@Nullable Packed packed;

  final CompletableFuture<PublishReceipt> future;

  private final long since;

  BatchedEvent(
      Event<?> event, OutgoingMessage message, boolean storable, boolean packable, int maxBytes) {
    this(
        event, message, storable, packable, maxBytes, new CompletableFuture<>(), System.nanoTime());
  }

  private BatchedEvent(
      Event<?> event,
      OutgoingMessage message,
      boolean storable,
      boolean packable,
      int maxBytes,
      CompletableFuture<PublishReceipt> future,
      long since) {
    this.future = future;
    this.since = since;
    this.storable = storable;
    this.event = event;
    this.message = message;
    BatchMessages.Packed element =
        packable && message.body().length < maxBytes ? BatchMessages.pack(message) : null;
    this.packed =
        element != null && element.length() + BatchMessages.SEPARATOR_LENGTH <= maxBytes
            ? element
            : null;
  }

  /** The same with its numbers; called in the order in which events are sent. */
  BatchedEvent numbered(SequenceNumbers numbers, boolean packable, int maxBytes) {
    return new BatchedEvent(
        event,
        numbers.stamp(message, event.sessionId()),
        storable,
        packable,
        maxBytes,
        future,
        since);
  }

  BatchMessages.Packed requirePacked() {
    return Objects.requireNonNull(packed, "only packed events are in batches");
  }

  /** Its message was confirmed. */
  void confirmed(PublishReceipt receipt) {
    future.complete(
        new PublishReceipt(
            event.id(), receipt.routed(), receipt.broker(), receipt.attempts(), elapsed()));
  }

  /** Its message was not confirmed, and with it so many events. */
  void failed(Throwable failure, int events) {
    if (!(failure instanceof PublishException ofBatch)) {
      future.completeExceptionally(
          new PublishException(
              Outcome.UNKNOWN, details(null, 0), "it failed in an unexpected way", failure));
    } else if (events == 1) {
      future.completeExceptionally(ofBatch);
    } else {
      Details known = ofBatch.details();
      future.completeExceptionally(
          new PublishException(
              ofBatch.outcome(),
              details(known.broker(), known.attempts()),
              ofBatch.reason() + ", as one of " + events + " events in batch " + known.eventId(),
              ofBatch.stored(),
              ofBatch.getCause()));
    }
  }

  /** Ends it before it was sent. */
  void refuse(String reason) {
    future.completeExceptionally(
        new PublishException(Outcome.NOT_SENT, details(null, 0), reason, null));
  }

  private Details details(@Nullable String broker, int attempts) {
    return new Details(
        event.id(),
        event.type(),
        message.exchange(),
        message.routingKey(),
        broker,
        attempts,
        elapsed());
  }

  private Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - since);
  }
}
