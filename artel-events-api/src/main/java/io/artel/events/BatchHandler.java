package io.artel.events;

import java.util.List;

/**
 * What a service does with several events of one type at once, for example to write them to its
 * database in one go. Each of them has an outcome of its own. Called as an {@link EventHandler} is;
 * in an ordered queue a session has one event in a batch at most.
 *
 * @param <T> the payload class
 */
@FunctionalInterface
public interface BatchHandler<T> {

  /**
   * Handles these events. Those that are to end otherwise than done are named to the context; if
   * this throws, all that were not named fail with what it throws.
   *
   * @param events at least one, in the order in which they came
   * @throws Exception anything; the subscription's {@link FailurePolicy} classifies it
   */
  void handle(List<Event<T>> events, BatchContext context) throws Exception;
}
