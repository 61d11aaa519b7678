package io.artel.events.testkit.internal.faults;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import io.artel.events.testkit.DeliveryOracle;
import io.artel.events.testkit.RabbitMq;
import io.artel.events.testkit.internal.broker.SmallDisk;
import io.artel.events.testkit.internal.broker.Versions;
import io.artel.events.testkit.internal.faults.Node.Alarm;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** What happens to the broker itself. */
final class BrokerScenarios {
  private static final int KILLS = 5;
  private static final int FLAKY_EVENTS = 5;
  private static final Duration TARGET = ofSeconds(5);

  /** Three connections may try so often in a second, on average, while they are refused. */
  private static final int ATTEMPTS_PER_SECOND = 9;

  /** The name of the file without which a quorum queue does not start. */
  private static final String QUORUM_CONFIGURATION = "config";

  private BrokerScenarios() {}

  static List<Scenario> all() {
    return List.of(
        Scenario.of("F1", "broker killed, started again, five times", BrokerScenarios::killed)
            .alone()
            .with(StageSettings::brokerRestarts),
        Scenario.of("F2", "broker frozen, shortly and for long", BrokerScenarios::frozen)
            .alone()
            .realOnly(),
        Scenario.of("F8", "alarms for memory and disk, with resets", BrokerScenarios::alarmed)
            .alone(),
        Scenario.of(
                "F22",
                "connections closed, broker drained, logins refused",
                BrokerScenarios::refused)
            .alone()
            .realOnly()
            .with(StageSettings::brokerRestarts),
        Scenario.of("F24", "disk full", BrokerScenarios::diskFull)
            .onSmallDisk()
            .with(StageSettings::brokerRestarts));
  }

  private static void killed(Stage stage) throws InterruptedException {
    for (int i = 0; i < KILLS; i++) {
      stage.flow(ofMillis(300), ofMillis(1_000));
      killedAndStarted(stage, TARGET);
    }
  }

  /** Kills it, and starts it again two seconds later. */
  static void killedAndStarted(Stage stage, Duration target) throws InterruptedException {
    stage.node.kill();
    stage.fault();
    stage.flow(ofSeconds(2));
    startsAndRecovers(stage, stage.node::start, target);
  }

  /** Runs what starts a broker; all moves again within this time from when its port is open. */
  private static void startsAndRecovers(Stage stage, Runnable start, Duration target)
      throws InterruptedException {
    CompletableFuture<Void> starting = CompletableFuture.runAsync(start);
    while (!stage.node.listens() && !starting.isDone()) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    DeliveryOracle.Recovery recovery = stage.oracle.recovery(stage.load.keys());
    stage.recovers(target, recovery);
    starting.join();
  }

  private static void frozen(Stage stage) throws InterruptedException {
    RabbitMq broker = stage.node.rabbitMq();
    stage.flow(ofMillis(300), ofMillis(1_000));
    long connections = stage.proxy.madeConnections();
    broker.pause();
    stage.harmlessFault();
    stage.flow(StageSettings.HEARTBEAT.dividedBy(2));
    broker.resume();
    stage.recovers(TARGET);
    stage.check(
        stage.proxy.madeConnections() == connections,
        "the client connected again though the broker was away for half a heartbeat only");
    stage.check(
        stage.oracle.verdict(0).duplicates() == 0,
        "events came twice though the broker was away for half a heartbeat only");
    frozenUntilNoticed(stage);
  }

  /** Freezes it until that is noticed, and two heartbeats more. */
  static void frozenUntilNoticed(Stage stage) throws InterruptedException {
    RabbitMq broker = stage.node.rabbitMq();
    long since = System.nanoTime();
    broker.pause();
    stage.fault();
    stage.noticed(since, StageSettings.CLIENT_NOTICES);
    stage.flow(StageSettings.HEARTBEAT.multipliedBy(2));
    broker.resume();
    stage.recovers(ofSeconds(15));
  }

  private static void alarmed(Stage stage) throws InterruptedException {
    for (Alarm alarm : Alarm.values()) {
      stage.flow(ofMillis(300), ofMillis(600));
      alarmed(stage, alarm, TARGET);
    }
    stage.node.alarm(Alarm.MEMORY);
    stage.fault();
    stage.flow(ofMillis(500), ofMillis(1_000));
    stage.proxy.reset();
    stage.flow(ofSeconds(2));
    stage.node.endAlarm(Alarm.MEMORY);
    stage.recovers(TARGET);

    alarmedWhileCopiesArePublished(stage);
  }

