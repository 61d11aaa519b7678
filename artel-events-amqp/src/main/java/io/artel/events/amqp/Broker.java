package io.artel.events.amqp;

import com.rabbitmq.client.Connection;
import io.artel.events.CloseReport;
import io.artel.events.ConnectionException;
import io.artel.events.ConnectionStatus;
import io.artel.events.Topology;
import io.artel.events.TopologyException;
import io.artel.events.amqp.internal.connection.Backoff;
import io.artel.events.amqp.internal.connection.Connector;
import io.artel.events.amqp.internal.connection.ConsumingConnections;
import io.artel.events.amqp.internal.connection.Endpoint;
import io.artel.events.amqp.internal.connection.SameThread;
import io.artel.events.amqp.internal.connection.SupervisedConnection;
import io.artel.events.amqp.internal.consume.QueueSubscription;
import io.artel.events.amqp.internal.consume.SubscriptionSpec;
import io.artel.events.amqp.internal.publish.EventChannel;
import io.artel.events.amqp.internal.publish.PublisherPool;
import io.artel.events.amqp.internal.topology.ManagementClient;
import io.artel.events.amqp.internal.topology.Rings;
import io.artel.events.amqp.internal.topology.TopologyDeclarer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One broker: the connections to it, what is declared there, the copies that failures leave there,
 * and what reads from there.
 */
final class Broker {

  private static final Duration CONNECTION_CLOSE_TIMEOUT = Duration.ofSeconds(2);

  private final Shared shared;
  private final ArtelSettings settings;
  private final Endpoint endpoint;
  private final TopologyDeclarer declarer;
  private final SupervisedConnection administration;
  private final ConsumingConnections consuming;
  private final List<SupervisedConnection> publishing;

  /**
   * Retry copies and dead letters go on a channel of their own: what the broker refuses of them
   * must not close the one that events are published on.
   */
  private final PublisherPool copies;

  private volatile @Nullable BrokerInfo info;

  /** A broker that nothing is connected to yet. */
  Broker(Shared shared, Endpoint endpoint) {
    this.shared = shared;
    this.endpoint = endpoint;
    settings = shared.settings();
    Connector connector = new Connector(endpoint);
    declarer = Administration.declarer(connector, settings);
    administration = supervised(connector, "admin", null);
    consuming =
        new ConsumingConnections(
            number -> supervised(connector, numbered("consume", number), new SameThread()));
    publishing =
        IntStream.range(0, settings.publisherConnections())
            .mapToObj(i -> supervised(connector, numbered("publish", i + 1), null))
            .toList();
    copies = shared.copies(List.of(spareTarget()));
  }

  private SupervisedConnection supervised(
      Connector connector, String purpose, @Nullable ExecutorService callbacks) {
    String member = endpoint.member();
    return new SupervisedConnection(
        connector,
        settings.name() + " " + purpose + (member == null ? "" : " at " + member),
        shared.supervisor(),
        callbacks,
        new Backoff(settings.firstReconnect(), settings.longestReconnect()),
        shared::announce);
  }

  private static String numbered(String purpose, int number) {
    return number == 1 ? purpose : purpose + " " + number;
  }

  private PublisherPool.Target target(List<SupervisedConnection> connections) {
    return new PublisherPool.Target(toString(), connections);
  }

  /** The same on one connection, for what is published beside events. */
  PublisherPool.Target spareTarget() {
    return target(publishing.subList(0, 1));
  }

  /** What is published to as this broker. */
  PublisherPool.Target target() {
    return target(publishing);
  }

  /**
   * Opens all connections, declares what is missing, and starts publishers; goes on where it failed
   * before.
   *
   * @param publisher where events are published
   * @param spare further publishers, on one connection each
   * @param number the place of this broker among the targets of that publisher
   * @throws ConnectionException if the broker is not there, or refuses
   * @throws TopologyException if it does not have what the topology says, and cannot make it
   */
  void open(PublisherPool publisher, List<PublisherPool> spare, int number) {
    try {
      Connection admin = administration.open();
      if (settings.declares()) {
        declare(admin, settings.topology());
      }
      requireRings();
      consuming.open();
      List<Connection> open = publishing.stream().map(SupervisedConnection::open).toList();
      publisher.start(number, open);
      copies.start(0, open.subList(0, 1));
      for (PublisherPool each : spare) {
        each.start(number, open.subList(0, 1));
      }
      info = introduce(admin);
    } catch (IOException e) {
      throw Administration.lost(endpoint, e);
    }
  }

