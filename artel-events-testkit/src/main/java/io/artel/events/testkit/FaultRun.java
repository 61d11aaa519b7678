package io.artel.events.testkit;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One run of a fault scenario, with one seed.
 *
 * @param faults how many faults were injected
 * @param verdict what the oracle found
 * @param recovery from when a fault was healed, or could be survived, until a handler was called
 *     for every key in every queue; the longest of the run, or null where nothing has to recover
 * @param publisherRecovery the same until an event of every key was confirmed
 * @param problems what else is wrong, a sentence each
 * @param delays what took longer than it should, a sentence each; a busy machine is a reason
 * @param figures what else was measured, by name
 * @param course the faults in their order where the seed chooses among several, a sentence each;
 *     otherwise empty
 * @param settings what the clients and the queues were like
 * @param took from the first connection to the last check
 */
public record FaultRun(
    long seed,
    int faults,
    DeliveryVerdict verdict,
    @Nullable Duration recovery,
    @Nullable Duration publisherRecovery,
    List<String> problems,
    List<String> delays,
    Map<String, Long> figures,
    List<String> course,
    String settings,
    Duration took) {

  /** Makes the lists unchangeable. */
  public FaultRun {
    problems = List.copyOf(problems);
    delays = List.copyOf(delays);
    figures = Map.copyOf(figures);
    course = List.copyOf(course);
  }

  /** Whether all is well. */
  public boolean isGreen() {
    return reasons().isEmpty();
  }

  /** Why it is not green; empty if it is. */
  public List<String> reasons() {
    return Stream.concat(violations().stream(), delays.stream()).toList();
  }

  /** What is wrong whatever time it took: the verdict's violations, and {@link #problems()}. */
  public List<String> violations() {
    return Stream.concat(verdict.violations().stream(), problems.stream()).toList();
  }
}
