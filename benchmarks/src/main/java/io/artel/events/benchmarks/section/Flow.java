package io.artel.events.benchmarks.section;

import io.artel.events.QueueSpec.Partitioner;
import io.artel.events.benchmarks.contest.Arena;
import io.artel.events.benchmarks.contest.Arena.QueueType;
import io.artel.events.benchmarks.contest.Artel;
import io.artel.events.benchmarks.contest.BenchmarkEvents;
import io.artel.events.benchmarks.contest.Contestant;
import io.artel.events.benchmarks.contest.Envelope;
import io.artel.events.benchmarks.contest.HandTuned;
import io.artel.events.benchmarks.contest.PerfTestRun;
import io.artel.events.benchmarks.contest.SpringAmqp;
import io.artel.events.benchmarks.contest.SpringCloudStream;
import io.artel.events.benchmarks.report.Ratio;
import io.artel.events.benchmarks.report.Report;
import io.artel.events.benchmarks.report.Spread;

/** The whole path: published, confirmed, handled, acknowledged, as fast as it goes. */
final class Flow {
  private static final int SESSIONS = 1000;
  private static final int FEW_SESSIONS = 20;
  private static final int PARTITIONS = 8;
  private static final int BATCH = 50;
  private static final String ORDERED = "artel-events, ordered, " + PARTITIONS + " partitions";
  private static final String IN_TWO_CONNECTIONS = ORDERED + ", 2 publisher connections";
  private static final String BY_PUBLISHER = ORDERED + " by the publisher";
  private static final String BY_PUBLISHER_IN_TWO = BY_PUBLISHER + ", 2 publisher connections";
  private static final String RAW_ORDERED = "hand-tuned amqp-client, " + PARTITIONS + " partitions";
  private static final String WITHOUT_SESSION = ", no session";
  private static final String IN_FEW_SESSIONS = ", " + FEW_SESSIONS + " sessions";
  private static final String PERF_TEST = "PerfTest, without JSON";

  private final Bench bench;
  private final double leastBySpring;
  private final Contestant raw = new HandTuned();
  private final Contestant single = Artel.single();
  private final Contestant batched = Artel.batched(BATCH);
  private final Contestant spring = SpringAmqp.tuned();
  private final Contestant springAsItComes = SpringAmqp.asItComes();
  private final Contestant stream = new SpringCloudStream();

  Flow(Bench bench, double leastBySpring) {
    this.bench = bench;
    this.leastBySpring = leastBySpring;
  }

  void run() throws Exception {
    for (QueueType queueType : bench.effort().queueTypes()) {
      run(queueType);
    }
  }

  private void run(QueueType queueType) throws Exception {
    int events = bench.effort().events();
    int batchedEvents = bench.effort().batchedEvents();
    BenchmarkEvents inSessions = new BenchmarkEvents(SESSIONS, 0);
    Arena arena = Arena.of(bench.uri(), queueType, inSessions);
    Arena withoutSession = Arena.of(bench.uri(), queueType, new BenchmarkEvents(0, 0));
    Arena inFewSessions = Arena.of(bench.uri(), queueType, new BenchmarkEvents(FEW_SESSIONS, 0));
    int bodyBytes = Envelope.of(inSessions, events).json().length;
    Speeds speeds = new Speeds(bench, "whole path, " + queueType + " queue");
    speeds
        .row(raw.name(), () -> Run.wholePath(arena, raw, events))
        .row(single.name(), () -> Run.wholePath(arena, single, events))
        .row(
            batched.name() + WITHOUT_SESSION,
            () -> Run.wholePath(withoutSession, batched, batchedEvents))
        .row(
            batched.name() + IN_FEW_SESSIONS,
            () -> Run.wholePath(inFewSessions, batched, batchedEvents));
    if (queueType == QueueType.QUORUM) {
      Arena ordered = Arena.ordered(bench.uri(), PARTITIONS, inSessions);
      Arena byPublisher = Arena.ordered(bench.uri(), PARTITIONS, Partitioner.PUBLISHER, inSessions);
      Contestant inTwo = Artel.single().publisherConnections(2);
      speeds
          .row(ORDERED, () -> Run.wholePath(ordered, single, events))
          .row(IN_TWO_CONNECTIONS, () -> Run.wholePath(ordered, inTwo, events))
          .row(BY_PUBLISHER, () -> Run.wholePath(byPublisher, single, events))
          .row(BY_PUBLISHER_IN_TWO, () -> Run.wholePath(byPublisher, inTwo, events))
          .row(RAW_ORDERED, () -> Run.wholePath(ordered, raw, events));
    }
    speeds
        .row(spring.name(), () -> Run.wholePath(arena, spring, events))
        .row(springAsItComes.name(), () -> Run.wholePath(arena, springAsItComes, events))
        .row(stream.name(), () -> Run.wholePath(arena, stream, events))
        .row(PERF_TEST, () -> perfTest(arena, events, bodyBytes))
        .run(bench.effort().rounds());
    addRatios(queueType, speeds);
  }

