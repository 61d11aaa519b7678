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
 * @param storable whether it may be stored elsewhere if it cannot be published
 */
public record Subject(UUID id, String type, @Nullable Object key, boolean storable) {

  /** Something that whoever publishes it keeps until it is confirmed. */
  public Subject(UUID id, String type, @Nullable Object key) {
    this(id, type, key, false);
  }

  /** An event, in the order of its session if it has one. */
  static Subject of(Event<?> event, boolean storable) {
    return new Subject(event.id(), event.type(), event.sessionId(), storable);
  }
}
