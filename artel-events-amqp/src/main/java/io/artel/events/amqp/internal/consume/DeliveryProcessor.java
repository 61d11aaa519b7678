package io.artel.events.amqp.internal.consume;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.artel.events.Event;
import io.artel.events.EventCatalog;
import io.artel.events.EventHandler;
import io.artel.events.EventPriority;
import io.artel.events.EventType;
import io.artel.events.FailurePolicy;
import io.artel.events.FailurePolicy.Decision;
import io.artel.events.FlowObserver.Settlement;
import io.artel.events.MalformedEventException;
import io.artel.events.Outcome;
import io.artel.events.PublishException;
import io.artel.events.QueueSpec;
import io.artel.events.amqp.internal.message.FailedCopy;
import io.artel.events.amqp.internal.message.FailedCopy.Failure;
import io.artel.events.amqp.internal.message.Headers;
import io.artel.events.amqp.internal.message.OutgoingMessage;
import io.artel.events.amqp.internal.metrics.Meters;
import io.artel.events.amqp.internal.metrics.Meters.Status;
import io.artel.events.amqp.internal.metrics.ThresholdLog;
import io.artel.events.amqp.internal.publish.Subject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Takes a delivery to its outcome: handler, what it published, failure policy, copy. The order is
 * always the same: whatever replaces the delivery is confirmed before the delivery is acknowledged.
 */
final class DeliveryProcessor {

  private static final Logger log = LoggerFactory.getLogger(DeliveryProcessor.class);
  private static final List<String> MDC_KEYS =
      List.of("event_id", "event_type", "correlation_id", "session_id", "queue", "attempt");
  private static final String COMPENSATION = "compensation.";
  private static final Duration OLD = Duration.ofSeconds(60);
  private static final Duration FIRST_COPY_BACKOFF = Duration.ofSeconds(1);
  private static final Duration MAX_COPY_BACKOFF = Duration.ofSeconds(30);

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  /** How many unknown types are remembered as warned about. */
  private static final int MAX_WARNED = 1000;

  private final SubscriptionSpec spec;
  private final QueueSubscription.Shared shared;
  private final EventCatalog catalog;
  private final QueueSpec queue;
  private final SortedSet<Duration> ladder;
  private final boolean canCompensate;
  private final ThresholdLog oldEvents;
  private final Map<String, BatchCalls<?>> batchCalls = new HashMap<>();
  private final Set<String> warnedTypes = ConcurrentHashMap.newKeySet();

  /**
   * A processor of deliveries.
   *
   * @param workers where events are handled that have waited for others
   */
  DeliveryProcessor(SubscriptionSpec spec, QueueSubscription.Shared shared, Executor workers) {
    for (BatchCalls.Spec<?> batch : spec.batchHandlers()) {
      batchCalls.put(batch.type().name(), new BatchCalls<>(batch, workers, shared.timer()));
    }
    this.spec = spec;
    this.shared = shared;
    this.catalog = spec.catalog();
    this.queue = spec.queue();
    this.ladder = spec.isBroadcast() ? new TreeSet<>() : shared.topology().ladder(queue);
    this.oldEvents = new ThresholdLog(log, "old events in '" + queue.name() + "'", OLD);
    this.canCompensate =
        shared.topology().queues().stream().anyMatch(q -> q.takes(COMPENSATION + "required"));
    if (!canCompensate && spec.compensates()) {
      log.warn(
          "'{}': the failure policy compensates, but no queue of the topology is bound to {}required:"
              + " such events will be dead-lettered",
          queue.name(),
          COMPENSATION);
    }
  }

  Event<?> decode(Delivery delivery) {
    Event<?> event = shared.codec().decode(delivery.body, catalog);
    UUID causation = Headers.uuid(delivery.properties.getHeaders(), Headers.CAUSATION_ID);
    return event.causedBy(causation);
  }

  /** One attempt at a delivery, from its handler to its ending. */
  private final class Attempt {
    final Delivery delivery;
    final QueueSubscription.Ending ending;
    final Instant started = Instant.now();
    final long startedNanos = System.nanoTime();

    Attempt(Delivery delivery, QueueSubscription.Ending ending) {
      this.delivery = delivery;
      this.ending = ending;
    }

    void settled(Outcome outcome, Status status, @Nullable String reason) {
      report(outcome, status, reason);
      ending.settled();
    }

