package io.artel.events;

/**
 * What became of the events that were still being published when closing began.
 *
 * @param confirmed how many the broker has confirmed since
 * @param failed how many it refused or returned
 * @param unknown how many were sent, and may have arrived
 * @param left how many never left this process, and are stored nowhere
 * @param spooled how many lie in the spool, also from before; they are published after the next
 *     start
 */
public record CloseReport(long confirmed, long failed, long unknown, long left, long spooled) {

  /** Of a publisher without a spool. */
  public CloseReport(long confirmed, long failed, long unknown, long left) {
    this(confirmed, failed, unknown, left, 0);
  }

  /** Whether every event that was under way is confirmed, and none waits in the spool. */
  public boolean isClean() {
    return failed + unknown + left + spooled == 0;
  }
}
