package io.artel.events.testkit.internal.embedded.queue;

import io.artel.events.testkit.internal.embedded.message.Message;
import java.util.Collection;

/** Where dead letters are routed. */
public interface DeadLetterExchange {
  /**
   * {@return the names of the queues that an exchange sends a message to; none if there is no such
   * exchange}
   *
   * @param exchange the name, empty for the default exchange; an internal one will do
   * @param message the message, with the routing key to use
   * @param copies whether the headers CC and BCC count; if not, they are to be overlooked
   */
  Collection<String> route(String exchange, Message message, boolean copies);
}