    void report(Outcome outcome, Status status, @Nullable String reason) {
      Event<?> event = delivery.event;
      Duration processing = Duration.ofNanos(System.nanoTime() - startedNanos);
      try {
        shared.meters().processed(typeTag(event), queue.name(), status, processing);
        shared
            .observer()
            .settled(
                new Settlement(
                    queue.name(),
                    event,
                    delivery.attempt,
                    outcome,
                    reason,
                    Headers.time(delivery.properties.getHeaders(), Headers.PUBLISHED_AT),
                    started,
                    processing));
      } catch (RuntimeException | Error e) {
        log.error("the observer failed on an outcome", e);
      }
    }
  }

  void process(Delivery delivery, QueueSubscription.Ending ending) {
    Attempt attempt = new Attempt(delivery, ending);
    Event<?> event = delivery.event;
    if (event == null) {
      MalformedEventException malformed = delivery.malformed;
      if (malformed == null) {
        log.debug("'{}': an empty message, acknowledged", queue.name());
        attempt.settled(Outcome.IGNORED, Status.DISCARDED, null);
      } else {
        deadLetter(attempt, new Failure("malformed", malformed, reason(malformed)));
      }
      return;
    }
    if (delivery.firstTried == 0) {
      delivery.firstTried = attempt.startedNanos;
    }
    describe(event, delivery);
    try {
      handle(attempt, event);
    } finally {
      MDC_KEYS.forEach(MDC::remove);
    }
  }

