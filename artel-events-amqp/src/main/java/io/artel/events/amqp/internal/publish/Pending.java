package io.artel.events.amqp.internal.publish;

import io.artel.events.PublishException;
import io.artel.events.PublishException.Outcome;
import io.artel.events.PublishReceipt;
import io.artel.events.amqp.internal.message.OutgoingMessage;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One message from its publish call to its outcome. */
final class Pending {

  final OutgoingMessage message;
  final CompletableFuture<PublishReceipt> future = new CompletableFuture<>();

  /** When publish was called, by {@link System#nanoTime}. */
  final long since = System.nanoTime();

  private final UUID id;
  private final String what;

  /** How often it was sent. */
  int attempts;

  /** What the broker said when it returned it, or null. */
  @Nullable String returned;

  Pending(OutgoingMessage message, UUID id, String what) {
    this.message = message;
    this.id = id;
    this.what = what;
  }

  PublishReceipt receipt() {
    return new PublishReceipt(
        id, returned == null, attempts, Duration.ofNanos(System.nanoTime() - since));
  }

  PublishException failure(Outcome outcome, String reason) {
    return failure(outcome, reason, null);
  }

  PublishException failure(Outcome outcome, String reason, @Nullable Exception cause) {
    return new PublishException(
        outcome,
        id,
        "event "
            + what
            + " to exchange '"
            + message.exchange()
            + "' with routing key '"
            + message.routingKey()
            + "' is "
            + outcome
            + " after "
            + attempts
            + (attempts == 1 ? " attempt" : " attempts")
            + " and "
            + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since)
            + " ms: "
            + reason,
        cause);
  }

  /** What is known of it while it has no outcome: sent once, it may have arrived. */
  Outcome outcomeSoFar() {
    return attempts == 0 ? Outcome.NOT_SENT : Outcome.UNKNOWN;
  }
}
