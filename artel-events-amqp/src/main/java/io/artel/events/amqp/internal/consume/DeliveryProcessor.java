package io.artel.events.amqp.internal.consume;

import com.fasterxml.jackson.databind.JsonNode;
import io.artel.events.Event;
import io.artel.events.EventCatalog;
import io.artel.events.EventHandler;
import io.artel.events.FailurePolicy;
import io.artel.events.FailurePolicy.Decision;
import io.artel.events.HaltStore;
import io.artel.events.IdempotencyStore;
import io.artel.events.MalformedEventException;
import io.artel.events.Outcome;
import io.artel.events.PublishException;
import io.artel.events.amqp.internal.message.FailedCopy.Failure;
import io.artel.events.amqp.internal.message.Headers;
import io.artel.events.amqp.internal.metrics.HandlingMeters.Status;
import io.artel.events.amqp.internal.publish.CallbackThreads;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a delivery to its outcome: handler, what it published, failure policy. The order is always
 * the same: whatever replaces the delivery is confirmed before the delivery is acknowledged.
 */
final class DeliveryProcessor {

  private static final Logger log = LoggerFactory.getLogger(DeliveryProcessor.class);

  /** How many unknown types are remembered as warned about. */
  private static final int MAX_WARNED = 1000;

  private final SubscriptionSpec spec;
  private final QueueSubscription.Shared shared;
  private final EventCatalog catalog;
  private final String queue;
  private final OutcomeReport report;
  private final FailureActions actions;
  private final @Nullable HaltedKeys halts;
  private final RunningHandlers running;
  private final @Nullable DuplicateGuard duplicates;
  private final Map<String, BatchCalls<?>> batchCalls = new HashMap<>();
  private final Set<String> warnedTypes = ConcurrentHashMap.newKeySet();

  /**
   * A processor of deliveries.
   *
   * @param running where handlers are noted while they run
   * @param workers where events are handled that have waited for others: takes a task, and what to
   *     do if that will never run
   */
  DeliveryProcessor(
      SubscriptionSpec spec,
      QueueSubscription.Shared shared,
      RunningHandlers running,
      BiConsumer<Runnable, Runnable> workers) {
    this.spec = spec;
    this.shared = shared;
    this.catalog = spec.catalog();
    this.queue = spec.queue().name();
    this.running = running;
    this.report =
        new OutcomeReport(queue, catalog, spec.thresholds(), shared.meters(), shared.observer());
    this.actions = new FailureActions(spec, shared);
    IdempotencyStore store = spec.idempotency();
    this.duplicates = store == null ? null : new DuplicateGuard(store, queue);
    HaltStore haltStore = spec.haltStore();
    this.halts = haltStore == null ? null : new HaltedKeys(haltStore, queue);
    for (BatchCalls.Spec<?> batch : spec.batchHandlers()) {
      batchCalls.put(
          batch.type().name(), new BatchCalls<>(queue, batch, running, workers, shared.timer()));
    }
  }

  Event<?> decode(Delivery delivery) {
    Event<?> event = shared.codec().decode(delivery.body, catalog);
    UUID causation = Headers.uuid(delivery.properties.getHeaders(), Headers.CAUSATION_ID);
    return event.causedBy(causation);
  }

  void process(Delivery delivery, QueueSubscription.Ending ending) {
    Attempt attempt = new Attempt(delivery, ending, report, halts);
    Event<?> event = delivery.event;
    if (event == null) {
      MalformedEventException malformed = delivery.malformed;
      if (malformed == null) {
        log.debug("'{}': an empty message, acknowledged", queue);
        attempt.settled(Outcome.IGNORED, Status.DISCARDED, null);
      } else {
        actions.deadLetter(
            attempt, new Failure("malformed", malformed, Failures.reason(malformed)));
      }
      return;
    }
    LogContext.of(queue, event, delivery.attempt);
    try {
      if (isAdmitted(attempt, event)) {
        handle(attempt, event);
      }
    } finally {
      LogContext.clear();
    }
  }

