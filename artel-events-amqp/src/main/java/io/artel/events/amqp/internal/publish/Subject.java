package io.artel.events.amqp.internal.publish;

import io.artel.events.Event;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a message is about.
 *
 * @param id of the event
 * @param type of the event, or what else errors should call it
 * @param key whose order is to be kept, or null if it has none to keep
 */
public record Subject(UUID id, String type, @Nullable Object key) {

  /** An event, in the order of its session if it has one. */
  public static Subject of(Event<?> event) {
    return new Subject(event.id(), event.type(), event.sessionId());
  }
}
