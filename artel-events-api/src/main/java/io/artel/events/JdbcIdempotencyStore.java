package io.artel.events;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Remembers in a table which events were handled. Its best use is {@link #once}: handler and mark
 * are one transaction, so that a handler's effect in the database is there once, however often the
 * event arrives, at whichever instance, and whenever a process dies.
 *
 * <pre>{@code
 * var store = JdbcIdempotencyStore.on(dataSource).createTable();
 *
 * artel.subscribe("stats.service.queue")
 *     .on(BALL_POTTED, store.once((event, context, connection) -> {
 *       addPoints(connection, event.data());             // with the mark, or not at all
 *       context.publish(SCORE_UPDATED, ...);             // after the commit, surely
 *     }))
 *     .start();
 * }</pre>
 *
 * <p>Marks stay until {@link #forgetBefore} removes them; call it as often as the table should be
 * cleaned. Immutable and safe for use by several threads. Everything here blocks for as long as the
 * database takes.
 */
public final class JdbcIdempotencyStore implements IdempotencyStore {

  /** The table's name, unless given. */
  public static final String DEFAULT_TABLE = "artel_handled_events";

  /**
   * What a service does with an event, in a transaction.
   *
   * @param <T> the payload class
   */
  @FunctionalInterface
  public interface Handler<T> {

    /**
     * Handles one event. What it publishes through the context is kept with the mark, and published
     * after the commit. If it throws, or asks for a retry, a dead letter or a discard, everything
     * that it did on the connection is rolled back, and what it published never was.
     *
     * @param connection with the transaction that is open; neither to be committed nor to be closed
     *     here
     * @throws Exception anything; the subscription's {@link FailurePolicy} classifies it
     */
    void handle(Event<T> event, HandlerContext context, Connection connection) throws Exception;
  }

  /** Something done on a connection, in a transaction. */
  @FunctionalInterface
  public interface Work {

    /** Does it; if it throws, the transaction must be rolled back. */
    void in(Connection connection) throws Exception;
  }

  /** How transactions are made, where a framework makes them. */
  @FunctionalInterface
  public interface Transactions {

    /**
     * Does this work once in a new transaction, on this thread, and commits; rolls back and throws
     * if the work throws.
     */
    void run(Work work) throws Exception;
  }

  private final Transactions transactions;
  private final JdbcMarks marks;
  private final EventCodec codec;

  private JdbcIdempotencyStore(Transactions transactions, JdbcMarks marks, EventCodec codec) {
    this.transactions = transactions;
    this.marks = marks;
    this.codec = codec;
  }

  /** A store in this database, with a connection and a transaction for each use. */
  public static JdbcIdempotencyStore on(DataSource dataSource) {
    Objects.requireNonNull(dataSource, "dataSource");
    return with(work -> transact(dataSource, work));
  }

  /** A store whose transactions are made by something else. */
  public static JdbcIdempotencyStore with(Transactions transactions) {
    return new JdbcIdempotencyStore(
        Objects.requireNonNull(transactions, "transactions"),
        new JdbcMarks(DEFAULT_TABLE),
        EventCodec.create());
  }

  /**
   * The same store with another table, {@value #DEFAULT_TABLE} unless given.
   *
   * @param table a name, or a schema and a name with a dot between
   * @throws IllegalArgumentException if it is none
   */
  public JdbcIdempotencyStore table(String table) {
    return new JdbcIdempotencyStore(transactions, new JdbcMarks(table), codec);
  }

  /**
   * The same store with another codec for the events that are kept; {@link EventCodec#create()}
   * unless given. To be given where the settings have one of their own: the same.
   */
  public JdbcIdempotencyStore codec(EventCodec codec) {
    return new JdbcIdempotencyStore(transactions, marks, Objects.requireNonNull(codec, "codec"));
  }

  /** What {@link #createTable} runs, for H2 and PostgreSQL; for migrations, and to start from. */
  public String ddl() {
    return String.join(";\n", marks.ddl()) + ";\n";
  }

  /**
   * Creates the table and its index where they are missing, on H2 and PostgreSQL. Several instances
   * may do so at once.
   *
   * @throws SQLException if the database refuses
   */
  public JdbcIdempotencyStore createTable() throws SQLException {
    try {
      inTransaction(marks::create);
    } catch (SQLException first) { // somebody else creates it: then it is there by now
      try {
        inTransaction(marks::create);
      } catch (SQLException again) {
        again.addSuppressed(first);
        throw again;
      }
    }
    return this;
  }

  /**
   * A handler whose work in the database is done once. Mark and work are one transaction: another
   * run of the same event, here or elsewhere, waits for its end, then finds the mark, does nothing
   * again, publishes what the first run kept, and counts as a duplicate.
   *
   * <p>It needs no {@code idempotent(…)} at the subscription. The handler must not {@link
   * HandlerContext#await}.
   */
  public <T> EventHandler<T> once(Handler<T> handler) {
    Objects.requireNonNull(handler, "handler");
    return (event, context) -> {
      if (!handle(handler, event, context)) {
        publishAgain(event, context);
      }
    };
  }

  /** Runs the handler; false if somebody has before. */
  private <T> boolean handle(Handler<T> handler, Event<T> event, HandlerContext context)
      throws Exception {
    HoldingContext holding = new HoldingContext(context);
    AtomicReference<RollBack> rolledBack = new AtomicReference<>();
    try {
      transactions.run(
          connection -> {
            String queue = context.queue();
            if (!marks.insert(connection, queue, event.id(), Instant.now())) {
              throw RollBack.with(rolledBack, false);
            }
            handler.handle(event, holding, connection);
            if (holding.isDecided()) {
              throw RollBack.with(rolledBack, true);
            }
            String children = KeptChildren.write(codec, holding.held());
            if (!children.isEmpty()) {
              marks.keepChildren(connection, queue, event.id(), children);
            }
          });
    } catch (Exception e) {
      RollBack wanted = rolledBack.get();
      if (wanted == null) {
        throw e;
      }
      return wanted.handled; // what rolls back may have thrown something of its own around it
    }
    holding.held().forEach(context::publish);
    return true;
  }

  /** The work is done; whether what it published went out, nobody knows. */
  private void publishAgain(Event<?> event, HandlerContext context) throws Exception {
    JdbcMarks.Mark mark = find(context.queue(), event.id());
    if (mark == null) {
      throw new TransientException(
          "the mark of "
              + event
              + " in '"
              + marks.table()
              + "' was there and is gone: to be tried again");
    }
    String children = mark.children();
    if (children != null) {
      List<Event<JsonNode>> kept = KeptChildren.read(codec, children);
      kept.forEach(context::publish);
    }
    context.alreadyHandled();
  }

  /**
   * Whether this event is marked, and nothing is kept with the mark that would have to be published
   * again: that is for {@link #once} to do.
   */
  @Override
  public boolean isHandled(String queue, UUID eventId) throws SQLException {
    JdbcMarks.Mark mark = find(queue, eventId);
    return mark != null && !mark.hasChildren();
  }

  @Override
  public void markHandled(String queue, UUID eventId) throws SQLException {
    AtomicReference<RollBack> marked = new AtomicReference<>();
    try {
      inTransaction(
          connection -> {
            if (!marks.insert(connection, queue, eventId, Instant.now())) {
              throw RollBack.with(marked, true);
            }
          });
    } catch (SQLException | RuntimeException e) {
      if (marked.get() == null) {
        throw e;
      }
    }
  }

  /**
   * Removes the marks of events that were handled before a moment. An event that arrives again
   * after its mark is gone is handled again: keep marks for longer than a dead letter may wait for
   * its redrive.
   *
   * @return how many they were
   * @throws SQLException if the database refuses
   */
  public int forgetBefore(Instant moment) throws SQLException {
    AtomicInteger deleted = new AtomicInteger();
    inTransaction(connection -> deleted.set(marks.deleteBefore(connection, moment)));
    return deleted.get();
  }

  private JdbcMarks.@Nullable Mark find(String queue, UUID eventId) throws SQLException {
    AtomicReference<JdbcMarks.@Nullable Mark> found = new AtomicReference<>();
    inTransaction(connection -> found.set(marks.find(connection, queue, eventId)));
    return found.get();
  }

  /** Work of our own, which throws nothing but what the database does. */
  private void inTransaction(Work work) throws SQLException {
    try {
      transactions.run(work);
    } catch (SQLException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new SQLException("a transaction failed: " + e.getMessage(), e);
    }
  }

  private static void transact(DataSource dataSource, Work work) throws Exception {
    try (Connection connection = dataSource.getConnection()) {
      boolean autoCommit = connection.getAutoCommit();
      connection.setAutoCommit(false);
      try {
        work.in(connection);
        connection.commit();
      } catch (Throwable e) { // errors too: nothing of it may stay
        rollBack(connection, autoCommit, e);
        throw e;
      }
      connection.setAutoCommit(autoCommit);
    }
  }

  private static void rollBack(Connection connection, boolean autoCommit, Throwable reason) {
    try {
      connection.rollback();
      connection.setAutoCommit(autoCommit);
    } catch (SQLException e) {
      reason.addSuppressed(e);
    }
  }

  @Override
  public String toString() {
    return "table " + marks.table();
  }

  /** Ends a transaction without its being a failure. */
  private static final class RollBack extends RuntimeException {
    private static final long serialVersionUID = 1L;

    final boolean handled;

    private RollBack(boolean handled) {
      super("rolled back as it should be", null, false, false);
      this.handled = handled;
    }

    static RollBack with(AtomicReference<RollBack> said, boolean handled) {
      RollBack wanted = new RollBack(handled);
      said.set(wanted);
      return wanted;
    }
  }
}
