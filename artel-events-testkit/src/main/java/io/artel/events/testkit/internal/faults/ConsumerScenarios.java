package io.artel.events.testkit.internal.faults;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import io.artel.events.TopologyLayout;
import io.artel.events.testkit.BrokerProxy;
import io.artel.events.testkit.RabbitMq;
import io.artel.events.testkit.internal.faults.Task.Behaviour;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What happens to those who read: their processes, channels and permissions. */
final class ConsumerScenarios {
  private static final Duration TARGET = ofSeconds(5);
  private static final int NEIGHBOURS = 60;
  private static final int MOST_KILLS = TopologyLayout.DELIVERY_LIMIT + 5;
  private static final String NOTHING = "^$";
  private static final String EVERYTHING = ".*";

  /**
   * So soon acknowledgements leave, a busy machine considered: those behind an event that is not
   * done take a quarter of a second.
   */
  private static final Duration ACKS_LEAVE = ofSeconds(1);

  private ConsumerScenarios() {}

  /** Brings a service to a point on the way of an event, where it is to be killed. */
  private interface Way {
    void to(Stage stage) throws InterruptedException;
  }

  static List<Scenario> all() {
    return List.of(
        Scenario.of(
                "F9",
                "the same event kills its consumer again and again",
                ConsumerScenarios::killing)
            .with(StageSettings::apart),
        killed("F18a", "while a handler runs", ConsumerScenarios::toHandler),
        killed("F18b", "while it publishes a retry copy", ConsumerScenarios::toCopy),
        killed("F18c", "before it knows of the copy's confirmation", ConsumerScenarios::toConfirm),
        killed("F18d", "before its acknowledgement arrives", ConsumerScenarios::toAck),
        killed("F18e", "after its acknowledgement", ConsumerScenarios::beyondAck),
        Scenario.of("F21", "the broker closes one partition's channel", ConsumerScenarios::closed)
            .with(StageSettings::onlyOrdered),
        Scenario.of("F26", "permissions revoked and granted again", ConsumerScenarios::revoked)
            .realOnly());
  }

  private static Scenario killed(String id, String when, Way way) {
    return Scenario.of(id, "consumer killed " + when, stage -> killed(stage, way))
        .with(StageSettings::apart);
  }

  /**
   * The one event ends in the dead-letter queue when its delivery limit is reached, and none of
   * those with it that the broker had sent ahead.
   */
  private static void killing(Stage stage) throws InterruptedException {
    stage.quieten();
    String poison = stage.load.task(Task.to(Behaviour.HANG));
    for (int i = 0; i < NEIGHBOURS; i++) {
      stage.load.one();
    }
    int kills = 0;
    while (kills < MOST_KILLS && comesAgain(stage, poison, kills)) {
      stage.killServices();
      kills++;
      stage.fault(stage.settings.prefetch());
      stage.startServices();
    }
    stage.figure("kills", kills);
    stage.await("nothing else is missing", () -> stage.oracle.missing().size() == 1);
    stage.check(
        stage.deadLetters(Stage.PLAIN) == 1,
        stage.deadLetters(Stage.PLAIN) + " events are dead instead of the one");
    stage.load.goOn();
    stage.recovers(TARGET);
  }

  /** Waits until the event has killed so often and is handled again, or is dead. */
  private static boolean comesAgain(Stage stage, String poison, int kills)
      throws InterruptedException {
    stage.await(
        "what kills is handled again, or dead",
        () -> calls(stage, poison) > kills || stage.deadLetters(Stage.PLAIN) > 0);
    return calls(stage, poison) > kills;
  }

  private static int calls(Stage stage, String key) {
    return stage.calls.attempts(Stage.PLAIN, key).size();
  }

  private static void killed(Stage stage, Way way) throws InterruptedException {
    stage.quieten();
    stage.flow(ACKS_LEAVE);
    way.to(stage);
    stage.killServices();
    stage.fault(1);
    stage.serviceProxy.heal();
    stage.startServices();
    stage.load.goOn();
    stage.recovers(TARGET);
  }

  private static void toHandler(Stage stage) throws InterruptedException {
    String key = stage.load.task(Task.to(Behaviour.HANG_ONCE));
    stage.await("the handler runs", () -> calls(stage, key) == 1);
    stage.flow(ACKS_LEAVE); // if it were acknowledged too early, it would be by now
  }