  private void handle(Attempt attempt, Event<?> event) {
    age(attempt, event);
    SubscriptionSpec.Handler<?> handler = spec.handler(event.type());
    BatchCalls<?> batches = batchCalls.get(event.type());
    EventHandler<JsonNode> other = spec.otherHandler();
    if (handler == null && batches == null && other == null) {
      unhandled(attempt, event);
      return;
    }
    DeliveryContext context =
        new DeliveryContext(
            attempt.delivery, event, queue.name(), shared.events(), shared.source());
    if (batches != null) {
      batches.add(new BatchMember(attempt, event, context));
      return;
    }
    Throwable failure = null;
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
    }
    finish(attempt, event, context, failure);
  }

  /** The handler has had it; failure is null unless it failed. */
  private void finish(
      Attempt attempt, Event<?> event, DeliveryContext context, @Nullable Throwable thrown) {
    CompletableFuture<Void> work = context.end();
    if (work.isDone() && !work.isCompletedExceptionally()) {
      conclude(attempt, event, context.verdict(), thrown);
    } else {
      // The worker is free; the lane is held until the confirmations are there.
      var unused =
          work.whenComplete(
              (done, problem) ->
                  attempt.ending.guard(
                      () ->
                          conclude(
                              attempt,
                              event,
                              context.verdict(),
                              thrown != null ? thrown : cause(problem))));
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

  /** One event among those that are handled at once. */
  private final class BatchMember implements BatchCalls.Member {
    private final Attempt attempt;
    private final Event<?> event;
    private final DeliveryContext context;

    BatchMember(Attempt attempt, Event<?> event, DeliveryContext context) {
      this.attempt = attempt;
      this.event = event;
      this.context = context;
    }

    @Override
    public Event<?> event() {
      return event;
    }

    @Override
    public DeliveryContext context() {
      return context;
    }

    @Override
    public boolean isOwned() {
      return attempt.delivery.session.isOpen();
    }

    @Override
    public void finished(@Nullable Throwable failure) {
      attempt.ending.guard(() -> finish(attempt, event, context, failure));
    }

    @Override
    public void abandoned() {
      attempt.ending.abandoned();
    }
  }

  private void unhandled(Attempt attempt, Event<?> event) {
    if (spec.deadLettersUnhandled()) {
      deadLetter(attempt, new Failure("unhandled", null, "no handler for type " + event.type()));
      return;
    }
    if (warnedTypes.size() < MAX_WARNED && warnedTypes.add(event.type())) {
      log.warn(
          "'{}': no handler for type {}; such events are acknowledged, and this is said once",
          queue.name(),
          event.type());
    }
    attempt.settled(Outcome.IGNORED, Status.DISCARDED, null);
  }

  private void conclude(
      Attempt attempt,
      Event<?> event,
      DeliveryContext.@Nullable Verdict verdict,
      @Nullable Throwable failure) {
    if (!attempt.delivery.session.isOpen()) {
      attempt.ending.abandoned();
    } else if (failure != null) {
      failed(attempt, event, failure);
    } else if (verdict == null) {
      log.debug("handled {}", event);
      attempt.settled(Outcome.HANDLED, Status.SUCCESS, null);
    } else if (verdict instanceof DeliveryContext.Verdict.Retry retry) {
      Failure asked = new Failure("handler", null, "the handler asked for a retry");
      int allowed = Math.max(0, Math.min(event.maxRetries(), FailurePolicy.MAX_RETRIES));
      if (attempt.delivery.attempt > allowed) {
        deadLetter(attempt, asked);
      } else {
        retry(attempt, retry.after(), asked);
      }
    } else if (verdict instanceof DeliveryContext.Verdict.DeadLetter deadLetter) {
      deadLetter(attempt, new Failure("handler", null, deadLetter.reason()));
    } else if (verdict instanceof DeliveryContext.Verdict.Discard discard) {
      discard(attempt, event, discard.reason());
    }
  }

  private void failed(Attempt attempt, Event<?> event, Throwable failure) {
    Decision decision =
        spec.policy(event.type())
            .decide(essence(failure), attempt.delivery.attempt, event.maxRetries());
    Failure problem = new Failure(decision.errorClass(), failure, reason(failure));
    switch (decision.action()) {
      case RETRY -> retry(attempt, decision.delay(), problem);
      case DISCARD -> discard(attempt, event, problem.reason());
      case COMPENSATE -> compensate(attempt, event, problem);
      case DEAD_LETTER -> deadLetter(attempt, problem);
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

  private void discard(Attempt attempt, Event<?> event, String reason) {
    log.info("'{}': {} is discarded: {}", queue.name(), event, reason);
    attempt.settled(Outcome.DISCARDED, Status.DISCARDED, reason);
  }

  private void retry(Attempt attempt, Duration delay, Failure failure) {
    Delivery delivery = attempt.delivery;
    if (spec.isBroadcast()) {
      deadLetter(attempt, failure);
      return;
    }
    if (queue.isPartitioned()) {
      retryInPlace(attempt, delay, failure);
      return;
    }
    Duration step = step(delay);
    log.info(
        "'{}': attempt {} of {} failed ({}), next in {}",
        queue.name(),
        delivery.attempt,
        delivery.event,
        failure.reason(),
        step);
    OutgoingMessage copy =
        FailedCopy.forRetry(
            queue.retryQueue(step),
            queue.name(),
            delivery.envelope,
            delivery.properties,
            delivery.body,
            delivery.attempt,
            failure);
    replace(
        attempt,
        () ->
            shared
                .copies()
                .publish(
                    copy, new Subject(copyId(delivery), "retry copy of " + delivery.event, null)),
        FIRST_COPY_BACKOFF,
        () -> attempt.settled(Outcome.RETRIED, Status.RETRIED, failure.reason()));
  }

  /** In an ordered queue the event keeps its place: what comes after it in its session waits. */
  private void retryInPlace(Attempt attempt, Duration delay, Failure failure) {
    Delivery delivery = attempt.delivery;
    Duration held = Duration.ofNanos(System.nanoTime() - delivery.firstTried);
    if (held.plus(delay).compareTo(SubscriptionSpec.LONGEST_IN_PLACE) > 0) {
      deadLetter(attempt, failure);
      return;
    }
    log.info(
        "'{}': attempt {} of {} failed ({}), next in {}, its session waits",
        queue.name(),
        delivery.attempt,
        delivery.event,
        failure.reason(),
        delay);
    attempt.report(Outcome.RETRIED, Status.RETRIED, failure.reason());
    delivery.attempt++;
    attempt.ending.again(delay);
  }

  /** The ladder's nearest step that is not shorter, or its longest. */
  private Duration step(Duration delay) {
    SortedSet<Duration> longer = ladder.tailSet(delay);
    return longer.isEmpty() ? ladder.last() : longer.first();
  }

  private void deadLetter(Attempt attempt, Failure failure) {
    Delivery delivery = attempt.delivery;
    String what =
        delivery.event != null
            ? delivery.event.toString()
            : "a message of " + delivery.body.length + " bytes";
    if (spec.isBroadcast()) {
      log.warn("'{}': {} is dropped: {}", queue.name(), what, failure.reason());
      attempt.settled(Outcome.DISCARDED, Status.FAILED, failure.reason());
      return;
    }
    log.warn("'{}': {} is dead-lettered: {}", queue.name(), what, failure.reason());
    OutgoingMessage copy =
        FailedCopy.forDeadLetter(
            shared.topology().deadLetterExchange(),
            queue.deadLetterRoutingKey(),
            queue.name(),
            delivery.envelope,
            delivery.properties,
            delivery.body,
            delivery.attempt - 1,
            failure);
    replace(
        attempt,
        () ->
            shared
                .copies()
                .publish(copy, new Subject(copyId(delivery), "dead letter of " + what, null)),
        FIRST_COPY_BACKOFF,
        () -> attempt.settled(Outcome.DEAD_LETTERED, Status.DEAD_LETTERED, failure.reason()));
  }

  private void compensate(Attempt attempt, Event<?> event, Failure failure) {
    String name = COMPENSATION + event.type();
    if (!canCompensate) {
      deadLetter(
          attempt,
          new Failure(
              failure.errorClass(),
              failure.failure(),
              failure.reason() + " (no queue is bound to " + COMPENSATION + "required)"));
      return;
    }
    if (spec.isBroadcast() || name.length() > EventType.MAX_NAME_LENGTH) {
      deadLetter(attempt, failure);
      return;
    }
    ObjectNode data = JsonNodeFactory.instance.objectNode();
    try {
      data.set("original_event", JSON.readTree(attempt.delivery.body));
    } catch (IOException e) {
      throw new UncheckedIOException("a body that was decoded cannot be read again", e);
    }
    data.put("error_reason", failure.reason());
    data.put("compensation_action", "rollback");
    DeliveryContext context =
        new DeliveryContext(
            attempt.delivery, event, queue.name(), shared.events(), shared.source());
    log.warn("'{}': {} is to be compensated: {}", queue.name(), event, failure.reason());
    var type = EventType.ofTree(name).priority(EventPriority.HIGH).foreignConsumers(); // no batch
    Event<JsonNode> compensation = context.prepare(type.event(data));
    try {
      shared.codec().encode(compensation);
    } catch (IllegalArgumentException e) { // with the original inside it is too large
      deadLetter(attempt, failure);
      return;
    }
    replace(
        attempt,
        () -> shared.events().publish(compensation),
        FIRST_COPY_BACKOFF,
        () -> attempt.settled(Outcome.COMPENSATED, Status.COMPENSATED, failure.reason()));
  }

  /**
   * Publishes what takes the delivery's place and acknowledges the delivery when that is confirmed.
   * As long as it is not, the delivery stays unacknowledged and this is tried again.
   */
  private void replace(
      Attempt attempt,
      Supplier<CompletableFuture<?>> publish,
      Duration backoff,
      Runnable confirmed) {
    var unused =
        publish
            .get()
            .whenComplete(
                (receipt, problem) -> {
                  if (problem == null) {
                    attempt.ending.guard(confirmed);
                    return;
                  }
                  if (!attempt.delivery.session.isOpen()) {
                    attempt.ending.abandoned();
                    return;
                  }
                  log.warn(
                      "'{}': a copy was not confirmed, trying again in {}: {}",
                      queue.name(),
                      backoff,
                      reason(cause(problem)));
                  Duration doubled = backoff.multipliedBy(2);
                  Duration next =
                      doubled.compareTo(MAX_COPY_BACKOFF) < 0 ? doubled : MAX_COPY_BACKOFF;
                  attempt.ending.later(() -> replace(attempt, publish, next, confirmed), backoff);
                });
  }

  private void age(Attempt attempt, Event<?> event) {
    Duration age = Duration.between(event.timestamp(), attempt.started);
    shared.meters().age(queue.name(), age);
    if (attempt.delivery.attempt == 1) {
      oldEvents.note(age, event);
    }
  }

  private void describe(Event<?> event, Delivery delivery) {
    MDC.put("event_id", event.id().toString());
    MDC.put("event_type", event.type());
    MDC.put("correlation_id", event.flowId().toString());
    UUID session = event.sessionId();
    if (session != null) {
      MDC.put("session_id", session.toString());
    }
    MDC.put("queue", queue.name());
    MDC.put("attempt", Integer.toString(delivery.attempt));
  }

  private String typeTag(@Nullable Event<?> event) {
    return event != null && catalog.find(event.type()).isPresent()
        ? event.type()
        : Meters.OTHER_TYPE;
  }

  private static UUID copyId(Delivery delivery) {
    return delivery.event != null ? delivery.event.id() : new UUID(0, 0);
  }

  private static @Nullable Throwable cause(@Nullable Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  private static String reason(@Nullable Throwable failure) {
    if (failure == null) {
      return "";
    }
    String message = failure.getMessage();
    return message == null || message.isBlank() ? failure.getClass().getSimpleName() : message;
  }
}
