package io.artel.events;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import javax.sql.DataSource;

/**
 * Remembers halted keys in a table of a database, for all instances of a service. Plain SQL, seen
 * to work on H2 and PostgreSQL. Each call takes a connection and commits. Immutable.
 */
public final class JdbcHaltStore implements HaltStore {

  /** The table's name, unless given. */
  public static final String DEFAULT_TABLE = "artel_held_events";

  private static final Pattern TABLE = Pattern.compile("(\\w{1,63}\\.)?[A-Za-z_]\\w{0,62}");

  private static final String OF_KEY = " WHERE queue_name = ? AND session_key = ?";

  private final DataSource dataSource;
  private final String table;

  private JdbcHaltStore(DataSource dataSource, String table) {
    this.dataSource = Objects.requireNonNull(dataSource, "dataSource");
    this.table = table;
  }

  /** A store in this database. */
  public static JdbcHaltStore on(DataSource dataSource) {
    return new JdbcHaltStore(dataSource, DEFAULT_TABLE);
  }

  /**
   * The same store with another table, {@value #DEFAULT_TABLE} unless given.
   *
   * @param table a name, or a schema and a name with a dot between
   * @throws IllegalArgumentException if it is none
   */
  public JdbcHaltStore table(String table) {
    if (!TABLE.matcher(table).matches()) {
      throw new IllegalArgumentException(
          "table '"
              + table
              + "' is no name of a table: letters, digits and _, after a schema and a dot or"
              + " without");
    }
    return new JdbcHaltStore(dataSource, table);
  }

  /** What {@link #createTable} runs, for migrations. */
  public String ddl() {
    return """
        CREATE TABLE IF NOT EXISTS %s (
          queue_name VARCHAR(255) NOT NULL,
          session_key VARCHAR(255) NOT NULL,
          event_id VARCHAR(36) NOT NULL,
          place BIGINT NOT NULL,
          held_at TIMESTAMP NOT NULL,
          released BOOLEAN NOT NULL,
          PRIMARY KEY (queue_name, session_key, event_id)
        )"""
        .formatted(table);
  }

  /**
   * Creates the table where it is missing.
   *
   * @throws SQLException if the database refuses
   */
  public JdbcHaltStore createTable() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(ddl());
      commit(connection);
    }
    return this;
  }

  @Override
  public Optional<UUID> firstHeld(String queue, String key) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement =
            connection.prepareStatement(
                "SELECT event_id FROM "
                    + table
                    + OF_KEY
                    + " AND released = FALSE ORDER BY place, held_at")) {
      statement.setMaxRows(1);
      statement.setString(1, queue);
      statement.setString(2, key);
      Optional<UUID> first;
      try (ResultSet rows = statement.executeQuery()) {
        first = rows.next() ? Optional.of(UUID.fromString(rows.getString(1))) : Optional.empty();
      }
      commit(connection);
      return first;
    }
  }

  @Override
  public void hold(String queue, String key, UUID eventId) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      try (PreparedStatement statement =
          connection.prepareStatement(
              "INSERT INTO "
                  + table
                  + " (queue_name, session_key, event_id, place, held_at, released)"
                  + " SELECT ?, ?, ?, COALESCE(MAX(place), 0) + 1, ?, FALSE FROM "
                  + table
                  + OF_KEY)) {
        statement.setString(1, queue);
        statement.setString(2, key);
        statement.setString(3, eventId.toString());
        statement.setTimestamp(4, Timestamp.from(Instant.now()));
        statement.setString(5, queue);
        statement.setString(6, key);
        statement.executeUpdate();
        commit(connection);
      } catch (SQLException e) {
        rollBack(connection, e);
        if (!violatesKey(e)) {
          throw e;
        }
        var unused = set(connection, "released = FALSE", queue, key, eventId);
        commit(connection);
      }
    }
  }

  @Override
  public boolean isReleased(String queue, String key, UUID eventId) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement =
            connection.prepareStatement(
                "SELECT released FROM "
                    + table
                    + OF_KEY
                    + " AND (released = FALSE OR event_id = ?) ORDER BY place, held_at")) {
      statement.setMaxRows(1);
      statement.setString(1, queue);
      statement.setString(2, key);
      statement.setString(3, eventId.toString());
      boolean released;
      try (ResultSet rows = statement.executeQuery()) {
        released = rows.next() && rows.getBoolean(1);
      }
      commit(connection);
      return released;
    }
  }

  @Override
  public void release(String queue, String key, UUID eventId) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      try {
        if (set(connection, "released = TRUE", queue, key, eventId) > 0) {
          forgetFreed(connection, queue, key);
        }
        commit(connection);
      } catch (SQLException e) {
        rollBack(connection, e);
        throw e;
      }
    }
  }

  /** Where no event of the key is held any more, their places are of no use. */
  private void forgetFreed(Connection connection, String queue, String key) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "DELETE FROM "
                + table
                + OF_KEY
                + " AND NOT EXISTS (SELECT 1 FROM "
                + table
                + OF_KEY
                + " AND released = FALSE)")) {
      statement.setString(1, queue);
      statement.setString(2, key);
      statement.setString(3, queue);
      statement.setString(4, key);
      statement.executeUpdate();
    }
  }

  @Override
  public int releaseAll(String queue, String key) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      try {
        int held = delete(connection, " AND released = FALSE", queue, key);
        var unused = delete(connection, "", queue, key);
        commit(connection);
        return held;
      } catch (SQLException e) {
        rollBack(connection, e);
        throw e;
      }
    }
  }

  private int set(Connection connection, String change, String queue, String key, UUID eventId)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "UPDATE " + table + " SET " + change + OF_KEY + " AND event_id = ?")) {
      statement.setString(1, queue);
      statement.setString(2, key);
      statement.setString(3, eventId.toString());
      return statement.executeUpdate();
    }
  }

  private int delete(Connection connection, String condition, String queue, String key)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("DELETE FROM " + table + OF_KEY + condition)) {
      statement.setString(1, queue);
      statement.setString(2, key);
      return statement.executeUpdate();
    }
  }

  private static void commit(Connection connection) throws SQLException {
    if (!connection.getAutoCommit()) {
      connection.commit();
    }
  }

  private static void rollBack(Connection connection, SQLException reason) {
    try {
      if (!connection.getAutoCommit()) {
        connection.rollback();
      }
    } catch (SQLException e) {
      reason.addSuppressed(e);
    }
  }

  /** Class 23 of SQL's states is what breaks a constraint: it is held already. */
  private static boolean violatesKey(SQLException failure) {
    String state = failure.getSQLState();
    return failure instanceof SQLIntegrityConstraintViolationException
        || (state != null && state.startsWith("23"));
  }

  @Override
  public String toString() {
    return "table " + table;
  }
}
