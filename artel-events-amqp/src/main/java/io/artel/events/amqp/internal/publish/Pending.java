package io.artel.events.amqp.internal.publish;

import io.artel.events.PublishException;
import io.artel.events.PublishException.Details;
import io.artel.events.PublishException.Outcome;
import io.artel.events.PublishReceipt;
import io.artel.events.amqp.internal.message.OutgoingMessage;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One message from its publish call to its outcome. */
final class Pending {

  /** Replaced by {@link #numbered} before anybody else knows of it, and never again. */
  OutgoingMessage message;

  final Subject subject;
  final CompletableFuture<PublishReceipt> future = new CompletableFuture<>();

  /** When publish was called, by {@link System#nanoTime}. */
  final long since = System.nanoTime();

  /** Its place among all messages of the publisher; {@link Outbox#add} gives it. */
  long order;

  /** Whether later messages of its key wait for its outcome. */
  boolean holdsKey;

  /** When it is to be sent again, while the {@link Outbox} keeps it for a retry. */
  long retryAt;

  /** How often it was sent. */
  int attempts;

  /** When it was last sent, by {@link System#nanoTime}; written before its channel has it. */
  long sentAt;

  /** How often the broker refused or returned it, and it was put aside for another attempt. */
  int retries;

  private @Nullable String broker;

  /** Whether an attempt ended without word of the broker. */
  private boolean uncertain;

  /** How the last attempt ended, if the broker refused it. */
  private @Nullable Outcome refused;

  /** What the broker said when it returned it, or null. */
  @Nullable String returned;

  Pending(OutgoingMessage message, Subject subject) {
    this.message = message;
    this.subject = subject;
  }

  PublishReceipt receipt() {
    return new PublishReceipt(
        subject.id(),
        returned == null,
        Objects.requireNonNullElse(broker, ""),
        attempts,
        elapsed());
  }

  PublishException failure(Outcome outcome, String reason) {
    return failure(outcome, reason, null);
  }

  PublishException failure(Outcome outcome, String reason, @Nullable Exception cause) {
    return new PublishException(
        outcome,
        new Details(
            subject.id(),
            subject.type(),
            message.exchange(),
            message.routingKey(),
            broker,
            attempts,
            elapsed()),
        reason,
        cause);
  }

  /** Gives it its numbers, before it is in the outbox. */
  void numbered(SequenceNumbers numbers) {
    message = numbers.stamp(message, subject.key());
  }

  /** Ends it before it is in the window. */
  void refuse(String reason) {
    future.completeExceptionally(failure(Outcome.NOT_SENT, reason));
  }

  /** Notes that it is sent now. */
  void sentTo(String name) {
    attempts++;
    sentAt = System.nanoTime();
    broker = name;
    returned = null;
    refused = null;
  }

  /** Notes that nobody knows what became of its last attempt. */
  void mayHaveArrived() {
    uncertain = true;
  }

  /** Notes that the broker would not have it at its last attempt. */
  void refusedAs(Outcome outcome) {
    refused = outcome;
  }

  /** How it ends if its last attempt ended like this: an earlier one may have arrived. */
  Outcome outcome(Outcome last) {
    return uncertain ? Outcome.UNKNOWN : last;
  }

  /** What is known of it while it has no outcome: sent once, it may have arrived. */
  Outcome outcomeSoFar() {
    if (attempts == 0) {
      return Outcome.NOT_SENT;
    }
    return outcome(Objects.requireNonNullElse(refused, Outcome.UNKNOWN));
  }

  private Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - since);
  }
}
