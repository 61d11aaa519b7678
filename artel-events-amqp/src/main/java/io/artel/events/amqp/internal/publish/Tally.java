package io.artel.events.amqp.internal.publish;

import io.artel.events.CloseReport;
import io.artel.events.PublishException;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** How many events ended how. */
final class Tally {

  private final LongAdder confirmed = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder unknown = new LongAdder();
  private final LongAdder left = new LongAdder();

  /**
   * Counts the events of a message; failure is null for a confirmation. The spool counts its own.
   */
  void count(@Nullable PublishException failure, int events) {
    if (failure == null) {
      confirmed.add(events);
      return;
    }
    if (failure.stored() == PublishException.Stored.SPOOL) {
      return;
    }
    switch (failure.outcome()) {
      case UNROUTABLE, REJECTED -> failed.add(events);
      case UNKNOWN -> unknown.add(events);
      case NOT_SENT -> left.add(events);
    }
  }

  /** {@return all counts so far} */
  CloseReport counts() {
    return new CloseReport(confirmed.sum(), failed.sum(), unknown.sum(), left.sum());
  }

  /** {@return what was counted since} */
  CloseReport since(CloseReport before) {
    CloseReport now = counts();
    return new CloseReport(
        now.confirmed() - before.confirmed(),
        now.failed() - before.failed(),
        now.unknown() - before.unknown(),
        now.left() - before.left());
  }
}