  private static Run.Speed perfTest(Arena arena, int events, int bodyBytes) throws Exception {
    arena.declare();
    Cost cost = new Cost();
    double seconds = PerfTestRun.seconds(arena, events, bodyBytes);
    double micros = cost.processorMicros() / events;
    arena.requireEmpty();
    return new Run.Speed(events / seconds, micros, 0); // its threads have ended
  }

  private void addRatios(QueueType queueType, Speeds speeds) {
    Report report = bench.report();
    Spread rawSpeed = speeds.result(raw.name());
    Spread singleSpeed = speeds.result(single.name());
    Spread batchSpeed = speeds.result(batched.name() + WITHOUT_SESSION);
    Spread batchSpeedInFewSessions = speeds.result(batched.name() + IN_FEW_SESSIONS);
    String of = ", " + queueType + " queue";
    String suffix = queueType == QueueType.QUORUM ? "" : "_" + queueType;
    report.add(
        Ratio.atLeast(
            0.95, "single_vs_raw" + suffix, "single by hand-tuned" + of, singleSpeed.by(rawSpeed)));
    report.add(
        Ratio.atLeast(
            leastBySpring,
            "single_vs_spring" + suffix,
            "single by Spring AMQP" + of,
            singleSpeed.by(speeds.result(spring.name()))));
    report.add(
        Ratio.plain(
            "raw_vs_spring" + suffix,
            "hand-tuned by Spring AMQP" + of,
            rawSpeed.by(speeds.result(spring.name()))));
    report.add(
        Ratio.plain(
            "single_vs_spring_default_cache" + suffix,
            "single by Spring AMQP with its default cache" + of,
            singleSpeed.by(speeds.result(springAsItComes.name()))));
    report.add(
        Ratio.plain(
            "single_vs_spring_cloud_stream" + suffix,
            "single by Spring Cloud Stream" + of,
            singleSpeed.by(speeds.result(stream.name()))));
    report.add(
        Ratio.atLeast(
            5,
            "batch_vs_single" + suffix,
            "batches by the faster of single and hand-tuned, no session" + of,
            batchSpeed.by(singleSpeed.orGreater(rawSpeed))));
    report.add(
        Ratio.atLeast(
            5,
            "batch_20_sessions_vs_single" + suffix,
            "the same in 20 sessions" + of,
            batchSpeedInFewSessions.by(singleSpeed.orGreater(rawSpeed))));
    report.add(
        Ratio.atLeast(
            100_000, "events_per_second_batch" + suffix, "batches, no session" + of, batchSpeed));
    report.add(
        Ratio.atLeast(
            100_000,
            "events_per_second_batch_20_sessions" + suffix,
            "batches, 20 sessions" + of,
            batchSpeedInFewSessions));
    report.add(Ratio.plain("events_per_second_single" + suffix, "single" + of, singleSpeed));
    if (queueType == QueueType.QUORUM) {
      report.add(
          Ratio.atLeast(
              0.9,
              "ordered_vs_single",
              "ordered by single" + of,
              speeds.result(ORDERED).by(singleSpeed)));
      report.add(
          Ratio.plain(
              "ordered_2_connections_vs_single",
              "ordered, 2 publisher connections, by single" + of,
              speeds.result(IN_TWO_CONNECTIONS).by(singleSpeed)));
      report.add(
          Ratio.plain(
              "ordered_by_publisher_vs_single",
              "ordered, partitions by the publisher, by single" + of,
              speeds.result(BY_PUBLISHER).by(singleSpeed)));
      report.add(
          Ratio.plain(
              "ordered_by_publisher_2_connections_vs_single",
              "the same with 2 publisher connections, by single" + of,
              speeds.result(BY_PUBLISHER_IN_TWO).by(singleSpeed)));
      report.add(
          Ratio.atLeast(
              0.95,
              "ordered_vs_raw",
              "ordered by hand-tuned over the same partitions" + of,
              speeds.result(ORDERED).by(speeds.result(RAW_ORDERED))));
    }
  }
}
