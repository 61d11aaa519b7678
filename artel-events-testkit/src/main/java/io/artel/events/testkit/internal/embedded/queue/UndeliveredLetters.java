package io.artel.events.testkit.internal.embedded.queue;

import io.artel.events.testkit.internal.embedded.clock.Timers;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The dead letters of a queue that sends them at least once: each stays until queues have taken it,
 * and is tried again from time to time.
 */
final class UndeliveredLetters {
  /** RabbitMQ waits so long for a letter to be confirmed before it sends it again. */
  private static final long RETRY_MILLIS = 180_000;

  private final Timers timers;
  private final DeadLetters deadLetters;
  private final Set<QueuedMessage> letters = new LinkedHashSet<>();
  private long bytes;

  UndeliveredLetters(Timers timers, DeadLetters deadLetters) {
    this.timers = timers;
    this.deadLetters = deadLetters;
  }

  void add(QueuedMessage letter, String reason) {
    letters.add(letter);
    bytes += letter.size();
    long diedAt = timers.now();
    deadLetters.add(letter, reason, diedAt, taken -> tried(letter, reason, diedAt, taken));
  }

  private void tried(QueuedMessage letter, String reason, long diedAt, boolean taken) {
    if (taken) {
      if (letters.remove(letter)) {
        bytes -= letter.size();
      }
    } else {
      timers.after(RETRY_MILLIS, () -> retry(letter, reason, diedAt));
    }
  }

  private void retry(QueuedMessage letter, String reason, long diedAt) {
    if (letters.contains(letter)) {
      deadLetters.add(letter, reason, diedAt, taken -> tried(letter, reason, diedAt, taken));
      deadLetters.send();
    }
  }

  int count() {
    return letters.size();
  }

  long bytes() {
    return bytes;
  }

  /** Forgets all and returns how many there were. */
  int clear() {
    int count = letters.size();
    letters.clear();
    bytes = 0;
    return count;
  }
}
