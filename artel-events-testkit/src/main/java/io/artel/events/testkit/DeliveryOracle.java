package io.artel.events.testkit;

import io.artel.events.PublishException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Judges what became of numbered events. Publishers tell it what they sent and how each publish
 * ended, handlers when they began and ended; from both it finds what was lost, came out of order or
 * came twice.
 *
 * <pre>{@code
 * DeliveryOracle oracle = new DeliveryOracle("game.service.queue");
 * oracle.sent("session 1", 0);                       // before publish
 * oracle.confirmed("session 1", 0, receipt.attempts());
 * var handling = oracle.begin("game.service.queue", "session 1", 0, context.redelivered());
 * handling.succeeded();
 * assertThat(oracle.verdict(0).violations()).isEmpty();
 * }</pre>
 *
 * <p>The events of a key are numbered from 0 in the order in which they are published. Safe for use
 * by several threads.
 */
public final class DeliveryOracle {

  private static final int EXAMPLES = 5;

  private final List<String> queues;
  private final Map<String, List<Sent>> published = new LinkedHashMap<>();
  private final Map<Place, Lane> lanes = new HashMap<>();
  private final List<Recovery> recoveries = new ArrayList<>();
  private final List<String> inversions = new ArrayList<>();
  private long confirmed;
  private long ended;
  private long sent;
  private long handled;
  private int overlaps;

  /** A key's part of a queue. */
  private record Place(String queue, String key) {}

  /** What is known of a published event; most have the same two, one after the other. */
  private record Sent(int attempts, boolean confirmed, PublishException.@Nullable Outcome failure) {
    static final Sent WAITING = new Sent(0, false, null);
    static final Sent CONFIRMED_AT_ONCE = new Sent(1, true, null);

    boolean hasOutcome() {
      return confirmed || failure != null;
    }
  }

  /** What handlers did with the events of one key from one queue. */
  private static final class Lane {
    final NumberSet successes = new NumberSet();
    final Set<Long> missing = new TreeSet<>();
    final Map<Long, Integer> freshAgain = new HashMap<>();
    final Set<Long> remaining = new HashSet<>();
    int running;
    long highestBegun = -1;
    long highestSucceeded = -1;
    int regressions;
    long duplicates;

    /** It is confirmed, so it has to be somewhere. */
    void expect(long sequence) {
      if (!successes.contains(sequence) && !remaining.contains(sequence)) {
        missing.add(sequence);
      }
    }
  }

  /**
   * An oracle for events that each of these queues has to get.
   *
   * @param queues the queues as the topology names them, one at least
   */
  public DeliveryOracle(String... queues) {
    this.queues = List.of(queues);
  }

  /** This event is about to be published; its number is the next one of its key. */
  public synchronized void sent(String key, long sequence) {
    List<Sent> events = published.computeIfAbsent(key, unused -> new ArrayList<>());
    if (events.size() != sequence) {
      throw new IllegalArgumentException(
          "the next event of key '" + key + "' is " + events.size() + ", not " + sequence);
    }
    events.add(Sent.WAITING);
    sent++;
  }

  /**
   * The broker has confirmed this event.
   *
   * @param attempts how often it was sent
   */
  public synchronized void confirmed(String key, long sequence, int attempts) {
    Sent before = published(key, sequence);
    boolean atOnce = attempts == 1 && before.failure == null;
    becomes(
        key, sequence, atOnce ? Sent.CONFIRMED_AT_ONCE : new Sent(attempts, true, before.failure));
    for (String queue : queues) {
      lane(new Place(queue, key)).expect(sequence);
    }
    recoveries.forEach(recovery -> recovery.confirmed(key));
    recoveries.removeIf(Recovery::isComplete);
  }

  /**
   * The publish of this event failed.
   *
   * @param attempts how often it was sent
   */
  public synchronized void failed(
      String key, long sequence, int attempts, PublishException.Outcome outcome) {
    Sent before = published(key, sequence);
    becomes(key, sequence, new Sent(attempts, before.confirmed, outcome));
  }

  private void becomes(String key, long sequence, Sent now) {
    List<Sent> events = published.getOrDefault(key, List.of());
    Sent before = events.set(Math.toIntExact(sequence), now);
    confirmed += now.confirmed && !before.confirmed ? 1 : 0;
    ended += before.hasOutcome() ? 0 : 1;
  }

  /** A handler begins with this event. */
  public synchronized Handling begin(String queue, String key, long sequence, boolean redelivered) {
    Place place = new Place(queue, key);
    Lane lane = lane(place);
    if (lane.running++ > 0) {
      overlaps++;
    }
    if (sequence < lane.highestBegun) {
      lane.regressions++;
    }
    lane.highestBegun = Math.max(lane.highestBegun, sequence);
    recoveries.forEach(recovery -> recovery.begun(place));
    recoveries.removeIf(Recovery::isComplete);
    return new Handling(place, lane, sequence, redelivered);
  }

  /** This event lies where an operator sees it: in a queue, a dead-letter queue, or unrouted. */
  public synchronized void remains(String queue, String key, long sequence) {
    Lane lane = lane(new Place(queue, key));
    lane.remaining.add(sequence);
    lane.missing.remove(sequence);
  }

  /** How many publishes have no outcome yet. */
  public synchronized long withoutOutcome() {
    return sent - ended;
  }

  /** How many events are confirmed. */
  public synchronized long confirmed() {
    return confirmed;
  }

  /** How many handlers ended well, repeated ones included. */
  public synchronized long handled() {
    return handled;
  }

  /** Confirmed events that some queue has neither handled nor kept, as {@code queue key#number}. */
  public synchronized List<String> missing() {
    List<String> missing = new ArrayList<>();
    for (String queue : queues) {
      for (String key : published.keySet()) {
        for (long sequence : lane(new Place(queue, key)).missing) {
          missing.add(queue + " " + key + "#" + sequence);
        }
      }
    }
    return missing;
  }

