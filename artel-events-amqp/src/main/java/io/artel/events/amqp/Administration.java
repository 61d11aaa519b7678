package io.artel.events.amqp;

import com.rabbitmq.client.Connection;
import io.artel.events.ConnectionException;
import io.artel.events.TopologyPlan;
import io.artel.events.amqp.internal.connection.Connector;
import io.artel.events.amqp.internal.connection.ManagementUri;
import io.artel.events.amqp.internal.topology.ManagementClient;
import io.artel.events.amqp.internal.topology.TopologyDeclarer;
import io.artel.events.amqp.internal.topology.TopologyPlanner;
import java.io.IOException;

/** What is done on a broker without staying connected to it. */
final class Administration {

  private static final int CLOSE_TIMEOUT_MILLIS = 2000;

  private Administration() {}

  static TopologyPlan plan(ArtelSettings settings) {
    ManagementUri management = settings.management();
    ManagementClient client =
        management == null
            ? null
            : new ManagementClient(
                management, settings.endpoint().virtualHost(), settings.endpoint().tls());
    return administer(
        settings,
        (connection, declarer) ->
            new TopologyPlanner(declarer).plan(connection, client, settings.topology().layout()));
  }

  static void declare(ArtelSettings settings) {
    administer(
        settings,
        (connection, declarer) -> {
          declarer.declare(connection, settings.topology().layout());
          return settings;
        });
  }

  /** Something that is done on an administration connection. */
  private interface Work<R> {
    R with(Connection connection, TopologyDeclarer declarer) throws IOException;
  }

  private static <R> R administer(ArtelSettings settings, Work<R> work) {
    Connector connector = new Connector(settings.endpoint());
    Connection connection = connector.open(settings.name() + " admin", null);
    try {
      return work.with(connection, declarer(connector, settings));
    } catch (IOException e) {
      throw lost(settings, e);
    } finally {
      connection.abort(CLOSE_TIMEOUT_MILLIS);
    }
  }

  static TopologyDeclarer declarer(Connector connector, ArtelSettings settings) {
    return new TopologyDeclarer(() -> connector.open(settings.name() + " probe", null));
  }

  static ConnectionException lost(ArtelSettings settings, IOException cause) {
    return new ConnectionException(
        "the connection to " + settings.endpoint() + " was lost while it was being set up",
        true,
        cause);
  }
}
