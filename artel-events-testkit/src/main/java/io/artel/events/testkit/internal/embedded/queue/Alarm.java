package io.artel.events.testkit.internal.embedded.queue;

import io.artel.events.testkit.internal.embedded.clock.Timers;
import org.jspecify.annotations.Nullable;

/**
 * One timer that is set again and again. It may ring too early, but never too late: that way a
 * queue whose head changes with each message need not set a timer for each.
 */
final class Alarm {
  private final Timers timers;
  private final Runnable action;
  private Timers.@Nullable Timer timer;

  Alarm(Timers timers, Runnable action) {
    this.timers = timers;
    this.action = action;
  }

  /** Makes sure that the action runs at this time; it may run before, too. */
  void ringBy(long time) {
    Timers.Timer set = timer;
    if (set != null && set.at() <= time) {
      return;
    }
    cancel();
    timer = timers.at(time, this::ring);
  }

  void cancel() {
    Timers.Timer set = timer;
    if (set != null) {
      set.cancel();
      timer = null;
    }
  }

  private void ring() {
    timer = null;
    action.run();
  }
}
