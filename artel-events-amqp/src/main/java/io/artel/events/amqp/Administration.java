package io.artel.events.amqp;

import com.rabbitmq.client.Connection;
import io.artel.events.ConnectionException;
import io.artel.events.QueueSpec;
import io.artel.events.TopologyException;
import io.artel.events.TopologyPlan;
import io.artel.events.TopologyPlan.Finding;
import io.artel.events.amqp.internal.connection.Connector;
import io.artel.events.amqp.internal.connection.Endpoint;
import io.artel.events.amqp.internal.connection.ManagementUri;
import io.artel.events.amqp.internal.deadletter.DeadLetterDesk;
import io.artel.events.amqp.internal.topology.ManagementClient;
import io.artel.events.amqp.internal.topology.TopologyDeclarer;
import io.artel.events.amqp.internal.topology.TopologyPlanner;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is done on brokers without staying connected to them. */
final class Administration {

  private static final int CLOSE_TIMEOUT_MILLIS = 2000;

  private Administration() {}

  /** The plan of the broker, or of all members, whose findings then name them. */
  static TopologyPlan plan(ArtelSettings settings) {
    List<TopologyPlan> plans = new ArrayList<>();
    List<Finding> findings = new ArrayList<>();
    for (Endpoint endpoint : settings.endpoints()) {
      TopologyPlan plan = plan(settings, endpoint);
      String member = endpoint.member();
      plans.add(plan);
      for (Finding finding : plan.findings()) {
        findings.add(
            member == null
                ? finding
                : new Finding(
                    finding.kind(), finding.subject() + " on " + member, finding.detail()));
      }
    }
    return plans.size() == 1
        ? plans.get(0)
        : new TopologyPlan(
            plans.get(0).topology(),
            String.join(", ", plans.stream().map(TopologyPlan::broker).toList()),
            findings);
  }

  private static TopologyPlan plan(ArtelSettings settings, Endpoint endpoint) {
    ManagementClient client = management(settings, endpoint);
    return administer(
        settings,
        endpoint,
        (connection, declarer) ->
            new TopologyPlanner(declarer).plan(connection, client, settings.topology().layout()));
  }

  /** Where more can be seen of a broker than AMQP shows, or null. */
  static @Nullable ManagementClient management(ArtelSettings settings, Endpoint endpoint) {
    ManagementUri management = settings.management();
    return management == null
        ? null
        : new ManagementClient(management, endpoint.virtualHost(), endpoint.tls());
  }

  static void declare(ArtelSettings settings) {
    for (Endpoint endpoint : settings.endpoints()) {
      administer(
          settings,
          endpoint,
          (connection, declarer) -> {
            declarer.declare(connection, settings.topology().layout());
            return settings;
          });
    }
  }

  static DeadLetters deadLetters(ArtelSettings settings, String queue) {
    return deadLetters(settings, settings.endpoint(), queue);
  }

  /** Those on the broker, or on each member of the group. */
  static List<DeadLetters> allDeadLetters(ArtelSettings settings, String queue) {
    return settings.endpoints().stream()
        .map(endpoint -> deadLetters(settings, endpoint, queue))
        .toList();
  }

  private static DeadLetters deadLetters(ArtelSettings settings, Endpoint endpoint, String queue) {
    return new DeadLetters(
        new DeadLetterDesk(
            new Connector(endpoint),
            settings.topology(),
            queue,
            settings.codec(),
            settings.name(),
            settings.declares(),
            settings.confirmTimeout()));
  }

  /**
   * The change of an ordered queue's partitions.
   *
   * @throws TopologyException if the topology has no such queue, or it has no former generation
   * @throws IllegalArgumentException if the settings name several brokers, or no management API
   */
  static PartitionChange partitionChange(ArtelSettings settings, String name) {
    QueueSpec queue =
        settings
            .topology()
            .find(name)
            .orElseThrow(
                () ->
                    new TopologyException(
                        "the topology has no queue '"
                            + name
                            + "' to change; it has "
                            + settings.topology().queues().stream().map(QueueSpec::name).toList()));
    if (queue.generation() == 1) {
      throw new TopologyException(
          "queue '"
              + name
              + "' has no former number of partitions to change from: say"
              + " partitions(new number).formerly(old number)");
    }
    if (settings.brokers() != null) {
      throw new IllegalArgumentException(
          "partitions are changed on one broker at a time, and brokers("
              + String.join(", ", settings.brokers().members())
              + ") are several: use settings with uri(…) and managementUri(…) for each");
    }
    if (settings.management() == null) {
      throw new IllegalArgumentException(
          "a change of partitions has to see bindings and how full queues are, which AMQP does not"
              + " show: name RabbitMQ's management API with managementUri(…)");
    }
    return new PartitionChange(settings, queue);
  }

  /** Something that is done on an administration connection. */
  interface Work<R> {
    R with(Connection connection, TopologyDeclarer declarer) throws IOException;
  }

  static <R> R administer(ArtelSettings settings, Endpoint endpoint, Work<R> work) {
    Connector connector = new Connector(endpoint);
    Connection connection = connector.open(settings.name() + " admin", null);
    try {
      return at(endpoint, () -> work.with(connection, declarer(connector, settings)));
    } catch (IOException e) {
      throw lost(endpoint, e);
    } finally {
      connection.abort(CLOSE_TIMEOUT_MILLIS);
    }
  }

  /** Something that is done on a broker. */
  interface OnBroker<R> {
    R run() throws IOException;
  }

  /** Does something; if the topology does not allow it, says at which of several brokers. */
  static <R> R at(Endpoint endpoint, OnBroker<R> work) throws IOException {
    try {
      return work.run();
    } catch (TopologyException e) {
      if (endpoint.member() == null) {
        throw e;
      }
      throw new TopologyException(endpoint.member() + ": " + e.getMessage(), e);
    }
  }

  static TopologyDeclarer declarer(Connector connector, ArtelSettings settings) {
    return new TopologyDeclarer(() -> connector.open(settings.name() + " probe", null));
  }

  static ConnectionException lost(Endpoint endpoint, IOException cause) {
    return new ConnectionException(
        "the connection to " + endpoint + " was lost while it was being set up", true, cause);
  }
}
