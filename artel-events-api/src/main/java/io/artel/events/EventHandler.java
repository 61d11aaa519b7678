package io.artel.events;

/**
 * What a service does with an event of one type. Called on a worker thread, by several at once
 * unless the queue is ordered. Returning means done; throwing means that the failure policy
 * decides.
 *
 * <p>A handler may see an event more than once.
 *
 * @param <T> the payload class
 */
@FunctionalInterface
public interface EventHandler<T> {

  /**
   * Handles one event.
   *
   * @throws Exception anything; the subscription's {@link FailurePolicy} classifies it
   */
  void handle(Event<T> event, HandlerContext context) throws Exception;
}
