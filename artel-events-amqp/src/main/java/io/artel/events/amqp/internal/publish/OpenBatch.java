package io.artel.events.amqp.internal.publish;

import io.artel.events.amqp.internal.message.BatchMessages;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Events that wait to be sent together. */
final class OpenBatch {

  /** When it was opened, by {@link System#nanoTime}. */
  final long since = System.nanoTime();

  private final List<BatchedEvent> events = new ArrayList<>();
  private final Set<UUID> ids = new HashSet<>();
  private int bytes = BatchMessages.SEPARATOR_LENGTH;

  List<BatchedEvent> events() {
    return events;
  }

  /**
   * Whether this event can join those that are here. One that is published again cannot: readers
   * refuse the same id twice.
   */
  boolean takes(BatchedEvent candidate, int maxBytes) {
    BatchedEvent first = events.get(0);
    return candidate.packed != null
        && bytes + candidate.packed.length() <= maxBytes
        && first.storable == candidate.storable
        && first.message.requiresRoute() == candidate.message.requiresRoute()
        && first.message.routingKey().equals(candidate.message.routingKey())
        && !ids.contains(candidate.event.id());
  }

  void add(BatchedEvent event) {
    events.add(event);
    ids.add(event.event.id());
    bytes += event.requirePacked().length();
  }
}
