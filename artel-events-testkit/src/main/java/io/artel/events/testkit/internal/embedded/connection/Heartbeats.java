package io.artel.events.testkit.internal.embedded.connection;

import io.artel.events.testkit.internal.embedded.clock.Timers;
import io.artel.events.testkit.internal.embedded.clock.Timers.Timer;
import org.jspecify.annotations.Nullable;

/**
 * The heartbeats of one connection: one is sent when nothing else was for half an interval, and a
 * client that was silent for two intervals is given up.
 */
final class Heartbeats {
  private final Timers time;
  private final Runnable send;
  private final Runnable giveUp;
  private boolean heard;
  private boolean sent;
  private boolean excused;
  private int silentIntervals;
  private @Nullable Timer sending;
  private @Nullable Timer checking;

  Heartbeats(Timers time, Runnable send, Runnable giveUp) {
    this.time = time;
    this.send = send;
    this.giveUp = giveUp;
  }

  /** Begins; no effect if the interval is 0. */
  void start(long intervalMillis) {
    if (intervalMillis > 0) {
      scheduleSending(intervalMillis / 2);
      scheduleChecking(intervalMillis);
    }
  }

  void stop() {
    cancel(sending);
    cancel(checking);
  }

  /** Notes that the client has sent something. */
  void heard() {
    heard = true;
  }

  /** Notes that the client has been sent something. */
  void sent() {
    sent = true;
  }

  /** Whether nobody reads what the client sends, so that its silence means nothing. */
  void excuse(boolean silence) {
    excused = silence;
  }

  private void scheduleSending(long millis) {
    sending =
        time.after(
            millis,
            () -> {
              if (!sent) {
                send.run();
              }
              sent = false;
              scheduleSending(millis);
            });
  }

  private void scheduleChecking(long millis) {
    checking =
        time.after(
            millis,
            () -> {
              silentIntervals = heard || excused ? 0 : silentIntervals + 1;
              heard = false;
              if (silentIntervals >= 2) {
                giveUp.run();
              } else {
                scheduleChecking(millis);
              }
            });
  }

  private static void cancel(@Nullable Timer timer) {
    if (timer != null) {
      timer.cancel();
    }
  }
}
