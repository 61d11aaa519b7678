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
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
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
  private final @Nullable Batcher batcher;
  private final @Nullable FailedPublishes failed;
  private final EventMessages messages;
  private final Topology topology;
  private final Meters meters;
  private final FlowObserver observer;
  private final ThresholdLog slow = new ThresholdLog(log, "slow publish", SLOW);

  /**
   * On top of this publisher.
   *
   * @param batcher in front of that publisher, or null if every event goes alone
   * @param failed stores what the broker refuses, or null if nobody does
   */
  public EventChannel(
      PublisherPool publisher,
      @Nullable Batcher batcher,
      @Nullable FailedPublishes failed,
      EventMessages messages,
      Topology topology,
      Meters meters,
      FlowObserver observer) {
    this.publisher = publisher;
    this.batcher = batcher;
    this.failed = failed;
    this.topology = topology;
    this.messages = messages;
    this.meters = meters;
    this.observer = observer;
  }

  /** A publisher with this name. */
  public EventPublisher named(String name) {
    return new Named(this, name);
  }

  /**
   * Publishes something that comes again if this fails, and so is stored nowhere else. The future
   * completes with a receipt or with a {@link PublishException}.
   */
  public CompletableFuture<PublishReceipt> publish(Event<?> event) {
    return publish(event, false, null);
  }

  /** Publishes what nobody else keeps. */
  private CompletableFuture<PublishReceipt> publishOrStore(Event<?> event) {
    return publish(event, true, null);
  }

  /** Publishes these in their order, packed as far as may be; none of them lingers. */
  List<CompletableFuture<PublishReceipt>> publishAll(List<Event<?>> events) {
    if (batcher == null) {
      return events.stream().map(this::publishOrStore).toList();
    }
    List<CompletableFuture<PublishReceipt>> outcomes = new ArrayList<>(events.size());
    Set<Object> gathering = new LinkedHashSet<>();
    try {
      for (Event<?> event : events) {
        outcomes.add(publish(event, true, gathering));
      }
    } finally {
      batcher.send(gathering);
    }
    return outcomes;
  }

  /** Sends what lingers; after this no event waits for others. */
  public void stopBatching() {
    if (batcher != null) {
      batcher.close();
    }
  }

  private CompletableFuture<PublishReceipt> publish(
      Event<?> event, boolean storable, @Nullable Set<Object> gathering) {
    OutgoingMessage message;
    try {
      message = messages.message(event);
    } catch (IllegalArgumentException e) {
      return CompletableFuture.failedFuture(notSent(event, String.valueOf(e.getMessage()), e));
    }
    publishing(event);
    CompletableFuture<PublishReceipt> result = new CompletableFuture<>();
    CompletableFuture<PublishReceipt> outcome =
        batcher == null
            ? publisher.publish(message, Subject.of(event, storable))
            : batcher.publish(event, message, storable, gathering);
    var unused =
        outcome.whenComplete(
            (receipt, failure) -> {
              if (failure == null) {
                confirmed(event, receipt);
                result.complete(receipt);
              } else {
                Throwable explained = explained(failure);
                if (storable
                    && failed != null
                    && explained instanceof PublishException known
                    && FailedPublishes.concerns(known)) {
                  store(event, message, failed, known, result);
                } else {
                  end(event, explained, result);
                }
              }
            });
    return result;
  }

  /** Stores it elsewhere; whether or not that works, publishing has failed. */
  private void store(
      Event<?> event,
      OutgoingMessage message,
      FailedPublishes store,
      PublishException failure,
      CompletableFuture<PublishReceipt> result) {
    var unused =
        store
            .store(message, Subject.of(event, false), failure)
            .whenComplete(
                (receipt, second) -> {
                  if (second == null) {
                    end(
                        event,
                        failure.storedIn(PublishException.Stored.DEAD_LETTER, store.where()),
                        result);
                  } else {
                    failure.addSuppressed(second.getCause() != null ? second.getCause() : second);
                    end(event, failure, result);
                  }
                });
  }

  private void end(Event<?> event, Throwable failure, CompletableFuture<PublishReceipt> result) {
    failed(event, failure);
    result.completeExceptionally(failure);
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
          known.stored(),
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

    private static final String CALLBACK =
        "this thread announces confirmations and cannot wait for one; use publishAsync, or"
            + " another thread";

    @Override
    public PublishReceipt publish(Event<?> event) {
      if (CallbackThreads.isCallbackThread()) {
        throw channel.notSent(event, CALLBACK, null);
      }
      return await(channel.publishOrStore(event), event);
    }

    @Override
    public CompletableFuture<PublishReceipt> publishAsync(Event<?> event) {
      return channel.publishOrStore(event);
    }

    @Override
    public List<PublishReceipt> publishAll(List<? extends Event<?>> events) {
      List<Event<?>> all = requireEvents(events);
      if (all.isEmpty()) {
        return List.of();
      }
      if (CallbackThreads.isCallbackThread()) {
        return await(
            PublishedTogether.join(
                all.stream()
                    .map(
                        event ->
                            CompletableFuture.<PublishReceipt>failedFuture(
                                channel.notSent(event, CALLBACK, null)))
                    .toList()),
            all.get(0));
      }
      return await(PublishedTogether.join(channel.publishAll(all)), all.get(0));
    }

    @Override
    public CompletableFuture<List<PublishReceipt>> publishAllAsync(
        List<? extends Event<?>> events) {
      return PublishedTogether.join(channel.publishAll(requireEvents(events)));
    }

    /** A copy, so that nobody changes it while it is being published. */
    private static List<Event<?>> requireEvents(List<? extends Event<?>> events) {
      List<Event<?>> all = new ArrayList<>(events);
      for (int i = 0; i < all.size(); i++) {
        if (all.get(i) == null) {
          throw new NullPointerException(
              "event " + i + " of " + all.size() + " is null; none of them was published");
        }
      }
      return all;
    }

    /**
     * What this ends with.
     *
     * @param about the event to name if this thread is interrupted
     */
    private static <R> R await(CompletableFuture<R> outcome, Event<?> about) {
      try {
        return outcome.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new PublishException(
            PublishException.Outcome.UNKNOWN,
            Details.of(about),
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
    public String toString() {
      return "publisher " + name;
    }
  }
}
