package io.artel.events;

/**
 * What became of the events that were still being published when closing began.
 *
 * @param confirmed how many the broker has confirmed since
 * @param failed how many it refused or returned
 * @param unknown how many were sent, and may have arrived
 * @param left how many never left this process
 */
public record CloseReport(long confirmed, long failed, long unknown, long left) {

  /** Whether every event that was under way is confirmed. */
  public boolean isClean() {
    return failed + unknown + left == 0;
  }
}
