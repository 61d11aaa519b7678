package io.artel.events.testkit.internal.embedded.queue;

import io.artel.events.testkit.internal.embedded.clock.Timers;

/** The time after which a queue goes that nobody uses; each use starts it anew. */
final class Lease {
  private final Timers timers;
  private final long millis;
  private final Runnable end;
  private final Alarm alarm;
  private long lastUse;
  private boolean held;

  /** A lease that lasts so long, or for ever if that is {@link QueueArguments#NONE}. */
  Lease(Timers timers, long millis, Runnable end) {
    this.timers = timers;
    this.millis = millis;
    this.end = end;
    this.alarm = new Alarm(timers, this::rung);
  }

  /** Starts the time anew; no effect while consumers hold it. */
  void renew() {
    if (millis != QueueArguments.NONE && !held) {
      lastUse = timers.now();
      alarm.ringBy(lastUse + millis);
    }
  }

  /** Lets it not end while there are consumers, or for good if the queue is gone. */
  void hold() {
    held = true;
    alarm.cancel();
  }

  /** The last consumer is gone. */
  void release() {
    held = false;
    renew();
  }

  private void rung() {
    if (lastUse + millis > timers.now()) {
      alarm.ringBy(lastUse + millis);
    } else {
      end.run();
    }
  }
}
