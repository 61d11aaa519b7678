package io.artel.events;

/**
 * The deliveries that a {@link BatchHandler} is called with. Valid until the handler returns, and
 * for use by the handler's thread only.
 */
public interface BatchContext {

  /**
   * The delivery of one of the events: to publish because of it, or to end it otherwise than done.
   *
   * @throws IllegalArgumentException if the event is not one of those that the handler was given
   */
  HandlerContext of(Event<?> event);

  /**
   * Ends one of the events as if its handler had thrown this, and leaves the others alone.
   *
   * @throws IllegalArgumentException if the event is not one of those that the handler was given
   * @throws IllegalStateException if it has another end already
   */
  void fail(Event<?> event, Throwable failure);
}
