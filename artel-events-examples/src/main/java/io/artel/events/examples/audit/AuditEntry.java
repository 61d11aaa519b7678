package io.artel.events.examples.audit;

import io.artel.events.Event;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the audit keeps of one event: everything but its payload. */
public record AuditEntry(
    Instant timestamp,
    String type,
    String sourceService,
    UUID eventId,
    UUID flowId,
    @Nullable UUID causationId,
    @Nullable UUID sessionId) {

  static AuditEntry of(Event<?> event) {
    return new AuditEntry(
        event.timestamp(),
        event.type(),
        event.sourceService(),
        event.id(),
        event.flowId(),
        event.causationId(),
        event.sessionId());
  }
}
