package io.artel.events.amqp;

import com.rabbitmq.client.Connection;
import io.artel.events.CloseReport;
import io.artel.events.ConnectionStatus;
import io.artel.events.Topology;
import io.artel.events.amqp.internal.connection.Connector;
import io.artel.events.amqp.internal.connection.SupervisedConnection;
import io.artel.events.amqp.internal.consume.QueueSubscription;
import io.artel.events.amqp.internal.consume.SubscriptionSpec;
import io.artel.events.amqp.internal.publish.EventChannel;
import io.artel.events.amqp.internal.publish.PublisherPool;
import io.artel.events.amqp.internal.topology.TopologyDeclarer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One broker: the connections to it, what is declared there, the copies that failures leave there,
 * and what reads from there.
 */
final class Broker {

  private static final Duration CONNECTION_CLOSE_TIMEOUT = Duration.ofSeconds(2);

  private final Shared shared;
  private final ArtelSettings settings;
  private final TopologyDeclarer declarer;
  private final SupervisedConnection administration;
  private final SupervisedConnection consuming;
  private final List<SupervisedConnection> publishing;

  /**
   * Retry copies and dead letters go on a channel of their own: what the broker refuses of them
   * must not close the one that events are published on.
   */
  private final PublisherPool copies;

  /** A broker that nothing is connected to yet. */
  Broker(Shared shared) {
    this.shared = shared;
    settings = shared.settings();
    Connector connector = new Connector(settings.endpoint());
    declarer = Administration.declarer(connector, settings);
    administration = supervised(connector, "admin");
    consuming = supervised(connector, "consume");
    publishing =
        IntStream.range(0, settings.publisherConnections())
            .mapToObj(i -> supervised(connector, i == 0 ? "publish" : "publish " + (i + 1)))
            .toList();
    copies = pool(publishing.subList(0, 1));
  }

  private SupervisedConnection supervised(Connector connector, String purpose) {
    return new SupervisedConnection(
        connector,
        settings.name() + " " + purpose,
        shared.supervisor(),
        null,
        new SupervisedConnection.Backoff(settings.firstReconnect(), settings.longestReconnect()),
        shared::announce);
  }

  private PublisherPool pool(List<SupervisedConnection> connections) {
    return new PublisherPool(
        connections,
        shared.limits(),
        settings.maxInFlight(),
        shared.meters(),
        shared.callbacks(),
        shared.timer(),
        shared.supervisor());
  }

  /** Publishers of events, one for each publishing connection; {@link #open} starts them. */
  PublisherPool publisher() {
    return pool(publishing);
  }

  /** Opens all connections, declares what is missing, and starts these publishers. */
  BrokerInfo open(PublisherPool publisher) throws IOException {
    Connection admin = administration.open();
    if (settings.declares()) {
      declarer.declare(admin, settings.topology().layout());
    }
    consuming.open();
    List<Connection> open = publishing.stream().map(SupervisedConnection::open).toList();
    publisher.start(open);
    copies.start(open.subList(0, 1));
    return introduce(admin);
  }

  private static BrokerInfo introduce(Connection connection) {
    Map<String, Object> properties = connection.getServerProperties();
    return new BrokerInfo(
        String.valueOf(properties.getOrDefault("product", "unknown")),
        String.valueOf(properties.getOrDefault("version", "unknown")),
        connection.getAddress().getHostAddress() + ":" + connection.getPort());
  }

  /**
   * Starts a subscription, after what its policy needs is declared.
   *
   * @param events where its handlers publish
   */
  QueueSubscription subscribe(SubscriptionSpec spec, EventChannel events) {
    spec.requirePossible();
    Topology topology = settings.topology();
    boolean ladder = !spec.isBroadcast() && !spec.queue().isPartitioned();
    if (ladder) {
      topology = topology.ladder(spec.queue().name(), spec.delays());
    }
    QueueSubscription running =
        new QueueSubscription(
            spec,
            new QueueSubscription.Shared(
                consuming,
                copies,
                events,
                settings.codec(),
                topology,
                shared.meters(),
                settings.observer(),
                settings.name(),
                shared.timer(),
                shared.supervisor()));
    try {
      if (ladder
          && settings.declares()
          && !topology.ladder(spec.queue()).equals(settings.topology().ladder(spec.queue()))) {
        declareAgain(topology);
      }
      running.start();
    } catch (IOException e) {
      running.stop(Duration.ZERO);
      throw Administration.lost(settings, e);
    } catch (RuntimeException e) {
      running.stop(Duration.ZERO);
      throw e;
    }
    return running;
  }

  private void declareAgain(Topology topology) throws IOException {
    Connection admin = administration.current();
    if (admin == null) {
      throw new IOException("the administration connection is lost");
    }
    declarer.declare(admin, topology.layout());
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
    return Stream.concat(Stream.of(administration, consuming), publishing.stream())
        .map(SupervisedConnection::status)
        .toList();
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
}
