package io.artel.events.testkit.idempotency;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.artel.events.Event;
import io.artel.events.EventHandler;
import io.artel.events.EventType;
import io.artel.events.HandlerContext;
import io.artel.events.JdbcIdempotencyStore;
import io.artel.events.JdbcIdempotencyStore.Transactions;
import io.artel.events.Outcome;
import io.artel.events.testkit.FakeHandlerContext;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Handlers whose effect and mark are one transaction, on some database. */
abstract class JdbcOnce {

  record Potted(int points) {}

  record Told(String what, double share) {}

  private static final EventType<Potted> POTTED = EventType.of("game.potted", Potted.class);
  private static final EventType<Told> TOLD =
      EventType.of("live.told", Told.class).optionalAudience();
  private static final EventType<Told> NOTED =
      EventType.of("stats.noted", Told.class).foreignConsumers().source("noting");
  private static final String QUEUE = "game.service.queue";

  private final Event<Potted> event =
      POTTED.event(new Potted(4)).source("test").session(UUID.randomUUID()).build();
  private JdbcIdempotencyStore store;

  abstract DataSource dataSource();

  @BeforeEach
  void prepare() throws SQLException {
    execute("DROP TABLE IF EXISTS effects");
    execute("DROP TABLE IF EXISTS " + JdbcIdempotencyStore.DEFAULT_TABLE);
    execute("CREATE TABLE effects (event_id VARCHAR(36) NOT NULL)");
    store = JdbcIdempotencyStore.on(dataSource()).createTable();
  }

  @Test
  void aSecondRunShouldDoNothingAndPublishTheSameEventsAgain() throws Exception {
    FakeHandlerContext first = run(store.once(this::pot));

    FakeHandlerContext second = run(store.once(this::pot));

    assertThat(effects(event)).isEqualTo(1);
    assertThat(first.reason()).isEmpty();
    assertThat(second.reason()).contains("handled before");
    assertThat(second.outcome()).isEqualTo(Outcome.HANDLED);
    assertThat(second.published()).hasSize(3);
    for (int i = 0; i < 3; i++) {
      Event<?> once = first.published().get(i);
      Event<?> again = second.published().get(i);
      assertThat(again.withData(once.data())).isEqualTo(once);
      assertThat(again.requiresAudience()).isEqualTo(once.requiresAudience());
      assertThat(again.hasForeignConsumers()).isEqualTo(once.hasForeignConsumers());
    }
    JsonNode told = (JsonNode) second.published().get(0).data();
    assertThat(told.get("what").textValue()).isEqualTo("line\nbreak {\u0000} й");
    assertThat(told.get("share").asText()).isEqualTo("0.1");
  }

  @Test
  void aHandlerThatFailsShouldLeaveNeitherEffectNorMarkNorEvents() throws Exception {
    FakeHandlerContext failed = context();

    assertThatThrownBy(
            () ->
                store
                    .<Potted>once(
                        (potted, context, connection) -> {
                          pot(potted, context, connection);
                          throw new IllegalStateException("after its effect");
                        })
                    .handle(event, failed))
        .hasMessage("after its effect");

    assertThat(effects(event)).isZero();
    assertThat(failed.published()).isEmpty();
    assertThat(run(store.once(this::pot)).published()).hasSize(3);
    assertThat(effects(event)).isEqualTo(1);
  }

  @Test
  void aHandlerThatAsksForAnotherEndShouldLeaveNothing() throws Exception {
    FakeHandlerContext retried =
        run(
            store.once(
                (potted, context, connection) -> {
                  pot(potted, context, connection);
                  context.retry(Duration.ofSeconds(5));
                }));

    assertThat(retried.outcome()).isEqualTo(Outcome.RETRIED);
    assertThat(retried.published()).isEmpty();
    assertThat(effects(event)).isZero();
    run(store.once(this::pot));
    assertThat(effects(event)).isEqualTo(1);
  }

  @Test
  void whatCannotBeWrittenShouldRollBackTheEffect() throws Exception {
    FakeHandlerContext context = context();

    assertThatThrownBy(
            () ->
                store
                    .<Potted>once(
                        (potted, held, connection) -> {
                          pot(potted, held, connection);
                          held.publish(TOLD, new Told("no number", Double.NaN));
                        })
                    .handle(event, context))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("live.told");

    assertThat(effects(event)).isZero();
    assertThat(context.published()).isEmpty();
  }

