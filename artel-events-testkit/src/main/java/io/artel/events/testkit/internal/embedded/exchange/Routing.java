package io.artel.events.testkit.internal.embedded.exchange;

import io.artel.events.testkit.internal.embedded.wire.FieldTable;
import java.util.Collection;

/** The bindings of one exchange, kept in the way in which its type looks for matches. */
interface Routing {

  /**
   * Refuses what this type of exchange cannot be bound with.
   *
   * @throws io.artel.events.testkit.internal.embedded.wire.AmqpException if it is refused
   */
  default void checkBinding(String routingKey, FieldTable arguments) {}

  /** Adds a binding that is not there yet. */
  void add(Binding binding);

  /** Removes a binding that is there. */
  void remove(Binding binding);

  /** Adds the destinations of a message to the matches; one may be added twice. */
  void route(Arrival arrival, Collection<Destination> matches);

  /** Whether messages with equal routing keys always have the same matches. */
  default boolean dependsOnKeyAlone() {
    return true;
  }
}
