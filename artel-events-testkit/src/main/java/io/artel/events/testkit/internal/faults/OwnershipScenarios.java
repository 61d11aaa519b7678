package io.artel.events.testkit.internal.faults;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import io.artel.events.testkit.DeliveryOracle;
import io.artel.events.testkit.internal.broker.Versions;
import java.time.Duration;
import java.util.List;

/** What happens between those who take turns in owning the partitions of an ordered queue. */
final class OwnershipScenarios {
  private static final int ROUNDS = 30;

  /** So long that some run whenever a service stops. */
  private static final Duration HANDLING = ofMillis(5);

  /** So long that all workers are at it at any moment. */
  private static final Duration ALL_BUSY = ofMillis(25);

  private OwnershipScenarios() {}

  static List<Scenario> all() {
    return List.of(
        instances("F10a", "both services restarted in turn", OwnershipScenarios::rolling),
        instances("F10b", "the service that reads is killed", OwnershipScenarios::killed),
        instances("F11", "the service that reads is frozen", OwnershipScenarios::frozen));
  }

  private static Scenario instances(String id, String title, Scenario.Act act) {
    return Scenario.of(id, title, act)
        .with(settings -> settings.twoInstances().handlersTake(HANDLING));
  }

  /** Each restart hands all partitions over: what runs ends before another owner begins. */
  private static void rolling(Stage stage) throws InterruptedException {
    stage.overlapsUpTo(0);
    for (int round = 0; round < ROUNDS; round++) {
      for (ServiceProcess service : stage.services()) {
        restart(stage, service, ofSeconds(5));
        stage.flow(ofMillis(50), ofMillis(200));
      }
    }
    stage.check(
        stage.deadLetters(Stage.ORDERED) == 0,
        stage.deadLetters(Stage.ORDERED) + " events are dead, though none failed");
  }

  /** Lets a service stop in good order, and read again. */
  static void restart(Stage stage, ServiceProcess service, Duration target)
      throws InterruptedException {
    DeliveryOracle.Recovery recovery = stage.oracle.recovery(stage.load.keys());
    service.restart(stage.settings);
    stage.fault(Services.WORKERS);
    stage.recovers(target, recovery);
  }

  /** The other one takes over what was under way. */
  private static void killed(Stage stage) throws InterruptedException {
    for (int i = 0; i < 5; i++) {
      stage.flow(ofMillis(300), ofMillis(1_000));
      kill(stage, stage.services().get(0));
    }
  }

  /** Kills a service, and starts another one when all moves again. */
  static void kill(Stage stage, ServiceProcess service) throws InterruptedException {
    stage.kill(service);
    stage.fault(unacknowledged(stage));
    stage.recovers(takesOverWithin(stage));
    stage.startService();
  }

  /**
   * The broker gives up on the frozen one, and the other takes over. When it goes on, it knows
   * nothing of that, and must not do anything nevertheless.
   */
  private static void frozen(Stage stage) throws InterruptedException {
    ServiceProcess frozen = stage.services().get(0);
    frozen.handlersTake(ALL_BUSY);
    stage.flow(ofMillis(300), ofMillis(1_000));
    frozen.freeze();
    stage.fault(unacknowledged(stage));
    stage.flow(ofMillis(50));
    ServiceProcess.OldCalls before = frozen.oldCalls();
    stage.recovers(takesOverWithin(stage));
    stage.flow(StageSettings.HEARTBEAT);
    frozen.thaw();
    frozen.handlersTake(HANDLING);
    stage.flow(ofSeconds(3));
    ServiceProcess.OldCalls after = frozen.oldCalls();
    long effects = after.well() - before.well();
    long begun = after.begun() - before.begun();
    stage.figure("begun_after_thaw", begun);
    stage.figure("effects_after_thaw", effects);
    // One may have been frozen between its look at the fence and its effect.
    stage.check(
        effects <= 1, effects + " handlers went on after the thaw with what others own by now");
    stage.check(
        begun <= Services.WORKERS,
        begun + " handlers began after the thaw with what others own by now");
    stage.recovers(ofSeconds(5));
  }

  /** Everything that was sent ahead to the owner of all partitions. */
  private static long unacknowledged(Stage stage) {
    return (long) stage.settings.prefetch() * stage.settings.consumers();
  }

  /** So soon another consumer reads what belonged to one that is gone. */
  static Duration takesOverWithin(Stage stage) {
    return Versions.isBefore(stage.node.version(), "4.3") ? ofSeconds(10) : ofSeconds(15);
  }
}
