package io.artel.events.amqp.internal.publish;

import io.artel.events.Event;
import io.artel.events.EventPublisher;
import io.artel.events.FlowObserver;
import io.artel.events.PublishException;
import io.artel.events.PublishException.Details;
import io.artel.events.PublishReceipt;
import io.artel.events.Topology;
import io.artel.events.amqp.internal.message.EventMessages;
import io.artel.events.amqp.internal.message.OutgoingMessage;
import io.artel.events.amqp.internal.metrics.Meters;
import io.artel.events.amqp.internal.metrics.ThresholdLog;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Publishes events: encodes them, sends them, and tells meters and observer how it ended. */
public final class EventChannel {

  private static final Logger log = LoggerFactory.getLogger(EventChannel.class);
  private static final Duration SLOW = Duration.ofMillis(100);

  private final PublisherPool publisher;
  private final EventMessages messages;
  private final Topology topology;
  private final Meters meters;
  private final FlowObserver observer;
  private final ThresholdLog slow = new ThresholdLog(log, "slow publish", SLOW);

  /** On top of this publisher. */
  public EventChannel(
      PublisherPool publisher,
      EventMessages messages,
      Topology topology,
      Meters meters,
      FlowObserver observer) {
    this.publisher = publisher;
    this.topology = topology;
    this.messages = messages;
    this.meters = meters;
    this.observer = observer;
  }

  /** A publisher with this name. */
  public EventPublisher named(String name) {
    return new Named(this, name);
  }

  /** Publishes; the future completes with a receipt or with a {@link PublishException}. */
  public CompletableFuture<PublishReceipt> publish(Event<?> event) {
    OutgoingMessage message;
    try {
      message = messages.message(event);
    } catch (IllegalArgumentException e) {
      return CompletableFuture.failedFuture(notSent(event, String.valueOf(e.getMessage()), e));
    }
    publishing(event);
    CompletableFuture<PublishReceipt> result = new CompletableFuture<>();
    var unused =
        publisher
            .publish(message, Subject.of(event))
            .whenComplete(
                (receipt, failure) -> {
                  if (failure == null) {
                    confirmed(event, receipt);
                    result.complete(receipt);
                  } else {
                    Throwable explained = explained(failure);
                    failed(event, explained);
                    result.completeExceptionally(explained);
                  }
                });
    return result;
  }

  /** Says of an event that no queue took who might have taken it. */
  private Throwable explained(Throwable failure) {
    if (failure instanceof PublishException known
        && known.outcome() == PublishException.Outcome.UNROUTABLE) {
      String key = known.details().routingKey();
      return new PublishException(
          known.outcome(),
          known.details(),
          known.reason()
              + "; "
              + NearestBinding.describe(topology, key)
              + "; or mark its type optionalAudience()",
          known.getCause());
    }
    return failure;
  }

  private void publishing(Event<?> event) {
    try {
      observer.publishing(event);
    } catch (RuntimeException | Error e) {
      log.error("the observer failed on an event that is being published", e);
    }
  }

  private void confirmed(Event<?> event, PublishReceipt receipt) {
    try {
      meters.published(event);
      meters.confirmed(receipt.elapsed());
      observer.confirmed(event, receipt);
    } catch (RuntimeException | Error e) {
      log.error("the observer failed on a confirmed event", e);
    }
    slow.note(receipt.elapsed(), event);
    log.debug("published {}", event);
  }

  private void failed(Event<?> event, Throwable failure) {
    log.debug("not published: {}", event, failure);
    if (failure instanceof PublishException known) {
      try {
        observer.failed(event, known);
      } catch (RuntimeException | Error e) {
        log.error("the observer failed on a failed publish", e);
      }
    }
  }

  /** Ends a publish before anything left, and tells the observer. */
  private PublishException notSent(Event<?> event, String reason, @Nullable Exception cause) {
    PublishException failure =
        new PublishException(PublishException.Outcome.NOT_SENT, Details.of(event), reason, cause);
    failed(event, failure);
    return failure;
  }

  private record Named(EventChannel channel, String name) implements EventPublisher {

    @Override
    public PublishReceipt publish(Event<?> event) {
      if (CallbackThreads.isCallbackThread()) {
        throw channel.notSent(
            event,
            "this thread announces confirmations and cannot wait for one; use publishAsync, or"
                + " another thread",
            null);
      }
      try {
        return channel.publish(event).get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new PublishException(
            PublishException.Outcome.UNKNOWN,
            Details.of(event),
            "the thread was interrupted while it waited for the confirmation",
            e);
      } catch (ExecutionException e) {
        if (e.getCause() instanceof PublishException failure) {
          throw failure;
        }
        throw new IllegalStateException("publishing ended in an unexpected way", e.getCause());
      }
    }

    @Override
    public CompletableFuture<PublishReceipt> publishAsync(Event<?> event) {
      return channel.publish(event);
    }

    @Override
    public String toString() {
      return "publisher " + name;
    }
  }
}
