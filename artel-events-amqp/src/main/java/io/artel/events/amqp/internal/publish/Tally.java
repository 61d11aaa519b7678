package io.artel.events.amqp.internal.publish;

import io.artel.events.CloseReport;
import io.artel.events.PublishException;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** How many messages ended how. */
final class Tally {

  private final LongAdder confirmed = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder unknown = new LongAdder();
  private final LongAdder left = new LongAdder();

  /** Counts one; failure is null for a confirmation. */
  void count(@Nullable PublishException failure) {
    if (failure == null) {
      confirmed.increment();
      return;
    }
    switch (failure.outcome()) {
      case UNROUTABLE, REJECTED -> failed.increment();
      case UNKNOWN -> unknown.increment();
      case NOT_SENT -> left.increment();
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
