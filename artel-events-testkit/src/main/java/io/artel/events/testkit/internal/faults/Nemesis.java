package io.artel.events.testkit.internal.faults;

import static java.time.Duration.ofSeconds;

import io.artel.events.testkit.BrokerProxy;
import io.artel.events.testkit.internal.broker.Versions;
import io.artel.events.testkit.internal.faults.Node.Alarm;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What befalls a stage in a soak, again and again; each is what another scenario does as well. */
enum Nemesis {
  BROKER_KILLED,
  BROKER_FROZEN,
  CONNECTIONS_RESET,
  NETWORK_SWALLOWS,
  CONNECTIONS_CLOSED,
  MEMORY_ALARM,
  SERVICE_KILLED,
  SERVICE_RESTARTED,
  CHANNEL_CLOSED;

  /** All has to move again so soon: twice what one fault by itself may take. */
  private static final Duration TARGET = ofSeconds(10);

  /** Whom the network leaves alone or does not; other faults do not ask for it. */
  enum Side {
    PUBLISHER,
    SERVICES,
    BOTH
  }

  /**
   * Those for a broker of this version: on RabbitMQ 3.x sessions may change partitions when it
   * restarts, so it does not.
   */
  static List<Nemesis> on(String version) {
    return Stream.of(values())
        .filter(each -> each != BROKER_KILLED || !Versions.isBefore(version, "4.0"))
        .toList();
  }

  /** Does it, heals it, and waits until all moves again. */
  void befall(Stage stage, Side side) throws InterruptedException {
    switch (this) {
      case BROKER_KILLED -> BrokerScenarios.killedAndStarted(stage, TARGET);
      case BROKER_FROZEN -> BrokerScenarios.frozenUntilNoticed(stage);
      case CONNECTIONS_RESET -> NetworkScenarios.reset(stage, networks(stage, side), TARGET);
      case NETWORK_SWALLOWS ->
          NetworkScenarios.blackhole(
              stage, networks(stage, side), OwnershipScenarios.takesOverWithin(stage));
      case CONNECTIONS_CLOSED -> BrokerScenarios.closedByOperator(stage, TARGET);
      case MEMORY_ALARM -> BrokerScenarios.alarmed(stage, Alarm.MEMORY, TARGET);
      case SERVICE_KILLED -> OwnershipScenarios.kill(stage, younger(stage));
      case SERVICE_RESTARTED -> OwnershipScenarios.restart(stage, any(stage), TARGET);
      case CHANNEL_CLOSED -> {
        ConsumerScenarios.closeChannel(stage, stage.serviceProxy);
        stage.recovers(TARGET);
      }
    }
  }

  /** What it is called in figures. */
  String figure() {
    return "injected_" + name().toLowerCase(Locale.ROOT);
  }

  /** As a person reads it. */
  String told(Side side) {
    String what = name().toLowerCase(Locale.ROOT).replace('_', ' ');
    return this == CONNECTIONS_RESET || this == NETWORK_SWALLOWS
        ? what + " (" + side.name().toLowerCase(Locale.ROOT) + ")"
        : what;
  }

  private static List<BrokerProxy> networks(Stage stage, Side side) {
    return switch (side) {
      case PUBLISHER -> List.of(stage.proxy);
      case SERVICES -> List.of(stage.serviceProxy);
      case BOTH -> List.of(stage.proxy, stage.serviceProxy);
    };
  }

  /** The one of the services that is to die; the other lives on, to show what a process keeps. */
  private static ServiceProcess younger(Stage stage) {
    List<ServiceProcess> services = stage.services();
    return services.get(services.size() - 1);
  }

  private static ServiceProcess any(Stage stage) {
    List<ServiceProcess> services = stage.services();
    return services.get(stage.random.nextInt(services.size()));
  }
}
