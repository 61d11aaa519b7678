package io.artel.events.examples.play;

import io.artel.events.QueueSpec;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Where the events are that have no outcome.
 *
 * @param lost in no queue where they could be
 * @param waiting in a source queue, a retry ladder, or where nothing was bound
 * @param deadLettered in a dead-letter queue, where the broker has put them
 */
record Losses(long lost, long waiting, long deadLettered) {

  private static final Losses NONE = new Losses(0, 0, 0);

  /** The places where an event may be. */
  interface Places {
    /** How many messages are ready in this queue's sources. */
    long ready(QueueSpec queue) throws IOException;

    /** The events in this queue's dead-letter queue. */
    Set<UUID> deadLetters(QueueSpec queue) throws IOException;

    /** The events in this queue's retry ladder, or where nothing was bound. */
    Set<UUID> retryingOrUnrouted(QueueSpec queue) throws IOException;
  }

  /**
   * Looks for every event that was confirmed and has no outcome, once nobody consumes any more.
   *
   * @param before how many messages were ready in each queue's sources before the first publish
   */
  static Losses find(Iterable<QueueLedger> ledgers, Map<String, Long> before, Places places)
      throws IOException {
    Losses sum = NONE;
    for (QueueLedger ledger : ledgers) {
      if (ledger.outstanding() > 0) {
        Losses losses = find(ledger, before.getOrDefault(ledger.queue().name(), 0L), places);
        sum =
            new Losses(
                sum.lost + losses.lost,
                sum.waiting + losses.waiting,
                sum.deadLettered + losses.deadLettered);
      }
    }
    return sum;
  }

  private static Losses find(QueueLedger ledger, long before, Places places) throws IOException {
    Set<UUID> missing = ledger.outstandingEvents();
    long all = missing.size();
    missing.removeAll(places.deadLetters(ledger.queue()));
    long deadLettered = all - missing.size();
    missing.removeAll(places.retryingOrUnrouted(ledger.queue()));
    // A source is counted, not read: reading it would use up its delivery limit, and the active
    // consumer of a partition could not be ours. What waited there before is somebody else's.
    long inSources = Math.max(0, places.ready(ledger.queue()) - before);
    long lost = Math.max(0, missing.size() - inSources);
    return new Losses(lost, all - deadLettered - lost, deadLettered);
  }
}