  @Test
  void theSameEventAtOnceShouldHaveOneEffect() throws Exception {
    CountDownLatch otherBegan = new CountDownLatch(1);
    CountDownLatch effectDone = new CountDownLatch(1);
    EventHandler<Potted> slow =
        store.once(
            (potted, context, connection) -> {
              pot(potted, context, connection);
              effectDone.countDown();
              assertThat(otherBegan.await(20, SECONDS)).isTrue();
            });
    Transactions announced =
        work ->
            transact(
                connection -> {
                  otherBegan.countDown();
                  work.in(connection);
                });
    EventHandler<Potted> other = JdbcIdempotencyStore.with(announced).once(this::pot);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Future<FakeHandlerContext> first = threads.submit(() -> run(slow));
      assertThat(effectDone.await(20, SECONDS)).isTrue();
      Future<FakeHandlerContext> second = threads.submit(() -> run(other));

      assertThat(first.get(30, SECONDS).published()).hasSize(3);
      assertThat(second.get(30, SECONDS).reason()).contains("handled before");
      assertThat(effects(event)).isEqualTo(1);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void manyRunsAtOnceShouldHaveOneEffectForEachEvent() throws Exception {
    EventHandler<Potted> handler = store.once(this::pot);
    List<Event<Potted>> events = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      events.add(POTTED.event(new Potted(i)).source("test").build());
    }
    ExecutorService instances = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> runs = new ArrayList<>();
      for (int instance = 0; instance < 4; instance++) {
        runs.add(
            instances.submit(
                () -> {
                  for (Event<Potted> each : events) {
                    handler.handle(each, FakeHandlerContext.of(each).queue(QUEUE));
                  }
                  return null;
                }));
      }
      for (Future<?> run : runs) {
        run.get(60, SECONDS);
      }
    } finally {
      instances.shutdownNow();
    }

