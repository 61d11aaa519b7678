package io.artel.events.testkit.internal.faults;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import io.artel.events.testkit.BrokerProxy;
import io.artel.events.testkit.BrokerProxy.Direction;
import java.time.Duration;
import java.util.List;

/** What happens to the network between clients and broker. */
final class NetworkScenarios {
  private static final int ROUNDS = 5;
  private static final Duration TARGET = ofSeconds(5);

  /** The broker lets go of a lost consumer's messages only when it misses heartbeats itself. */
  private static final Duration TARGET_AFTER_SILENCE = ofSeconds(10);

  private static final Duration FLAPPING = ofSeconds(30);

  private NetworkScenarios() {}

  static List<Scenario> all() {
    return List.of(
        Scenario.of("F7a", "connections reset", NetworkScenarios::reset),
        Scenario.of("F7b", "connections ended without a word", NetworkScenarios::finished),
        Scenario.of("F7c", "network swallows everything", NetworkScenarios::blackhole)
            .with(settings -> settings.confirmsWithin(ofSeconds(2))),
        Scenario.of("F7d", "network swallows one way, then the other", NetworkScenarios::halfOpen),
        Scenario.of("F7e", "exactly the confirmation is lost", NetworkScenarios::confirmLost)
            .with(settings -> settings.confirmsWithin(ofSeconds(2))),
        Scenario.of("F7f", "connection cut in the middle of an event", NetworkScenarios::cut)
            .with(settings -> settings.confirmsWithin(ofSeconds(2))),
        Scenario.of("F7g", "half a second of latency each way", NetworkScenarios::slow),
        Scenario.of("F7h", "connections flap for half a minute", NetworkScenarios::flapping));
  }

  private static void reset(Stage stage) throws InterruptedException {
    for (int i = 0; i < ROUNDS; i++) {
      stage.flow(ofMillis(100), ofMillis(800));
      reset(stage, List.of(stage.proxy), TARGET);
    }
  }

  /** Resets the connections over these networks. */
  static void reset(Stage stage, List<BrokerProxy> networks, Duration target)
      throws InterruptedException {
    networks.forEach(BrokerProxy::reset);
    stage.fault();
    stage.recovers(target);
  }

  private static void finished(Stage stage) throws InterruptedException {
    for (int i = 0; i < ROUNDS; i++) {
      stage.flow(ofMillis(100), ofMillis(800));
      stage.proxy.finish();
      stage.fault();
      stage.recovers(TARGET);
    }
  }

  private static void blackhole(Stage stage) throws InterruptedException {
    for (int i = 0; i < 2; i++) {
      stage.flow(ofMillis(100), ofMillis(800));
      blackhole(stage, List.of(stage.proxy), TARGET_AFTER_SILENCE);
    }
  }

  /** Swallows everything on these networks until it is noticed. */
  static void blackhole(Stage stage, List<BrokerProxy> networks, Duration target)
      throws InterruptedException {
    long since = System.nanoTime();
    networks.forEach(BrokerProxy::blackhole);
    stage.fault();
    if (networks.contains(stage.proxy)) {
      stage.noticed(since, StageSettings.CLIENT_NOTICES);
    } else {
      // Other processes do not say when they notice.
      stage.flow(StageSettings.CLIENT_NOTICES.plusSeconds(1));
    }
    networks.forEach(BrokerProxy::heal);
    stage.recovers(target);
  }

  /**
   * Where the broker hears nothing, it is the one that notices, after two heartbeats; where clients
   * hear nothing, they do.
   */
  private static void halfOpen(Stage stage) throws InterruptedException {
    for (Direction direction : Direction.values()) {
      stage.flow(ofMillis(100), ofMillis(800));
      long since = System.nanoTime();
      stage.proxy.blackhole(direction);
      stage.fault();
      stage.noticed(
          since,
          direction == Direction.TO_BROKER
              ? StageSettings.BROKER_NOTICES
              : StageSettings.CLIENT_NOTICES);
      stage.proxy.heal();
      stage.recovers(TARGET_AFTER_SILENCE);
    }
  }

  private static void confirmLost(Stage stage) throws InterruptedException {
    stage.quieten();
    stage.proxy.loseConfirms(1);
    stage.fault();
    stage.load.one();
    stage.await("the event is confirmed at last", () -> stage.oracle.withoutOutcome() == 0);
    stage.await("it came twice", () -> stage.oracle.verdict(0).duplicates() > 0);
    stage.check(
        stage.proxy.swallowedFrames() == 1,
        stage.proxy.swallowedFrames() + " confirmations were lost instead of one");

    stage.load.goOn();
    stage.flow(ofMillis(300), ofMillis(600));
    stage.proxy.loseConfirms(Integer.MAX_VALUE);
    stage.fault();
    stage.flow(ofMillis(500), ofMillis(1_500));
    stage.proxy.heal();
    stage.recovers(TARGET);
  }

  private static void cut(Stage stage) throws InterruptedException {
    for (int i = 0; i < ROUNDS; i++) {
      stage.flow(ofMillis(100), ofMillis(800));
      long ended = stage.proxy.endedConnections();
      stage.proxy.cutNextPublish();
      stage.fault();
      stage.await("a connection is cut", () -> stage.proxy.endedConnections() > ended);
      stage.recovers(TARGET);
    }
  }

  private static void slow(Stage stage) throws InterruptedException {
    long connections = stage.proxy.madeConnections();
    stage.proxy.delay(ofMillis(500));
    stage.harmlessFault();
    stage.flow(ofSeconds(2));
    long confirmed = stage.oracle.confirmed();
    stage.flow(ofSeconds(5));
    long goodput = stage.oracle.confirmed() - confirmed;
    stage.figure("confirmed_in_5_s_of_latency", goodput);
    stage.check(goodput > 0, "nothing was confirmed within 5 s of latency");
    stage.proxy.heal();
    stage.recovers(TARGET);
    stage.check(stage.proxy.madeConnections() == connections, "a slow network cost a connection");
  }

  /** In two parts: what has grown from the end of one to the end of the other has leaked. */
  private static void flapping(Stage stage) throws InterruptedException {
    flap(stage);
    List<String> threads = Threads.of(stage);
    flap(stage);
    stage.await(
        "there are no more threads than before", () -> Threads.of(stage).size() <= threads.size());
    List<String> threadsNow = Threads.of(stage);
    stage.check(
        threadsNow.size() <= threads.size(), "threads were " + threads + " and are " + threadsNow);
    stage.figure("threads", threadsNow.size());
  }

  private static void flap(Stage stage) throws InterruptedException {
    long confirmed = stage.oracle.confirmed();
    long end = System.nanoTime() + FLAPPING.dividedBy(2).toNanos();
    while (System.nanoTime() - end < 0) {
      stage.flow(ofMillis(500), ofMillis(1_500));
      stage.proxy.refuse();
      stage.proxy.reset();
      stage.fault();
      stage.flow(ofMillis(50), ofMillis(300));
      stage.proxy.heal();
    }
    long goodput = stage.oracle.confirmed() - confirmed;
    stage.figure("confirmed_while_flapping", goodput);
    stage.check(goodput > 0, "nothing was confirmed while connections flapped");
    stage.recovers(TARGET);
    int connections = stage.artel.connections().size();
    stage.await(
        "there are " + connections + " connections again",
        () -> stage.proxy.openConnections() == connections);
  }
}
