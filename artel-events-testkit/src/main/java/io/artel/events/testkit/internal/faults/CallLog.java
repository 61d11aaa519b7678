package io.artel.events.testkit.internal.faults;

import io.artel.events.testkit.DeliveryOracle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * What is known of the calls of handlers in a run: tells the oracle of each, and keeps what it does
 * not. Safe for use by several threads.
 */
final class CallLog implements Call.Listener {
  private static final double MOST = 0.99;

  private final DeliveryOracle oracle;
  private final Map<String, List<Integer>> attempts = new HashMap<>();

  /** When each attempt of a task was first made in a queue. */
  private final Map<String, Long> firstCalls = new HashMap<>();

  private final Map<String, Long> generations = new HashMap<>();
  private final Set<String> redelivered = new HashSet<>();
  private final List<Long> delays = new ArrayList<>();
  private final Map<String, Long> lastCalls = new HashMap<>();
  private long pause;
  private volatile boolean oldAsNew;
  private final Map<String, Long> figures = new TreeMap<>();

  CallLog(DeliveryOracle oracle) {
    this.oracle = oracle;
  }

  @Override
  public Call.End begins(Call call) {
    note(call);
    // A retry copy is new to the broker; it comes twice if its confirmation was lost.
    boolean again = oldAsNew || call.redelivered() || call.attempt() > 1;
    DeliveryOracle.Handling handling = oracle.begin(call.queue(), call.key(), call.number(), again);
    return well -> {
      if (well) {
        handling.succeeded();
      } else {
        handling.failed();
      }
    };
  }

  /**
   * From now on what comes twice may be called new: RabbitMQ 4.3 does so with what it takes back
   * from a consumer whose node is cut off.
   */
  void oldMayComeAsNew() {
    oldAsNew = true;
  }

  private synchronized void note(Call call) {
    long now = System.nanoTime();
    if (Load.isTask(call.key())) {
      String place = place(call.queue(), call.key());
      firstCalls.putIfAbsent(place + " " + call.attempt(), now);
      Long before = firstCalls.get(place + " " + (call.attempt() - 1));
      if (before != null && !call.redelivered()) {
        noteRetry(call.attempt(), TimeUnit.NANOSECONDS.toMillis(now - before));
      }
      attempts.computeIfAbsent(place, unused -> new ArrayList<>()).add(call.attempt());
    } else {
      noteCall(call.key(), now);
      generations.merge(call.key(), call.generation(), Math::max);
      if (call.redelivered()) {
        redelivered.add(call.key());
      } else {
        delays.add(now - call.sent());
      }
    }
  }

  private void noteCall(String key, long now) {
    Long last = lastCalls.put(key, now);
    if (last != null) {
      pause = Math.max(pause, now - last);
    }
  }

  /** How much later than it should an attempt comes after the one before. */
  private void noteRetry(int attempt, long millis) {
    long late = millis - Services.backoff(attempt - 1).toMillis();
    figures.merge("retries", 1L, Long::sum);
    figures.merge("latest_retry_ms", late, Math::max);
    figures.merge("earliest_retry_ms", late, Math::min);
  }

  private static String place(String queue, String key) {
    return queue + " " + key;
  }

  /** The attempts of a task in a queue, in the order in which they were made. */
  synchronized List<Integer> attempts(String queue, String key) {
    return List.copyOf(attempts.getOrDefault(place(queue, key), List.of()));
  }

  /** The sessions of which something was delivered again. */
  synchronized Set<String> redelivered() {
    return Set.copyOf(redelivered);
  }

  /** The highest number of the channels that each session's events came on. */
  synchronized Map<String, Long> generations() {
    return Map.copyOf(generations);
  }

  /** Begins to measure anew how long events take to their handlers. */
  synchronized void forgetDelays() {
    delays.clear();
  }

  /** Within what time 99 of 100 events came to their handlers, tasks and redeliveries apart. */
  synchronized Duration longDelay() {
    List<Long> sorted = delays.stream().sorted().toList();
    return sorted.isEmpty()
        ? Duration.ZERO
        : Duration.ofNanos(sorted.get((int) (MOST * (sorted.size() - 1))));
  }

  /** Begins to measure anew how long sessions pause. */
  synchronized void forgetPauses() {
    long now = System.nanoTime();
    lastCalls.replaceAll((key, last) -> now);
    pause = 0;
  }

  /** For how long at most no handler was called for some session. */
  synchronized Duration longestPause() {
    long now = System.nanoTime();
    List.copyOf(lastCalls.keySet()).forEach(key -> noteCall(key, now));
    return Duration.ofNanos(pause);
  }

  /** What it has for the report. */
  synchronized Map<String, Long> figures() {
    return Map.copyOf(figures);
  }
}
