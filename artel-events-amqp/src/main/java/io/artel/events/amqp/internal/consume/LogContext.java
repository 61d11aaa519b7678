package io.artel.events.amqp.internal.consume;

import io.artel.events.Event;
import java.util.List;
import java.util.UUID;
import org.slf4j.MDC;

/** What log lines of handlers say about the delivery that they are written for, by SLF4J's MDC. */
final class LogContext {

  private static final List<String> KEYS =
      List.of("event_id", "event_type", "correlation_id", "session_id", "queue", "attempt");

  private LogContext() {}

  /** This thread is about to handle one delivery. */
  static void of(String queue, Event<?> event, int attempt) {
    String id = event.id().toString();
    MDC.put("event_id", id);
    UUID flow = event.flowId();
    MDC.put("correlation_id", flow.equals(event.id()) ? id : flow.toString());
    UUID session = event.sessionId();
    if (session != null) {
      MDC.put("session_id", session.toString());
    }
    MDC.put("attempt", Integer.toString(attempt));
    ofBatch(queue, event.type());
  }

  /** Does something about a delivery, on whichever thread. */
  static void around(String queue, Delivery delivery, Runnable part) {
    Event<?> event = delivery.event;
    if (event == null) {
      part.run();
      return;
    }
    of(queue, event, delivery.attempt);
    try {
      part.run();
    } finally {
      clear();
    }
  }

  /** This thread is about to handle several deliveries of a type at once. */
  static void ofBatch(String queue, String type) {
    MDC.put("queue", queue);
    MDC.put("event_type", type);
  }

  /** This thread has done so. */
  static void clear() {
    KEYS.forEach(MDC::remove);
  }
}
