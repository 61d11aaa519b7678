package io.artel.events.amqp.internal.publish;

import io.artel.events.PublishException;
import io.artel.events.PublishException.Outcome;
import io.artel.events.PublishFailure;
import io.artel.events.PublishReceipt;
import io.artel.events.amqp.internal.message.FailedCopy;
import io.artel.events.amqp.internal.message.OutgoingMessage;
import io.artel.events.amqp.internal.metrics.Meters;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stores events that could not be published in the dead-letter exchange. */
public final class FailedPublishes {

  private static final Logger log = LoggerFactory.getLogger(FailedPublishes.class);

  private final PublisherPool copies;
  private final String exchange;
  private final Meters meters;

  /** By this publisher, in this exchange. */
  public FailedPublishes(PublisherPool copies, String exchange, Meters meters) {
    this.copies = copies;
    this.exchange = exchange;
    this.meters = meters;
  }

  /** Whether there is reason to store it: what was not sent can simply be published again. */
  static boolean concerns(PublishException failure) {
    return failure.stored() == PublishException.Stored.NOWHERE
        && failure.outcome() != Outcome.NOT_SENT;
  }

  /** {@return where it lies, for people} */
  String where() {
    return "exchange '"
        + exchange
        + "' with routing key '"
        + PublishFailure.DeadLetter.ROUTING_KEY
        + "'";
  }

  /** Stores the message of one event. The future completes when the broker has confirmed it. */
  CompletableFuture<PublishReceipt> store(
      OutgoingMessage message, Subject subject, PublishException failure) {
    OutgoingMessage copy =
        FailedCopy.ofUnpublished(
            exchange,
            PublishFailure.DeadLetter.ROUTING_KEY,
            message,
            new FailedCopy.Failure(
                failure.outcome().name().toLowerCase(Locale.ROOT), failure, failure.reason()));
    return copies
        .publish(copy, new Subject(subject.id(), "dead letter of " + subject.type(), null))
        .whenComplete(
            (receipt, failed) -> {
              if (failed == null) {
                meters.stored("dead_letter", 1);
                log.warn(
                    "{} {} could not be published ({}) and is stored in {}",
                    subject.type(),
                    subject.id(),
                    failure.reason(),
                    where());
              } else {
                log.error(
                    "{} {} could not be published ({}), nor stored in {}: {}",
                    subject.type(),
                    subject.id(),
                    failure.reason(),
                    where(),
                    failed.getMessage());
              }
            });
  }
}