  /**
   * Watches from now on until each of these keys moves again, at its publisher and in every queue.
   */
  public synchronized Recovery recovery(Collection<String> keys) {
    Recovery recovery = new Recovery(keys);
    recoveries.add(recovery);
    return recovery;
  }

  /**
   * What has happened up to now.
   *
   * @param duplicatesAllowed how many repeated handlings the faults that there were can explain
   */
  public synchronized DeliveryVerdict verdict(long duplicatesAllowed) {
    Map<PublishException.Outcome, Long> failures = new HashMap<>();
    for (List<Sent> events : published.values()) {
      for (Sent event : events) {
        if (!event.confirmed && event.failure != null) {
          failures.merge(event.failure, 1L, Long::sum);
        }
      }
    }
    List<String> missing = missing();
    return new DeliveryVerdict(
        sent,
        confirmed,
        failures.getOrDefault(PublishException.Outcome.REJECTED, 0L),
        failures.getOrDefault(PublishException.Outcome.UNROUTABLE, 0L),
        failures.getOrDefault(PublishException.Outcome.NOT_SENT, 0L),
        failures.getOrDefault(PublishException.Outcome.UNKNOWN, 0L),
        withoutOutcome(),
        handled(),
        lanes.values().stream().mapToLong(lane -> lane.remaining.size()).sum(),
        missing.size(),
        missing.subList(0, Math.min(EXAMPLES, missing.size())),
        inversions.size(),
        inversions.subList(0, Math.min(EXAMPLES, inversions.size())),
        lanes.values().stream().mapToLong(lane -> lane.regressions).sum(),
        overlaps,
        lanes.values().stream().mapToLong(lane -> lane.duplicates).sum(),
        duplicatesAllowed,
        unexplained());
  }

  /** Repeated handlings that the broker calls new, of events that were sent once. */
  private long unexplained() {
    long unexplained = 0;
    for (Map.Entry<Place, Lane> entry : lanes.entrySet()) {
      List<Sent> events = published.getOrDefault(entry.getKey().key(), List.of());
      for (Map.Entry<Long, Integer> again : entry.getValue().freshAgain.entrySet()) {
        int index = Math.toIntExact(again.getKey());
        if (index >= events.size()
            || (events.get(index).confirmed && events.get(index).attempts == 1)) {
          unexplained += again.getValue();
        }
      }
    }
    return unexplained;
  }

  private Sent published(String key, long sequence) {
    List<Sent> events = published.getOrDefault(key, List.of());
    if (sequence < 0 || sequence >= events.size()) {
      throw new IllegalArgumentException("nobody sent " + key + "#" + sequence);
    }
    return events.get(Math.toIntExact(sequence));
  }

  private Lane lane(Place place) {
    return lanes.computeIfAbsent(place, unused -> new Lane());
  }

  /** One call of a handler. */
  public final class Handling {
    private final Place place;
    private final Lane lane;
    private final long sequence;
    private final boolean redelivered;

    private Handling(Place place, Lane lane, long sequence, boolean redelivered) {
      this.place = place;
      this.lane = lane;
      this.sequence = sequence;
      this.redelivered = redelivered;
    }

    /** The handler has done what it should. */
    public void succeeded() {
      synchronized (DeliveryOracle.this) {
        lane.running--;
        handled++;
        lane.missing.remove(sequence);
        if (!lane.successes.add(sequence)) {
          lane.duplicates++;
          if (!redelivered) {
            lane.freshAgain.merge(sequence, 1, Integer::sum);
          }
          return;
        }
        if (sequence < lane.highestSucceeded) {
          inversions.add(
              place.queue
                  + " "
                  + place.key
                  + "#"
                  + sequence
                  + (redelivered ? " (redelivered)" : "")
                  + " after "
                  + lane.highestSucceeded);
        }
        lane.highestSucceeded = Math.max(lane.highestSucceeded, sequence);
      }
    }

    /** The handler gave up: the event is still to be handled. */
    public void failed() {
      synchronized (DeliveryOracle.this) {
        lane.running--;
      }
    }
  }

  /** How long it takes until all moves again. */
  public final class Recovery {
    private final long since = System.nanoTime();
    private final Set<String> unconfirmed;
    private final Set<Place> unhandled = new HashSet<>();
    private long published = since;
    private long handled = since;

    private Recovery(Collection<String> keys) {
      unconfirmed = new HashSet<>(keys);
      for (String queue : queues) {
        unconfirmed.forEach(key -> unhandled.add(new Place(queue, key)));
      }
    }

    private void confirmed(String key) {
      if (unconfirmed.remove(key)) {
        published = System.nanoTime();
      }
    }

    private void begun(Place place) {
      if (unhandled.remove(place)) {
        handled = System.nanoTime();
      }
    }

    /** Whether every key has moved. */
    public boolean isComplete() {
      synchronized (DeliveryOracle.this) {
        return unconfirmed.isEmpty() && unhandled.isEmpty();
      }
    }

    /** From the beginning until the last key's first confirmation. */
    public Duration publisher() {
      synchronized (DeliveryOracle.this) {
        return Duration.ofNanos(published - since);
      }
    }

    /** From the beginning until a handler was called for the last key, in the slowest queue. */
    public Duration handlers() {
      synchronized (DeliveryOracle.this) {
        return Duration.ofNanos(handled - since);
      }
    }

    /** What has not moved yet. */
    @Override
    public String toString() {
      synchronized (DeliveryOracle.this) {
        return "not confirmed: " + unconfirmed + ", not handled: " + unhandled;
      }
    }
  }
}