  /** What comes after it is acknowledged, and it is not. */
  private static void toCopy(Stage stage) throws InterruptedException {
    long ended = stage.serviceProxy.endedConnections();
    stage.serviceProxy.refuse();
    stage.serviceProxy.cutNextPublish();
    stage.load.task(Task.toFail(1));
    stage.await("the copy is cut", () -> stage.serviceProxy.endedConnections() > ended);
    for (int i = 0; i < NEIGHBOURS / 2; i++) {
      stage.load.one();
    }
    stage.await("others are handled", () -> stage.oracle.missing().size() == 1);
    stage.flow(ACKS_LEAVE);
  }

  private static void toConfirm(Stage stage) throws InterruptedException {
    long swallowed = stage.serviceProxy.swallowedFrames();
    stage.serviceProxy.loseConfirms(Integer.MAX_VALUE);
    stage.load.task(Task.toFail(1));
    stage.await("a confirmation is lost", () -> stage.serviceProxy.swallowedFrames() > swallowed);
  }

  private static void toAck(Stage stage) throws InterruptedException {
    long swallowed = stage.serviceProxy.swallowedFrames();
    stage.serviceProxy.loseAcks(Integer.MAX_VALUE);
    stage.load.task(Task.toFail(1));
    stage.await(
        "an acknowledgement is lost", () -> stage.serviceProxy.swallowedFrames() > swallowed);
  }

  private static void beyondAck(Stage stage) throws InterruptedException {
    String key = stage.load.task(Task.toFail(1));
    stage.await("the handler was called", () -> calls(stage, key) == 1);
    stage.flow(ACKS_LEAVE);
  }

  /** An acknowledgement that comes twice closes the channel that it came on, and no other. */
  private static void closed(Stage stage) throws InterruptedException {
    stage.flow(ofMillis(300), ofMillis(1_000));
    long connections = stage.proxy.madeConnections();
    Set<String> before = stage.calls.redelivered();
    stage.check(before.isEmpty(), "events of " + before + " were redelivered before the fault");
    closeChannel(stage, stage.proxy);
    stage.await("a channel is opened anew", () -> !anew(stage).isEmpty());
    stage.recovers(ofSeconds(2));
    Set<String> untouched = new TreeSet<>(stage.calls.generations().keySet());
    untouched.removeAll(anew(stage));
    stage.check(!untouched.isEmpty(), "every partition lost its channel instead of one");
    Set<String> disturbed = new TreeSet<>(stage.calls.redelivered());
    disturbed.retainAll(untouched);
    stage.check(
        disturbed.isEmpty(), "events of other partitions were redelivered, of " + disturbed);
    stage.check(stage.proxy.madeConnections() == connections, "a connection was lost as well");
  }

  /** Makes the broker close a channel of a consumer on this network. */
  static void closeChannel(Stage stage, BrokerProxy network) throws InterruptedException {
    long closed = network.closedChannels();
    network.repeatNextAck();
    stage.fault(stage.settings.prefetch());
    stage.await("the broker closes a channel", () -> network.closedChannels() > closed);
  }

  /** The sessions whose events come on another channel than at first. */
  private static Set<String> anew(Stage stage) {
    Set<String> keys = new TreeSet<>();
    for (Map.Entry<String, Long> each : stage.calls.generations().entrySet()) {
      if (each.getValue() > 1) {
        keys.add(each.getKey());
      }
    }
    return keys;
  }

  /** Those who publish notice at once, those who read when they open a channel. */
  private static void revoked(Stage stage) throws InterruptedException {
    stage.flow(ofMillis(300), ofMillis(1_000));
    permissions(stage, NOTHING);
    stage.proxy.repeatNextAck();
    stage.fault();
    stage.await(
        "a consumer says why it does not read", () -> problem(stage).contains("permission for"));
    stage.check(!stage.artel.isHealthy(), "health does not tell of it");
    long connections = stage.proxy.madeConnections();
    stage.flow(ofSeconds(3));
    long attempts = stage.proxy.madeConnections() - connections;
    stage.figure("connections_while_revoked", attempts);
    stage.check(attempts <= 2, attempts + " connections were made in 3 s without permissions");
    permissions(stage, EVERYTHING);
    stage.recovers(ofSeconds(15));
  }

  private static String problem(Stage stage) {
    return stage.subscriptions.stream()
        .flatMap(each -> each.problem().stream())
        .findFirst()
        .orElse("");
  }

  private static void permissions(Stage stage, String pattern) {
    RabbitMq broker = stage.node.rabbitMq();
    broker.ctl("set_permissions", "-p", stage.name, "guest", pattern, pattern, pattern);
  }
}
