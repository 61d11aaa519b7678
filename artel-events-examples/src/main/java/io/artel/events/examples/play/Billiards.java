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
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * All services in one process, each with connections of its own, as if they were started apart; and
 * one more for the players, who publish what happens at the tables. Of those that read shared
 * queues there may be several {@linkplain Instance instances}. Used by one thread at a time.
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
  private static final int SESSIONS_NUMBERED = 10_000;

  private final BrokerAddress address;
  private final Topology topology;
  private final FlowObserver observer;
  private final Crew crew;
  private final List<Instance> instances = new ArrayList<>();
  private final Deque<ArtelEvents> connections = new ArrayDeque<>();
  private final GameStore games = new InMemoryGameStore();
  private final StatsStore stats = new InMemoryStatsStore();
  private final NotificationStore notifications = new InMemoryNotificationStore();
  private final AuditService audit = new AuditService(AUDIT_KEPT);
  private final Scoreboard scoreboard = new Scoreboard();

  /**
   * Who reads the shared queues.
   *
   * @param instances how many there are of each service
   * @param cuttable whether {@link #restart} may cut them off
   * @param watch sees the handlers of the game service
   * @param around is around the handlers of {@link #DISTURBED} queues
   */
  record Crew(int instances, boolean cuttable, SessionWatch watch, Around around) {
    /** One of each, and nothing around their handlers. */
    static Crew one() {
      return new Crew(1, false, new SessionWatch(event -> {}), Around.NOTHING);
    }
  }

  private Billiards(BrokerAddress address, Topology topology, FlowObserver observer, Crew crew) {
    this.crew = crew;
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
    return start(address, topology, observer, Crew.one());
  }

  /** Like the other, with this crew. */
  static Billiards start(
      BrokerAddress address, Topology topology, FlowObserver observer, Crew crew) {
    Billiards billiards = new Billiards(address, topology, observer, crew);
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
    for (int number = 0; number < crew.instances; number++) {
      instances.add(new Instance(address, crew.cuttable));
      start(number);
    }
    service(PLAYERS, artel -> {});
  }

  private void service(String name, Consumer<ArtelEvents> start) {
    ArtelEvents artel = ArtelEvents.connect(settings(address, topology, name, observer));
    connections.addLast(artel);
    start.accept(artel);
  }

  private void start(int number) {
    ArtelEvents notifying = connect(number, NotificationService.NAME);
    new NotificationService(notifications).start(notifying, crew.around);
    ArtelEvents counting = connect(number, StatsService.NAME);
    StatsService service = new StatsService(stats);
    service.start(counting, crew.around);
    service.startUndoing(counting);
    ArtelEvents judging = connect(number, GameService.NAME);
    new GameService(games).start(judging, crew.watch.of(number));
  }

  private ArtelEvents connect(int number, String name) {
    return instances
        .get(number)
        .connect(where -> ArtelEvents.connect(settings(where, topology, name, observer)));
  }

  /** How many instances there are. */
  int instances() {
    return instances.size();
  }

  /**
   * Stops an instance and starts it anew; one that could not be started is started.
   *
   * @param abruptly whether it is cut off, as if its process was killed
   * @throws RuntimeException as {@link ArtelEvents#connect(ArtelSettings)} does; the instance is
   *     not there then
   */
  void restart(int number, boolean abruptly) {
    Instance gone = instances.get(number);
    if (abruptly) {
      gone.cut();
    } else {
      gone.close();
    }
    instances.set(number, new Instance(address, crew.cuttable));
    start(number);
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
            .sequenceNumbers(SESSIONS_NUMBERED)
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
    if (!connections.isEmpty()) {
      connections.removeLast().close();
    }
    instances.forEach(Instance::close);
    while (!connections.isEmpty()) {
      connections.removeLast().close();
    }
  }
}
