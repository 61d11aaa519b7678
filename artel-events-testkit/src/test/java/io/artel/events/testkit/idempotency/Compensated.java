package io.artel.events.testkit.idempotency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.artel.events.BusinessRuleException;
import io.artel.events.Compensations;
import io.artel.events.Event;
import io.artel.events.EventType;
import io.artel.events.FlowObserver;
import io.artel.events.JdbcIdempotencyStore;
import io.artel.events.Outcome;
import io.artel.events.Topology;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.ArtelSettings;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An effect of one service that others refuse is undone, once. */
abstract class Compensated {

  record Ended(int seconds) {}

  record Undone(int seconds) {}

  private static final EventType<Ended> ENDED = EventType.of("game.ended", Ended.class);
  private static final EventType<Ended> STARTED = EventType.of("game.started", Ended.class);
  private static final EventType<Undone> UNDONE =
      EventType.of("stats.undone", Undone.class).optionalAudience();
  private static final String COMPENSATIONS = "compensation.queue";
  private static final Duration SOON = Duration.ofSeconds(30);

  private final DataSource database = Billiards.database(databaseUrl());
  private final Queue<FlowObserver.Settlement> settled = new ConcurrentLinkedQueue<>();
  private final Queue<Event<?>> published = new ConcurrentLinkedQueue<>();
  private final UUID session = UUID.randomUUID();
  private ArtelEvents artel;

  /** An empty place on a broker. */
  abstract String uri();

  /** Ends what the place is in, if that is the test's own too. */
  void endBroker() {}

  private static String databaseUrl() {
    return "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
  }

  @BeforeEach
  void connect() throws SQLException {
    execute("CREATE TABLE played (seconds INT)");
    execute("INSERT INTO played VALUES (0)");
    artel =
        ArtelEvents.connect(
            ArtelSettings.builder()
                .uri(uri())
                .topology(
                    Topology.on("undo.events")
                        .queue("stats.service.queue", queue -> queue.bind("game.ended"))
                        .queue("game.service.queue", queue -> queue.bind("game.*").partitions(2))
                        .queue("prize.service.queue", queue -> queue.bind("game.ended"))
                        .queue(COMPENSATIONS, queue -> queue.bind("compensation.required")))
                .observer(
                    new FlowObserver() {
                      @Override
                      public void publishing(Event<?> event) {
                        published.add(event);
                      }

                      @Override
                      public void settled(Settlement settlement) {
                        settled.add(settlement);
                      }
                    })
                .build());
  }

  @AfterEach
  void close() throws SQLException {
    artel.close();
    endBroker();
    execute("SHUTDOWN");
  }

  @Test
  void whatTwoServicesRefuseShouldBeUndoneOnce() throws Exception {
    JdbcIdempotencyStore store = JdbcIdempotencyStore.on(database).createTable();
    artel
        .subscribe("stats.service.queue")
        .on(ENDED, store.once((event, context, connection) -> play(connection, event, 1)))
        .start();
    Event<Ended> event = ENDED.event(new Ended(90)).source("test").session(session).build();
    artel.publisher().publish(event);
    await().atMost(SOON).until(() -> !settledIn("stats.service.queue").isEmpty());
    assertThat(played()).isEqualTo(90);

    refuse("game.service.queue");
    refuse("prize.service.queue");
    artel
        .subscribe(COMPENSATIONS)
        .onOther(
            Compensations.none()
                .undo(
                    ENDED,
                    store.once(
                        (original, context, connection) -> {
                          play(connection, original, -1);
                          context.publish(UNDONE, new Undone(original.data().seconds()));
                        })))
        .start();
    await().atMost(SOON).until(() -> settledIn(COMPENSATIONS).size() == 2);

    assertThat(played()).isZero();
    assertThat(settledIn(COMPENSATIONS))
        .extracting(FlowObserver.Settlement::outcome)
        .containsOnly(Outcome.HANDLED);
    assertThat(settledIn(COMPENSATIONS))
        .extracting(FlowObserver.Settlement::reason)
        .containsExactlyInAnyOrder(null, "handled before");
    assertThat(settledIn("game.service.queue"))
        .extracting(FlowObserver.Settlement::outcome)
        .containsExactly(Outcome.COMPENSATED);
    List<Event<?>> undone =
        published.stream()
            .filter(each -> each.type().equals(UNDONE.name()))
            .<Event<?>>map(each -> each)
            .toList();
    assertThat(undone).hasSize(2);
    assertThat(undone.get(1).id()).isEqualTo(undone.get(0).id());
    assertThat(undone.get(1).causationId()).isEqualTo(undone.get(0).causationId());
    assertThat(undone.get(0).flowId()).isEqualTo(event.id());
    assertThat(undone.get(0).sessionId()).isEqualTo(session);
  }

  @Test
  void whatNobodyUndoesShouldBeADeadLetter() throws Exception {
    refuse("game.service.queue");
    artel
        .subscribe(COMPENSATIONS)
        .onOther(Compensations.none().undo(ENDED, (original, context) -> {}))
        .start();

    artel.publisher().publish(STARTED.event(new Ended(0)).source("test").session(session));
    await().atMost(SOON).until(() -> settledIn(COMPENSATIONS).size() == 1);

    assertThat(settledIn(COMPENSATIONS))
        .singleElement()
        .satisfies(
            end -> {
              assertThat(end.outcome()).isEqualTo(Outcome.DEAD_LETTERED);
              assertThat(end.reason())
                  .isEqualTo("no action undoes what compensation.game.started is about");
            });
  }

  private void refuse(String queue) {
    artel
        .subscribe(queue)
        .on(
            ENDED,
            (event, context) -> {
              throw new BusinessRuleException("no game is running");
            })
        .on(
            STARTED,
            (event, context) -> {
              throw new BusinessRuleException("the table is taken");
            })
        .start();
  }

  private List<FlowObserver.Settlement> settledIn(String queue) {
    return settled.stream().filter(each -> each.queue().equals(queue)).toList();
  }

  private static void play(Connection connection, Event<Ended> event, int sign)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("UPDATE played SET seconds = seconds + " + sign * event.data().seconds());
    }
  }

  private int played() throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT seconds FROM played")) {
      row.next();
      return row.getInt(1);
    }
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
