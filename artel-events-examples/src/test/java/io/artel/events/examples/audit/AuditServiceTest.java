package io.artel.events.examples.audit;

import static io.artel.events.examples.contract.BilliardsEvents.SESSION_CREATED;
import static org.assertj.core.api.Assertions.assertThat;

import io.artel.events.Event;
import io.artel.events.examples.contract.BilliardsEvents.SessionCreated;
import io.artel.events.examples.contract.BilliardsTopology;
import io.artel.events.testkit.FakeHandlerContext;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class AuditServiceTest {

  @Test
  void everyEventShouldBeCountedAndTheLatestKept() {
    AuditService audit = new AuditService(2);
    Event<SessionCreated> first = event();
    Event<SessionCreated> second = event();
    Event<SessionCreated> third = event();

    see(audit, first);
    see(audit, second);
    see(audit, third);

    assertThat(audit.count()).isEqualTo(3);
    assertThat(audit.counts()).containsEntry("session.created", 3L);
    assertThat(audit.latest()).containsExactly(AuditEntry.of(second), AuditEntry.of(third));
    assertThat(audit.latest().get(0).flowId()).isEqualTo(second.id());
  }

  private static void see(AuditService audit, Event<?> event) {
    audit.seen(event, FakeHandlerContext.of(event).queue(BilliardsTopology.AUDIT_QUEUE));
  }

  private static Event<SessionCreated> event() {
    return SESSION_CREATED.event(new SessionCreated(UUID.randomUUID())).build();
  }
}
