package io.artel.events;

/**
 * What a service does with an event of one type. Called on worker threads, by several at once; in
 * an ordered queue one after the other for each session. Returning means done; throwing means that
 * the failure policy decides.
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
