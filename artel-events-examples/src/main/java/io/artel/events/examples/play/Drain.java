package io.artel.events.examples.play;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waits until every event that somebody reads has come to its end. */
final class Drain {

  /** When nothing has happened for so long, waiting does not help. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final long LOOK_NANOS = Duration.ofMillis(20).toNanos();

  private Drain() {}

  /** Returns true when all is done, and false when nothing has happened for so long. */
  static boolean await(FlowRecorder recorder, Duration patience) {
    long quietSince = System.nanoTime();
    long before = -1;
    while (true) {
      boolean done = recorder.outstanding(Billiards.CONSUMED) == 0 && recorder.inFlight() == 0;
      long activity = recorder.confirmedCount() + recorder.failedCount() + recorder.delivered();
      if (done && activity == before) {
        return true;
      }
      if (activity != before) {
        quietSince = System.nanoTime();
      } else if (System.nanoTime() - quietSince > patience.toNanos()) {
        return false;
      }
      before = activity;
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }
}
