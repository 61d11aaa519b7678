package io.artel.events.examples.audit;

import io.artel.events.Event;
import io.artel.events.HandlerContext;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.Subscription;
import io.artel.events.examples.contract.BilliardsTopology;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Sees every event, counts them by type, and keeps the latest. Guarded by its own lock.
 *
 * <p>It counts arrivals: an event that arrives twice counts twice.
 */
public final class AuditService {

  /** The service's name. */
  public static final String NAME = "audit_service";

  private final int kept;
  private final Deque<AuditEntry> latest = new ArrayDeque<>();
  private final Map<String, Long> counts = new TreeMap<>();

  /** A service that keeps so many of the latest events. */
  public AuditService(int kept) {
    this.kept = kept;
  }

  /** Starts reading everything. */
  public Subscription start(ArtelEvents artel) {
    return artel.subscribe(BilliardsTopology.AUDIT_QUEUE).onOther(this::seen).start();
  }

  synchronized void seen(Event<?> event, HandlerContext context) {
    counts.merge(event.type(), 1L, Long::sum);
    latest.addLast(AuditEntry.of(event));
    if (latest.size() > kept) {
      latest.removeFirst();
    }
  }

  /** How many events of each type there have been, by name. */
  public synchronized Map<String, Long> counts() {
    return new TreeMap<>(counts);
  }

  /** How many events there have been. */
  public synchronized long count() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /** The latest events, newest last. */
  public synchronized List<AuditEntry> latest() {
    return List.copyOf(latest);
  }
}
