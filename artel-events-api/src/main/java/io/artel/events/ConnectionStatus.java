package io.artel.events;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How one connection to the broker fares.
 *
 * @param name the connection's name, as the broker shows it
 * @param since when it came into this state
 * @param broker host and port it is connected to, or was last, or the broker's name among several;
 *     null before the first time
 * @param reconnects how often it came back after it was lost
 * @param lastError why it was lost, or not restored, last; null if that never happened
 */
public record ConnectionStatus(
    String name,
    State state,
    Instant since,
    @Nullable String broker,
    int reconnects,
    @Nullable String lastError) {

  /** What a connection can be. */
  public enum State {
    /** Open. */
    CONNECTED,
    /** Open, but the broker reads nothing because of an alarm: publishes wait. */
    BLOCKED,
    /** Lost, or not open yet; it is tried again until it is closed. */
    CONNECTING,
    /** Closed for good. */
    CLOSED
  }

  /** Whether events pass: not while it is blocked. */
  public boolean isUp() {
    return state == State.CONNECTED;
  }
}
