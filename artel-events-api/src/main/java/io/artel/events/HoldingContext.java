package io.artel.events;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/**
 * The context of a handler that runs in a transaction: holds what it publishes until the
 * transaction is committed, and knows whether it asked for another end.
 */
final class HoldingContext implements HandlerContext {
  private final HandlerContext context;
  private final List<Event<?>> held = new ArrayList<>();
  private boolean decided;

  HoldingContext(HandlerContext context) {
    this.context = context;
  }

  /** What is to be published, in order. */
  List<Event<?>> held() {
    return held;
  }

  /** Whether the handler asked for another end than "done". */
  boolean isDecided() {
    return decided;
  }

  @Override
  public String queue() {
    return context.queue();
  }

  @Override
  public int attempt() {
    return context.attempt();
  }

  @Override
  public boolean redelivered() {
    return context.redelivered();
  }

  @Override
  public Map<String, Object> headers() {
    return context.headers();
  }

  @Override
  public boolean stillOwned() {
    return context.stillOwned();
  }

  @Override
  public long generation() {
    return context.generation();
  }

  @Override
  public boolean isStopping() {
    return context.isStopping();
  }

  @Override
  public <T> Event<T> publish(Event.Builder<T> child) {
    Event<T> prepared = context.prepare(child);
    held.add(prepared);
    return prepared;
  }

  @Override
  public <T> Event<T> prepare(Event.Builder<T> child) {
    return context.prepare(child);
  }

  @Override
  public void publish(Event<?> prepared) {
    held.add(prepared);
  }

  @Override
  public void await(CompletionStage<?> work) {
    throw new UnsupportedOperationException(
        "await: this handler's work is what it does in its transaction, and what goes on elsewhere"
            + " would not be done again after a crash");
  }

  @Override
  public void retry(Duration after) {
    context.retry(after);
    decided = true;
  }

  @Override
  public void deadLetter(String reason) {
    context.deadLetter(reason);
    decided = true;
  }

  @Override
  public void discard(String reason) {
    context.discard(reason);
    decided = true;
  }

  @Override
  public void alreadyHandled() {
    context.alreadyHandled();
    decided = true;
  }
}
