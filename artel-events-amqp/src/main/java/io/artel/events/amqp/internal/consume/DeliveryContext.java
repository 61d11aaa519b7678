package io.artel.events.amqp.internal.consume;

import io.artel.events.Event;
import io.artel.events.HandlerContext;
import io.artel.events.amqp.internal.message.Headers;
import io.artel.events.amqp.internal.publish.EventChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What one run of a handler sees and says. Used by one thread at a time. */
final class DeliveryContext implements HandlerContext {

  /** Another end than "done" that the handler asked for. */
  sealed interface Verdict {
    record Retry(Duration after) implements Verdict {}

    record DeadLetter(String reason) implements Verdict {}

    record Discard(String reason) implements Verdict {}

    record AlreadyHandled() implements Verdict {}
  }

  private static final CompletableFuture<Void> NOTHING = CompletableFuture.completedFuture(null);

  private final Delivery delivery;
  private final Event<?> event;
  private final String queue;
  private final EventChannel publisher;
  private final Children children;
  private final RunningHandlers running;
  private final List<CompletableFuture<?>> work = new ArrayList<>();
  private @Nullable Verdict verdict;
  private boolean ended;

  DeliveryContext(
      Delivery delivery,
      Event<?> event,
      Children children,
      String queue,
      EventChannel publisher,
      RunningHandlers running) {
    this.delivery = delivery;
    this.event = event;
    this.queue = queue;
    this.publisher = publisher;
    this.children = children;
    this.running = running;
  }

  @Override
  public String queue() {
    return queue;
  }

  @Override
  public int attempt() {
    return delivery.attempt;
  }

  @Override
  public boolean redelivered() {
    return delivery.envelope.isRedeliver();
  }

  @Override
  public Map<String, Object> headers() {
    return Headers.plain(delivery.properties.getHeaders());
  }

  @Override
  public boolean stillOwned() {
    return delivery.session.isOpen();
  }

  @Override
  public long generation() {
    return delivery.session.generation;
  }

  @Override
  public boolean isStopping() {
    return running.areAskedToEnd();
  }

  @Override
  public <T> Event<T> publish(Event.Builder<T> child) {
    requireRunning();
    Event<T> prepared = prepare(child);
    publish(prepared);
    return prepared;
  }

  @Override
  public void publish(Event<?> prepared) {
    requireRunning();
    work.add(publisher.publish(prepared));
  }

  @Override
  public <T> Event<T> prepare(Event.Builder<T> child) {
    return children.next(child);
  }

  @Override
  public void await(CompletionStage<?> stage) {
    requireRunning();
    work.add(stage.toCompletableFuture());
  }

  @Override
  public void retry(Duration after) {
    if (after.isNegative()) {
      throw new IllegalArgumentException("a retry after " + after + " lies in the past");
    }
    decide(new Verdict.Retry(after));
  }

  @Override
  public void deadLetter(String reason) {
    decide(new Verdict.DeadLetter(reason));
  }

  @Override
  public void discard(String reason) {
    decide(new Verdict.Discard(reason));
  }

  @Override
  public void alreadyHandled() {
    decide(new Verdict.AlreadyHandled());
  }

  private void decide(Verdict wanted) {
    requireUndecided(wanted);
    verdict = wanted;
  }

  /** Makes sure that the handler runs and has said nothing of another end. */
  void requireUndecided(Object wanted) {
    requireRunning();
    if (verdict != null) {
      throw new IllegalStateException(
          "this delivery is to end as " + verdict + " already, and cannot as " + wanted + " too");
    }
  }

  private void requireRunning() {
    if (ended) {
      throw new IllegalStateException(
          "the handler of " + event + " has returned; its context must not be used any more");
    }
  }

  /** Ends the run: nothing can be added any more. Completes when everything it began is done. */
  CompletableFuture<Void> end() {
    ended = true;
    return work.isEmpty()
        ? NOTHING
        : CompletableFuture.allOf(work.toArray(CompletableFuture<?>[]::new));
  }

  @Nullable Verdict verdict() {
    return verdict;
  }
}