  /** Ends a delivery for which there is no room behind a parked one of its key. */
  void overflow(Delivery delivery, QueueSubscription.Ending ending) {
    Failure overflow =
        new Failure(
            "parked_overflow",
            null,
            "more events of its session than "
                + spec.parkedPerKey()
                + " would have to wait for one that is retried");
    LogContext.around(
        queue,
        delivery,
        () -> actions.deadLetter(new Attempt(delivery, ending, report, halts), overflow));
  }

  /** Whether a handler may have it; if not, it has gone another way. */
  private boolean isAdmitted(Attempt attempt, Event<?> event) {
    if (halts == null) {
      return true;
    }
    boolean admitted;
    try {
      admitted = halts.admits(attempt.delivery, event);
    } catch (Exception e) { // whatever the store throws, the answer is not known
      log.warn(
          "'{}': whether the session of {} is halted is not known, asking again in {}",
          queue,
          event,
          HaltedKeys.AGAIN,
          e);
      attempt.ending.again(HaltedKeys.AGAIN);
      return false;
    }
    if (!admitted) {
      actions.deadLetter(
          attempt,
          new Failure(
              "halted", null, "an earlier event of its session is in the dead-letter queue"));
    }
    return admitted;
  }

  private void handle(Attempt attempt, Event<?> event) {
    SubscriptionSpec.Handler<?> handler = spec.handler(event.type());
    BatchCalls<?> batches = batchCalls.get(event.type());
    EventHandler<JsonNode> other = spec.otherHandler();
    boolean wanted = handler != null || batches != null || other != null;
    if (wanted && duplicates != null && !isNew(duplicates, attempt, event)) {
      return;
    }
    report.began(attempt, event);
    if (!wanted) {
      unhandled(attempt, event);
      return;
    }
    DeliveryContext context =
        new DeliveryContext(
            attempt.delivery,
            event,
            new Children(event, queue, shared.source()),
            queue,
            shared.events(),
            running);
    HandlerRun run = new HandlerRun(attempt, event, context, this::conclude);
    if (batches != null) {
      batches.add(run);
      return;
    }
    Throwable failure = null;
    RunningHandlers.Call call = running.enter(event);
    try {
      if (handler != null) {
        call(handler, event, context);
      } else {
        call(other, event, context);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failure = e;
    } catch (Throwable e) { // whatever a handler throws is classified, errors included
      failure = e;
    } finally {
      call.end();
    }
    run.returned(failure);
  }

  /** Whether the handler is to be called; if not, the attempt goes its way. */
  private boolean isNew(DuplicateGuard guard, Attempt attempt, Event<?> event) {
    Runnable again = () -> attempt.ending.later(() -> processIfMayBegin(attempt), Duration.ZERO);
    if (!guard.enter(event.id(), attempt, again)) {
      log.debug("'{}': {} is being handled, its other delivery waits", queue, event);
      return false;
    }
    try {
      if (!guard.isHandled(event)) {
        return true;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failed(attempt, event, e);
      return false;
    } catch (Exception e) {
      failed(attempt, event, e);
      return false;
    }
    alreadyHandled(attempt, event);
    return false;
  }

  /** It has waited for another delivery of the same event. */
  private void processIfMayBegin(Attempt attempt) {
    if (attempt.ending.mayBegin()) {
      process(attempt.delivery, attempt.ending);
    } else {
      attempt.ending.abandoned();
    }
  }

  /** The codec decoded the payload by this handler's own type. */
  @SuppressWarnings("unchecked")
  private static <T> void call(
      SubscriptionSpec.Handler<T> handler, Event<?> event, DeliveryContext context)
      throws Exception {
    handler.handler().handle((Event<T>) event, context);
  }

  /** A type without a handler of its own is not in the catalog, and so its payload is a tree. */
  @SuppressWarnings("unchecked")
  private static void call(
      @Nullable EventHandler<JsonNode> other, Event<?> event, DeliveryContext context)
      throws Exception {
    if (other != null) {
      other.handle((Event<JsonNode>) event, context);
    }
  }

  /** Gives back what waits to be handled with others. */
  void stop() {
    batchCalls.values().forEach(BatchCalls::stop);
  }

  private void unhandled(Attempt attempt, Event<?> event) {
    if (spec.deadLettersUnhandled()) {
      actions.deadLetter(
          attempt, new Failure("unhandled", null, "no handler for type " + event.type()));
      return;
    }
    if (warnedTypes.size() < MAX_WARNED && warnedTypes.add(event.type())) {
      log.warn(
          "'{}': no handler for type {}; such events are acknowledged, and this is said once",
          queue,
          event.type());
    }
    attempt.settled(Outcome.IGNORED, Status.DISCARDED, null);
  }

  private void conclude(HandlerRun run, @Nullable Throwable failure) {
    DuplicateGuard guard = duplicates;
    if (guard == null || failure != null || run.context.verdict() != null) {
      end(run, failure);
      return;
    }
    Runnable mark =
        () -> {
          guard.handled(run.event); // also if the delivery is lost: it comes again
          end(run, null);
        };
    if (CallbackThreads.isCallbackThread()) {
      run.attempt.ending.later(mark, Duration.ZERO); // a store may block
    } else {
      mark.run();
    }
  }

  private void end(HandlerRun run, @Nullable Throwable failure) {
    Attempt attempt = run.attempt;
    DeliveryContext.Verdict verdict = run.context.verdict();
    if (!run.isOwned()) {
      run.abandoned();
    } else if (failure != null) {
      failed(attempt, run.event, failure);
    } else if (verdict == null) {
      log.debug("handled {}", run.event);
      attempt.settled(Outcome.HANDLED, Status.SUCCESS, null);
    } else if (verdict instanceof DeliveryContext.Verdict.Retry retry) {
      Failure asked = new Failure("handler", null, "the handler asked for a retry");
      int allowed = Math.max(0, Math.min(run.event.maxRetries(), FailurePolicy.MAX_RETRIES));
      if (attempt.delivery.attempt > allowed) {
        actions.deadLetter(attempt, asked);
      } else {
        actions.retry(attempt, retry.after(), asked);
      }
    } else if (verdict instanceof DeliveryContext.Verdict.DeadLetter deadLetter) {
      actions.deadLetter(attempt, new Failure("handler", null, deadLetter.reason()));
    } else if (verdict instanceof DeliveryContext.Verdict.Discard discard) {
      actions.discard(attempt, run.event, discard.reason());
    } else if (verdict instanceof DeliveryContext.Verdict.AlreadyHandled) {
      alreadyHandled(attempt, run.event);
    }
  }

  private void alreadyHandled(Attempt attempt, Event<?> event) {
    log.info("'{}': {} was handled before", queue, event);
    report.duplicate(event);
    attempt.settled(Outcome.HANDLED, Status.SUCCESS, "handled before");
  }

  private void failed(Attempt attempt, Event<?> event, Throwable failure) {
    Decision decision =
        spec.policy(event.type())
            .decide(essence(failure), attempt.delivery.attempt, event.maxRetries());
    Failure problem = new Failure(decision.errorClass(), failure, Failures.reason(failure));
    switch (decision.action()) {
      case RETRY -> actions.retry(attempt, decision.delay(), problem);
      case DISCARD -> actions.discard(attempt, event, problem.reason());
      case COMPENSATE -> actions.compensate(attempt, event, problem);
      case DEAD_LETTER -> actions.deadLetter(attempt, problem);
    }
  }

  /** A child that cannot be written fails for the handler's reason, and will fail so again. */
  private static Throwable essence(Throwable failure) {
    return failure instanceof PublishException publish
            && publish.outcome() == PublishException.Outcome.NOT_SENT
            && publish.getCause() instanceof IllegalArgumentException unwritable
        ? unwritable
        : failure;
  }
}
