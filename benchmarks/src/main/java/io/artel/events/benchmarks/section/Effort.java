package io.artel.events.benchmarks.section;

import io.artel.events.benchmarks.contest.Arena.QueueType;
import io.artel.events.benchmarks.report.Rounds;
import java.util.List;

/**
 * How much is measured.
 *
 * @param queueTypes the kinds of queue
 * @param rounds of what is measured in events per second
 * @param events in one such round
 * @param batchedEvents in one such round with batches, which are over sooner
 * @param latencyRounds at the rate that has bars
 * @param latencySeconds how long such a round takes
 * @param otherRates at which latency is measured as well, in {@link #otherRounds}
 * @param neighbourRounds with and without a disturbance
 * @param neighbourRate events per second in them
 * @param micro how JMH runs
 * @param growthRounds of each point of the growth tables
 * @param backlog how many events wait before the last of these is measured
 */
record Effort(
    List<QueueType> queueTypes,
    Rounds rounds,
    int events,
    int batchedEvents,
    Rounds latencyRounds,
    double latencySeconds,
    int latencyRate,
    List<Integer> otherRates,
    Rounds otherRounds,
    Rounds neighbourRounds,
    int neighbourRate,
    Micro micro,
    Rounds growthRounds,
    int backlog) {

  /** How JMH runs: in this JVM if there are no forks. */
  record Micro(int forks, int iterations, int millis) {}

  /** For figures to publish. */
  static Effort full() {
    return new Effort(
        List.of(QueueType.QUORUM, QueueType.CLASSIC),
        new Rounds(4, 11), // before the fourth, code that has more to it is still being compiled
        40_000,
        200_000,
        new Rounds(2, 9),
        20,
        2000,
        List.of(500, 5000),
        new Rounds(1, 3),
        new Rounds(1, 7),
        5000,
        new Micro(2, 5, 500),
        new Rounds(1, 3),
        1_000_000);
  }

  /** For a first look. */
  static Effort quick() {
    return new Effort(
        List.of(QueueType.QUORUM),
        new Rounds(1, 3),
        10_000,
        60_000,
        new Rounds(1, 3),
        4,
        2000,
        List.of(),
        new Rounds(0, 1),
        new Rounds(1, 1),
        5000,
        new Micro(1, 3, 500),
        new Rounds(0, 1),
        50_000);
  }

  /** To see that everything works. */
  static Effort tiny() {
    return new Effort(
        List.of(QueueType.QUORUM, QueueType.CLASSIC),
        new Rounds(0, 1),
        200,
        200,
        new Rounds(0, 1),
        0.2,
        500,
        List.of(250),
        new Rounds(0, 1),
        new Rounds(0, 1),
        250,
        new Micro(0, 1, 10),
        new Rounds(0, 1),
        200);
  }
}
