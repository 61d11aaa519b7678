package io.artel.events.testkit;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What came of one fault scenario on one broker, over all seeds.
 *
 * @param scenario its id, for example {@code F7a}
 * @param title what went wrong, in a few words
 * @param broker the full version of the broker, for example {@code 4.3.6}, or {@code embedded}
 * @param runs one run per seed
 */
public record FaultReport(String scenario, String title, String broker, List<FaultRun> runs) {

  /** Makes the list unchangeable. */
  public FaultReport {
    runs = List.copyOf(runs);
  }

  /** Confirmed events that are gone. */
  public long lost() {
    return sum(DeliveryVerdict::lost);
  }

  /** Events that were first handled after a later one of their key. */
  public long inversions() {
    return sum(DeliveryVerdict::inversions);
  }

  /** Good handlings beyond the first. */
  public long duplicates() {
    return sum(DeliveryVerdict::duplicates);
  }

  /** How many duplicates the faults explain. */
  public long bound() {
    return sum(DeliveryVerdict::bound);
  }

  /** Confirmed events. */
  public long confirmed() {
    return sum(DeliveryVerdict::confirmed);
  }

  /** The longest recovery of handlers and publisher; empty where nothing has to recover. */
  public Optional<Duration> recovery() {
    return longest(FaultRun::recovery);
  }

  /** The longest recovery of the publisher; empty where nothing has to recover. */
  public Optional<Duration> publisherRecovery() {
    return longest(FaultRun::publisherRecovery);
  }

  /** Whether it ran, and all is well in every run. */
  public boolean isGreen() {
    return !runs.isEmpty() && runs.stream().allMatch(FaultRun::isGreen);
  }

  /** Why it is not green, with the seed; empty if it is. */
  public List<String> reasons() {
    return runs.stream()
        .flatMap(run -> run.reasons().stream().map(reason -> "seed " + run.seed() + ": " + reason))
        .toList();
  }

  private long sum(ToLongFunction<DeliveryVerdict> figure) {
    return runs.stream().map(FaultRun::verdict).mapToLong(figure).sum();
  }

  private Optional<Duration> longest(Function<FaultRun, @Nullable Duration> recovery) {
    return runs.stream().map(recovery).filter(Objects::nonNull).max(Comparator.naturalOrder());
  }
}