  /** Lets it be short of something until all that it has is handled, and two seconds more. */
  static void alarmed(Stage stage, Alarm alarm, Duration target) throws InterruptedException {
    stage.forgetBlocked();
    stage.node.alarm(alarm);
    stage.harmlessFault();
    stage.await("a connection is blocked", stage::blockedSeen);
    long handled = stage.oracle.handled();
    stage.await(
        "handlers go on while publishers are blocked", () -> everythingConfirmedIsHandled(stage));
    stage.figure("handled_before_" + alarm.name().toLowerCase(Locale.ROOT), handled);
    stage.flow(ofSeconds(2));
    stage.node.endAlarm(alarm);
    stage.recovers(target);
  }

  private static void diskFull(Stage stage) throws InterruptedException {
    stage.flow(ofMillis(300), ofMillis(1_000));
    stage.forgetBlocked();
    SmallDisk disk = stage.node.disk();
    Map<Path, byte[]> configurations = disk.contents(QUORUM_CONFIGURATION);
    stage.check(!configurations.isEmpty(), "no quorum queue has a file " + QUORUM_CONFIGURATION);
    disk.fill();
    stage.fault();
    // It looks at its disk every ten seconds at the latest, unless it ends for want of it.
    stage.await("the full disk is seen", () -> stage.blockedSeen() || !stage.node.listens());
    stage.flow(ofSeconds(1), ofSeconds(3));
    stage.figure("ended_by_itself", stage.node.listens() ? 0 : 1);
    disk.free();
    // Whether it ended or is only beyond help: it has to start anew.
    stage.node.kill();
    if (Versions.isBefore(stage.node.version(), "4.0")) {
      // It may leave one empty, and does not start its queue then, whole as its log is.
      stage.figure("configurations_restored", disk.restoreCut(configurations));
    }
    stage.fault();
    startsAndRecovers(stage, stage.node::start, TARGET);
  }

  private static boolean everythingConfirmedIsHandled(Stage stage) {
    return stage.oracle.missing().isEmpty();
  }

  private static void alarmedWhileCopiesArePublished(Stage stage) throws InterruptedException {
    stage.load.pause();
    for (int i = 0; i < FLAKY_EVENTS; i++) {
      stage.load.task(Task.toFail(1));
    }
    stage.node.alarm(Alarm.MEMORY);
    stage.harmlessFault();
    stage.load.goOn();
    stage.flow(Services.FIRST_BACKOFF.plus(ofSeconds(1)));
    stage.node.endAlarm(Alarm.MEMORY);
    stage.recovers(TARGET);
    stage.await("what failed at first is handled", () -> stage.oracle.missing().isEmpty());
  }

  private static void refused(Stage stage) throws InterruptedException {
    RabbitMq broker = stage.node.rabbitMq();
    stage.flow(ofMillis(300), ofMillis(1_000));
    closedByOperator(stage, TARGET);

    broker.ctl("eval", "rabbit_maintenance:drain().");
    stage.fault();
    stage.flow(ofSeconds(2));
    startsAndRecovers(stage, () -> broker.ctl("eval", "rabbit_maintenance:revive()."), TARGET);

    broker.ctl("stop_app");
    stage.fault();
    stage.flow(ofSeconds(1));
    startsAndRecovers(stage, () -> broker.ctl("start_app"), TARGET);

    loginsRefused(stage, broker);
  }

  /** Closes all connections, as an operator does. */
  static void closedByOperator(Stage stage, Duration target) throws InterruptedException {
    long before = stage.proxy.madeConnections();
    stage.node.closeConnections();
    stage.fault();
    stage.await("closed connections are made anew", () -> stage.proxy.madeConnections() > before);
    stage.recovers(target);
  }

  private static void loginsRefused(Stage stage, RabbitMq broker) throws InterruptedException {
    long before = stage.proxy.madeConnections();
    long since = System.nanoTime();
    broker.ctl("change_password", "guest", "another");
    stage.node.closeConnections();
    stage.fault();
    stage.flow(ofSeconds(5));
    long attempts = stage.proxy.madeConnections() - before;
    long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - since);
    stage.figure("attempts_while_refused", attempts);
    stage.check(!stage.artel.isHealthy(), "health does not tell of it");
    stage.check(
        stage.subscriptions.stream().allMatch(each -> each.aliveConsumers() == 0),
        "consumers count as alive while logins are refused");
    stage.check(
        attempts > 0 && attempts <= seconds * ATTEMPTS_PER_SECOND,
        attempts + " attempts to connect in " + seconds + " s of refused logins");
    broker.ctl("change_password", "guest", "guest");
    stage.recovers(TARGET);
  }
}
