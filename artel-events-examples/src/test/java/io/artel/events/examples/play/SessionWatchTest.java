package io.artel.events.examples.play;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.artel.events.Event;
import io.artel.events.EventHandler;
import io.artel.events.examples.contract.BilliardsEvents;
import io.artel.events.examples.contract.BilliardsEvents.SessionCreated;
import io.artel.events.testkit.FakeHandlerContext;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SessionWatchTest {

  private final List<Event<?>> begun = new ArrayList<>();
  private final SessionWatch watch = new SessionWatch(begun::add);
  private final UUID session = UUID.randomUUID();

  private static Event<SessionCreated> event(UUID session) {
    return BilliardsEvents.SESSION_CREATED
        .event(new SessionCreated(UUID.randomUUID()))
        .session(session)
        .build("test");
  }

  /** Calls a handler of an instance, in which this happens. */
  private void handle(int instance, UUID in, Runnable meanwhile) throws Exception {
    EventHandler<SessionCreated> handler =
        watch.of(instance).handler((event, context) -> meanwhile.run());
    Event<SessionCreated> event = event(in);
    handler.handle(event, FakeHandlerContext.of(event));
  }

  private Runnable handling(int instance, UUID in) {
    return () -> {
      try {
        handle(instance, in, () -> {});
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    };
  }

  @Test
  void instancesInOneSessionAtOnceShouldOverlap() throws Exception {
    handle(1, session, handling(0, session));

    assertThat(watch.overlaps()).isEqualTo(1);
    assertThat(begun).hasSize(2);
  }

  @Test
  void instancesOneAfterTheOtherShouldNotOverlap() throws Exception {
    handle(1, session, () -> {});
    handle(0, session, () -> {});
    handle(1, session, handling(1, session));
    handle(0, session, () -> {});

    assertThat(watch.overlaps()).isZero();
  }

  @Test
  void instancesInSessionsOfTheirOwnShouldNotOverlap() throws Exception {
    handle(1, session, handling(0, UUID.randomUUID()));

    assertThat(watch.overlaps()).isZero();
  }

  @Test
  void handlerThatFailsShouldLeaveItsSession() {
    assertThatThrownBy(
            () ->
                handle(
                    1,
                    session,
                    () -> {
                      throw new IllegalStateException("no");
                    }))
        .hasMessage("no");
    handling(0, session).run();

    assertThat(watch.overlaps()).isZero();
  }
}
