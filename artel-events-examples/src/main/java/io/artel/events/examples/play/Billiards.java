package io.artel.events.examples.play;

import io.artel.events.EventPublisher;
import io.artel.events.FlowObserver;
import io.artel.events.Topology;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.ArtelSettings;
import io.artel.events.amqp.BrokerInfo;
import io.artel.events.examples.audit.AuditService;
import io.artel.events.examples.contract.Around;
import io.artel.events.examples.contract.BilliardsEvents;
import io.artel.events.examples.contract.BilliardsTopology;
import io.artel.events.examples.game.GameService;
import io.artel.events.examples.game.GameStore;
import io.artel.events.examples.game.InMemoryGameStore;
import io.artel.events.examples.live.LiveGateway;
import io.artel.events.examples.live.Scoreboard;
import io.artel.events.examples.notifications.InMemoryNotificationStore;
import io.artel.events.examples.notifications.NotificationService;
import io.artel.events.examples.notifications.NotificationStore;
import io.artel.events.examples.stats.InMemoryStatsStore;
import io.artel.events.examples.stats.StatsService;
import io.artel.events.examples.stats.StatsStore;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * All services in one process, each with connections of its own, as if they were started apart; and
 * one more for the players, who publish what happens at the tables.
 */
public final class Billiards implements AutoCloseable {

  /** The players' side. */
  static final String PLAYERS = "billiards_players";

  /** The queues that somebody reads. */
  static final List<String> CONSUMED =
      List.of(
          BilliardsTopology.GAME_QUEUE,
          BilliardsTopology.STATS_QUEUE,
          BilliardsTopology.NOTIFICATIONS_QUEUE,
          BilliardsTopology.COMPENSATION_QUEUE,
          BilliardsTopology.AUDIT_QUEUE);

  /** The queues whose handlers chaos disturbs; what the game service keeps would be wrong then. */
  static final List<String> DISTURBED =
      List.of(BilliardsTopology.STATS_QUEUE, BilliardsTopology.NOTIFICATIONS_QUEUE);

  /** Longer than a broker takes to restart. */
  private static final Duration PUBLISH_TIMEOUT = Duration.ofMinutes(2);

  private static final int AUDIT_KEPT = 1000;

  private final BrokerAddress address;
  private final Topology topology;
  private final FlowObserver observer;
  private final Around around;
  private final Deque<ArtelEvents> connections = new ArrayDeque<>();
  private final GameStore games = new InMemoryGameStore();
  private final StatsStore stats = new InMemoryStatsStore();
  private final NotificationStore notifications = new InMemoryNotificationStore();
  private final AuditService audit = new AuditService(AUDIT_KEPT);
  private final Scoreboard scoreboard = new Scoreboard();

  private Billiards(
      BrokerAddress address, Topology topology, FlowObserver observer, Around around) {
    this.around = around;
    this.address = address;
    this.topology = topology;
    this.observer = observer;
  }

  /**
   * Connects and starts all services.
   *
   * @throws RuntimeException as {@link ArtelEvents#connect(ArtelSettings)} does; nothing is left
   *     running then
   */
  public static Billiards start(BrokerAddress address, Topology topology, FlowObserver observer) {
    return start(address, topology, observer, Around.NOTHING);
  }

  /** Like the other, with something around the handlers of {@link #DISTURBED} queues. */
  static Billiards start(
      BrokerAddress address, Topology topology, FlowObserver observer, Around around) {
    Billiards billiards = new Billiards(address, topology, observer, around);
    try {
      billiards.start();
    } catch (RuntimeException e) {
      billiards.close();
      throw e;
    }
    return billiards;
  }

  private void start() {
    service(AuditService.NAME, audit::start);
    service(LiveGateway.NAME, new LiveGateway(scoreboard)::start);
    service(
        NotificationService.NAME,
        artel -> new NotificationService(notifications).start(artel, around));
    service(
        StatsService.NAME,
        artel -> {
          StatsService service = new StatsService(stats);
          service.start(artel, around);
          service.startUndoing(artel);
        });
    service(GameService.NAME, new GameService(games)::start);
    service(PLAYERS, artel -> {});
  }

  private void service(String name, Consumer<ArtelEvents> start) {
    ArtelEvents artel = ArtelEvents.connect(settings(address, topology, name, observer));
    connections.addLast(artel);
    start.accept(artel);
  }

  /** The settings of one service. */
  public static ArtelSettings settings(
      BrokerAddress address, Topology topology, String name, FlowObserver observer) {
    ArtelSettings.Builder settings =
        ArtelSettings.builder()
            .uri(address.amqp())
            .name(name)
            .topology(topology)
            .catalog(BilliardsEvents.catalog())
            .observer(observer)
            .publishTimeout(PUBLISH_TIMEOUT);
    if (address.management() != null) {
      settings.managementUri(address.management());
    }
    return settings.build();
  }

  /** The broker that all of them use. */
  public BrokerInfo broker() {
    return connections.getLast().broker();
  }

  /** What the players publish with. */
  public EventPublisher players() {
    return connections.getLast().publisher();
  }

  /** The game service's sessions. */
  public GameStore games() {
    return games;
  }

  /** The statistics service's figures. */
  public StatsStore stats() {
    return stats;
  }

  /** The notification service's notifications. */
  public NotificationStore notifications() {
    return notifications;
  }

  /** The audit service. */
  public AuditService audit() {
    return audit;
  }

  /** What the gateway shows. */
  public Scoreboard scoreboard() {
    return scoreboard;
  }

  /** Stops the services, the players first. */
  @Override
  public void close() {
    while (!connections.isEmpty()) {
      connections.removeLast().close();
    }
  }
}
