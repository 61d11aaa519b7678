package io.artel.events.examples.play;

import io.artel.events.Outcome;
import io.artel.events.QueueSpec;
import io.artel.events.examples.ids.IdMap;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/**
 * What one queue owes: each event that was confirmed for it is outstanding until its first terminal
 * outcome. The confirmation may be seen after the outcome. Guarded by its own lock.
 */
final class QueueLedger {

  private static final long CONFIRMED = 1;
  private static final long SETTLED = 2;

  private final QueueSpec queue;
  private final IdMap states = new IdMap();
  private long outstanding;
  private long duplicates;
  private long handled;
  private long deadLettered;

  QueueLedger(QueueSpec queue) {
    this.queue = queue;
  }

  QueueSpec queue() {
    return queue;
  }

  /** The broker has confirmed an event that this queue's bindings match. */
  synchronized void confirmed(UUID event) {
    long state = state(event);
    if (state == 0) {
      outstanding++;
    }
    states.put(event, state | CONFIRMED);
  }

  /** An event has come to its end here. */
  synchronized void settled(UUID event, Outcome outcome) {
    long state = state(event);
    if ((state & SETTLED) != 0) {
      duplicates++;
      return;
    }
    if ((state & CONFIRMED) != 0) {
      outstanding--;
    }
    states.put(event, state | SETTLED);
    if (outcome == Outcome.HANDLED) {
      handled++;
    } else if (outcome == Outcome.DEAD_LETTERED) {
      deadLettered++;
    }
  }

  /** Bytes that are no event have gone to the dead-letter queue. */
  synchronized void deadLetteredUnread() {
    deadLettered++;
  }

  /** How many confirmed events have no terminal outcome yet. */
  synchronized long outstanding() {
    return outstanding;
  }

  /** Those events. */
  synchronized Set<UUID> outstandingEvents() {
    Set<UUID> events = new HashSet<>();
    states.forEach(
        (event, state) -> {
          if (state == CONFIRMED) {
            events.add(event);
          }
        });
    return events;
  }

  synchronized long duplicates() {
    return duplicates;
  }

  synchronized long handled() {
    return handled;
  }

  synchronized long deadLettered() {
    return deadLettered;
  }

  private long state(UUID event) {
    long state = states.get(event);
    return state == IdMap.ABSENT ? 0 : state;
  }
}
