package io.artel.events;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The table of marks, and the statements on it. What they are part of, their caller decides. */
record JdbcMarks(String table) {

  /** A name, or a schema and a name; it becomes part of statements. */
  private static final Pattern TABLE = Pattern.compile("(\\w{1,63}\\.)?[A-Za-z_]\\w{0,50}");

  JdbcMarks {
    if (!TABLE.matcher(table).matches()) {
      throw new IllegalArgumentException(
          "table '"
              + table
              + "' is no name of a table: letters, digits and _, after a schema and a dot or"
              + " without, at most 51 characters");
    }
  }

  /** A mark that is there. */
  record Mark(@Nullable String children) {
    boolean hasChildren() {
      return children != null && !children.isEmpty();
    }
  }

  List<String> ddl() {
    String index = table.substring(table.indexOf('.') + 1) + "_handled_at";
    return List.of(
        """
        CREATE TABLE IF NOT EXISTS %s (
          queue_name VARCHAR(255) NOT NULL,
          event_id VARCHAR(36) NOT NULL,
          handled_at TIMESTAMP WITH TIME ZONE NOT NULL,
          children TEXT,
          PRIMARY KEY (queue_name, event_id)
        )"""
            .formatted(table),
        "CREATE INDEX IF NOT EXISTS " + index + " ON " + table + " (handled_at)");
  }

  void create(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String each : ddl()) {
        statement.execute(each);
      }
    }
  }

  /**
   * Inserts a mark. Where another transaction has inserted the same one and is not over, this waits
   * for its end.
   *
   * @return false if the mark is there already; the transaction may be good for nothing then
   */
  boolean insert(Connection connection, String queue, UUID eventId, Instant now)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "INSERT INTO " + table + " (queue_name, event_id, handled_at) VALUES (?, ?, ?)")) {
      statement.setString(1, queue);
      statement.setString(2, eventId.toString());
      statement.setObject(3, now.atOffset(ZoneOffset.UTC));
      statement.executeUpdate();
      return true;
    } catch (SQLException e) {
      if (violatesKey(e)) {
        return false;
      }
      throw e;
    }
  }

  /** Class 23 of SQL's states is what breaks a constraint, and the table has but one. */
  private static boolean violatesKey(SQLException failure) {
    String state = failure.getSQLState();
    return failure instanceof SQLIntegrityConstraintViolationException
        || (state != null && state.startsWith("23"));
  }

  void keepChildren(Connection connection, String queue, UUID eventId, String children)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "UPDATE " + table + " SET children = ? WHERE queue_name = ? AND event_id = ?")) {
      statement.setString(1, children);
      statement.setString(2, queue);
      statement.setString(3, eventId.toString());
      statement.executeUpdate();
    }
  }

  @Nullable Mark find(Connection connection, String queue, UUID eventId) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT children FROM " + table + " WHERE queue_name = ? AND event_id = ?")) {
      statement.setString(1, queue);
      statement.setString(2, eventId.toString());
      try (ResultSet found = statement.executeQuery()) {
        return found.next() ? new Mark(found.getString(1)) : null;
      }
    }
  }

  int deleteBefore(Connection connection, Instant before) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("DELETE FROM " + table + " WHERE handled_at < ?")) {
      statement.setObject(1, before.atOffset(ZoneOffset.UTC));
      return statement.executeUpdate();
    }
  }
}
