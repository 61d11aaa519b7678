package io.artel.events.amqp.internal.consume;

import io.artel.events.Event;
import io.artel.events.IdempotencyStore;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the events of one subscription from being handled twice: by what a store remembers, and,
 * while an event is being handled, by making another delivery of it wait. Safe for use by several
 * threads.
 */
final class DuplicateGuard {

  private static final Logger log = LoggerFactory.getLogger(DuplicateGuard.class);

  private final IdempotencyStore store;
  private final String queue;

  /** What is being handled; bounded by what the broker sends ahead. */
  private final Map<UUID, CompletableFuture<Void>> running = new ConcurrentHashMap<>();

  DuplicateGuard(IdempotencyStore store, String queue) {
    this.store = store;
    this.queue = queue;
  }

  /**
   * Whether no other delivery of this event is being handled; then the attempt's end lets the next
   * one in. Otherwise that is called when the other one has ended.
   */
  boolean enter(UUID eventId, Attempt attempt, Runnable otherEnded) {
    CompletableFuture<Void> end = new CompletableFuture<>();
    CompletableFuture<Void> other = running.putIfAbsent(eventId, end);
    if (other != null) {
      var unused = other.thenRun(otherEnded);
      return false;
    }
    attempt.ending.whenEnded(
        () -> {
          running.remove(eventId, end);
          end.complete(null);
        });
    return true;
  }

  boolean isHandled(Event<?> event) throws Exception {
    return store.isHandled(queue, event.id());
  }

  /** The event is handled, whether that can be remembered or not. */
  void handled(Event<?> event) {
    try {
      store.markHandled(queue, event.id());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      log.warn("'{}': interrupted while marking {} as handled", queue, event);
    } catch (Exception e) {
      log.warn(
          "'{}': {} is handled, but could not be marked so; if it arrives again it will be handled"
              + " again",
          queue,
          event,
          e);
    }
  }
}