  /** After declaring: what is missing is there by then. */
  private void requireRings() throws IOException {
    ManagementClient management = Administration.management(settings, endpoint);
    if (management != null) {
      Administration.at(
          endpoint,
          () -> {
            Rings.require(management, settings.topology().layout(), settings.declares());
            return management;
          });
    }
  }

  private BrokerInfo introduce(Connection connection) {
    Map<String, Object> properties = connection.getServerProperties();
    return new BrokerInfo(
        String.valueOf(properties.getOrDefault("product", "unknown")),
        String.valueOf(properties.getOrDefault("version", "unknown")),
        administration.broker());
  }

  private void declare(Connection admin, Topology topology) throws IOException {
    Administration.at(
        endpoint,
        () -> {
          declarer.declare(admin, topology.layout());
          return topology;
        });
  }

  /** How the broker introduced itself; null if it has not been there yet. */
  @Nullable BrokerInfo info() {
    return info;
  }

  /**
   * A subscription that is not reading yet.
   *
   * @param events where its handlers publish
   */
  QueueSubscription subscription(SubscriptionSpec spec, EventChannel events) {
    return new QueueSubscription(
        spec,
        new QueueSubscription.Shared(
            endpoint.member(),
            consuming,
            copies,
            events,
            settings.codec(),
            topology(spec),
            shared.meters(),
            settings.observer(),
            settings.name(),
            shared.timer(),
            shared.supervisor(),
            shared.standstill()));
  }

  /** The topology with the retry queues that this needs. */
  private Topology topology(SubscriptionSpec spec) {
    return spec.isBroadcast() || spec.queue().isPartitioned()
        ? settings.topology()
        : settings.topology().ladder(spec.queue().name(), spec.delays());
  }

  /**
   * Starts it, after what its policy needs is declared.
   *
   * @throws ConnectionException if the connection is lost
   * @throws TopologyException if the queue is not there, or what is needed cannot be declared
   */
  void start(SubscriptionSpec spec, QueueSubscription subscription) {
    Topology topology = topology(spec);
    try {
      if (settings.declares()
          && !topology.ladder(spec.queue()).equals(settings.topology().ladder(spec.queue()))) {
        Connection admin = administration.current();
        if (admin == null) {
          throw new IOException("the administration connection is lost");
        }
        declare(admin, topology);
      }
      Administration.at(
          endpoint,
          () -> {
            subscription.start();
            return topology;
          });
    } catch (IOException e) {
      throw Administration.lost(endpoint, e);
    }
  }

  /** The connection that nothing but administration uses. */
  SupervisedConnection administration() {
    return administration;
  }

  /** How many retry copies and dead letters have no outcome yet. */
  int copiesInFlight() {
    return copies.inFlight();
  }

  /** How the connections fare: for administration, for consuming, for publishing. */
  List<ConnectionStatus> connections() {
    List<ConnectionStatus> all = new ArrayList<>();
    all.add(administration.status());
    all.addAll(consuming.statuses());
    publishing.forEach(connection -> all.add(connection.status()));
    return all;
  }

  /** Waits for the outcomes of copies; those that have none by then are unknown. */
  void closeCopies(Duration timeout) {
    CloseReport before = copies.outcomes();
    var unused = copies.close(before, timeout);
  }

  /** Closes the connections, those that others wait for last. */
  void close() {
    publishing.forEach(connection -> connection.close(CONNECTION_CLOSE_TIMEOUT));
    consuming.close(CONNECTION_CLOSE_TIMEOUT);
    administration.close(CONNECTION_CLOSE_TIMEOUT);
  }

  /** What it is called among several; the only one has no name. */
  @Override
  public String toString() {
    String member = endpoint.member();
    return member == null ? "" : member;
  }
}