    for (Event<Potted> each : events) {
      assertThat(effects(each)).isEqualTo(1);
    }
  }

  @Test
  void eachQueueShouldHaveAnEffectOfItsOwn() throws Exception {
    run(store.once(this::pot));
    FakeHandlerContext elsewhere = FakeHandlerContext.of(event).queue("audit.queue");

    store.once(this::pot).handle(event, elsewhere);

    assertThat(elsewhere.reason()).isEmpty();
    assertThat(effects(event)).isEqualTo(2);
  }

  @Test
  void aFrameworksExceptionAroundOursShouldNotHideTheMark() throws Exception {
    Transactions wrapping =
        work -> {
          try {
            transact(work);
          } catch (Exception e) {
            throw new IllegalStateException("a transaction was rolled back", e);
          }
        };
    EventHandler<Potted> handler = JdbcIdempotencyStore.with(wrapping).once(this::pot);
    run(handler);

    assertThat(run(handler).reason()).contains("handled before");
    assertThat(effects(event)).isEqualTo(1);
  }

  @Test
  void marksShouldBeForgottenByAge() throws Exception {
    run(store.once(this::pot));

    assertThat(store.forgetBefore(Instant.now().minus(Duration.ofDays(1)))).isZero();
    assertThat(run(store.once(this::pot)).reason()).contains("handled before");
    assertThat(store.forgetBefore(Instant.now().plusSeconds(60))).isEqualTo(1);
    assertThat(run(store.once(this::pot)).reason()).isEmpty();
    assertThat(effects(event)).isEqualTo(2);
  }

  @Test
  void aMarkOfASubscriptionShouldBeMadeOnceAndSeen() throws Exception {
    assertThat(store.isHandled(QUEUE, event.id())).isFalse();

    store.markHandled(QUEUE, event.id());
    store.markHandled(QUEUE, event.id());

    assertThat(store.isHandled(QUEUE, event.id())).isTrue();
    assertThat(store.isHandled("audit.queue", event.id())).isFalse();
    assertThat(run(store.once(this::pot)).reason()).contains("handled before");
    assertThat(effects(event)).isZero();
  }

  @Test
  void aSubscriptionShouldNotSkipWhatHasEventsToPublishAgain() throws Exception {
    run(store.once(this::pot));

    assertThat(store.isHandled(QUEUE, event.id())).isFalse();
    store.markHandled(QUEUE, event.id());
    assertThat(run(store.once(this::pot)).published()).hasSize(3);
  }

  @Test
  void tablesShouldBeCreatedByManyAtOnceAndInSchemas() throws Exception {
    execute("DROP TABLE " + JdbcIdempotencyStore.DEFAULT_TABLE);
    execute("CREATE SCHEMA IF NOT EXISTS marks");
    ExecutorService instances = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> creations = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        creations.add(instances.submit(() -> store.createTable()));
        creations.add(instances.submit(() -> store.table("marks.done").createTable()));
      }
      for (Future<?> creation : creations) {
        creation.get(60, SECONDS);
      }
    } finally {
      instances.shutdownNow();
    }

    JdbcIdempotencyStore elsewhere = store.table("marks.done");
    elsewhere.markHandled(QUEUE, event.id());
    assertThat(elsewhere.isHandled(QUEUE, event.id())).isTrue();
    assertThat(store.isHandled(QUEUE, event.id())).isFalse();
    execute("DROP TABLE marks.done");
  }

  @Test
  void connectionShouldBeGivenBackAsItCame() throws Exception {
    Queue<Boolean> givenBack = new ConcurrentLinkedQueue<>();
    DataSource watched =
        proxy(
            DataSource.class,
            dataSource(),
            (method, result) ->
                result instanceof Connection open ? watched(open, givenBack) : result);
    JdbcIdempotencyStore watching = JdbcIdempotencyStore.on(watched);

    run(watching.once(this::pot));
    assertThatThrownBy(
            () ->
                watching
                    .<Potted>once(
                        (potted, context, connection) -> {
                          throw new IllegalStateException("not today");
                        })
                    .handle(POTTED.event(new Potted(5)).build("test"), context()))
        .hasMessage("not today");

    assertThat(givenBack).containsExactly(true, true);
  }

  /** Notes, when it is closed, whether it commits by itself. */
  private static Connection watched(Connection open, Queue<Boolean> givenBack) {
    boolean[] autoCommit = {true};
    return proxy(
        Connection.class,
        open,
        (method, result) -> {
          if (method.equals("close")) {
            givenBack.add(autoCommit[0]);
          } else if (!open.isClosed()) {
            autoCommit[0] = open.getAutoCommit();
          }
          return result;
        });
  }

  /** What to make of the result of a method. */
  private interface Answer {
    Object to(String method, Object result) throws Exception;
  }

  private static <T> T proxy(Class<T> type, T behind, Answer answer) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              try {
                return answer.to(method.getName(), method.invoke(behind, arguments));
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }

  @Test
  void workThatGoesOnElsewhereShouldBeRefused() {
    assertThatThrownBy(
            () ->
                run(
                    store.once(
                        (potted, context, connection) ->
                            context.await(CompletableFuture.completedFuture(1)))))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("await");
  }

  @Test
  void whatIsNoTableNameShouldBeRefused() {
    assertThatThrownBy(() -> store.table("marks; DROP TABLE effects"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("marks; DROP TABLE effects");
  }

  private void pot(Event<Potted> potted, HandlerContext context, Connection connection)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO effects (event_id) VALUES (?)")) {
      insert.setString(1, potted.id().toString());
      insert.executeUpdate();
    }
    context.publish(TOLD, new Told("line\nbreak {\u0000} й", 0.1));
    context.publish(NOTED, new Told("first", 1));
    context.publish(NOTED.event(new Told("second", 2)).user(UUID.randomUUID()));
  }

  private FakeHandlerContext context() {
    return FakeHandlerContext.of(event).queue(QUEUE);
  }

  private FakeHandlerContext run(EventHandler<Potted> handler) throws Exception {
    FakeHandlerContext context = context();
    handler.handle(event, context);
    return context;
  }

  private void transact(JdbcIdempotencyStore.Work work) throws Exception {
    try (Connection connection = dataSource().getConnection()) {
      connection.setAutoCommit(false);
      try {
        work.in(connection);
        connection.commit();
      } catch (Exception e) {
        connection.rollback();
        throw e;
      }
    }
  }

  private int effects(Event<?> of) throws SQLException {
    try (Connection connection = dataSource().getConnection();
        PreparedStatement count =
            connection.prepareStatement("SELECT COUNT(*) FROM effects WHERE event_id = ?")) {
      count.setString(1, of.id().toString());
      try (ResultSet result = count.executeQuery()) {
        result.next();
        return result.getInt(1);
      }
    }
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
