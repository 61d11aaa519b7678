package io.artel.events.testkit.idempotency;

import io.artel.events.Event;
import io.artel.events.EventType;
import io.artel.events.FlowObserver;
import io.artel.events.JdbcIdempotencyStore;
import io.artel.events.Topology;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.ArtelSettings;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Two services that write down, in one database, each event that they handle. */
final class Billiards {

  record Potted(int points) {}

  record Counted(int points) {}

  static final EventType<Potted> POTTED = EventType.of("game.potted", Potted.class);
  static final EventType<Counted> COUNTED = EventType.of("stats.counted", Counted.class);
  static final String GAME_QUEUE = "game.service.queue";
  static final String STATS_QUEUE = "stats.service.queue";

  private Billiards() {}

  static ArtelEvents connect(String uri, FlowObserver observer) {
    return ArtelEvents.connect(
        ArtelSettings.builder()
            .uri(uri)
            .topology(
                Topology.on("once.events")
                    .queue(GAME_QUEUE, queue -> queue.bind("game.*"))
                    .queue(STATS_QUEUE, queue -> queue.bind("stats.*")))
            .observer(observer)
            .build());
  }

  /** One handler at a time writes down its event and publishes two, and then does this. */
  static void startGame(ArtelEvents artel, JdbcIdempotencyStore store, Runnable afterEffect) {
    artel
        .subscribe(GAME_QUEUE)
        .workers(1)
        .on(
            POTTED,
            store.once(
                (event, context, connection) -> {
                  writeDown(connection, GAME_QUEUE, event);
                  context.publish(COUNTED, new Counted(event.data().points()));
                  context.publish(COUNTED, new Counted(0));
                  afterEffect.run();
                }))
        .start();
  }

  static void startStats(ArtelEvents artel, JdbcIdempotencyStore store) {
    artel
        .subscribe(STATS_QUEUE)
        .on(
            COUNTED,
            store.once((event, context, connection) -> writeDown(connection, STATS_QUEUE, event)))
        .start();
  }

  private static void writeDown(Connection connection, String queue, Event<?> event)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO effects (queue_name, event_id) VALUES (?, ?)")) {
      insert.setString(1, queue);
      insert.setString(2, event.id().toString());
      insert.executeUpdate();
    }
  }

  static void createTables(DataSource database) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE effects (queue_name VARCHAR(99), event_id VARCHAR(36))");
    }
    JdbcIdempotencyStore.on(database).createTable();
  }

  /** The database at this URL. */
  static DataSource database(String url) {
    if (url.startsWith("jdbc:h2:")) {
      JdbcDataSource h2 = new JdbcDataSource();
      h2.setURL(url);
      return h2;
    }
    PGSimpleDataSource postgres = new PGSimpleDataSource();
    postgres.setUrl(url);
    return postgres;
  }
}
