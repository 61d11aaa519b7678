package io.artel.events.amqp.internal.consume;

import io.artel.events.MalformedEventException;
import io.artel.events.amqp.internal.message.BatchMessages;
import io.artel.events.amqp.internal.message.BatchMessages.Element;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One arrival of a message that holds several events. Each of them is a delivery of its own on its
 * way to an outcome; the message is acknowledged when all of them have theirs.
 */
final class BatchDelivery {

  final Delivery message;

  private final AtomicInteger unfinished;
  private final Set<UUID> ids = ConcurrentHashMap.newKeySet();

  private BatchDelivery(Delivery message, int events) {
    this.message = message;
    this.unfinished = new AtomicInteger(events);
  }

  /** Whether this message says that it holds several events. */
  static boolean isBatch(Delivery message) {
    return BatchMessages.isBatch(message.properties);
  }

  /**
   * The deliveries of its events, in their order.
   *
   * @throws MalformedEventException if the message is no batch, whatever it says
   */
  static List<Delivery> unpack(Delivery message) {
    List<Element> elements = BatchMessages.unpack(message.body);
    BatchDelivery batch = new BatchDelivery(message, elements.size());
    List<Delivery> events = new ArrayList<>(elements.size());
    for (Element element : elements) {
      Delivery event =
          new Delivery(batch, BatchMessages.properties(null, element.headers()), element.body());
      if (element.problem() != null) {
        event.malformed = new MalformedEventException(element.problem());
      }
      events.add(event);
    }
    return events;
  }

  /**
   * An event with this id is in the batch.
   *
   * @throws MalformedEventException if another one has it already: one of the two must be wrong,
   *     since no publisher of ours packs them so
   */
  void claim(UUID id) {
    if (!ids.add(id)) {
      throw new MalformedEventException("event_id: another event of the batch has it too");
    }
  }

  /** One of the events has its outcome. */
  void finished() {
    if (unfinished.decrementAndGet() == 0) {
      message.acknowledge();
    }
  }
}
