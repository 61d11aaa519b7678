package io.artel.events.testkit.idempotency;

import io.artel.events.Event;
import io.artel.events.FlowObserver;
import io.artel.events.JdbcIdempotencyStore;
import io.artel.events.PublishReceipt;
import io.artel.events.amqp.ArtelEvents;
import java.sql.Connection;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;

/**
 * A process that is killed: runs the game service until one of its threads is at a point, says so,
 * and waits there for its end.
 */
final class DoomedGame {

  /** Where it waits. */
  enum Point {
    /** The effect is there, and its transaction not committed. */
    EFFECT,
    /** Effect and mark are committed, and nothing is published. */
    COMMIT,
    /** What was published is confirmed, and the delivery not acknowledged. */
    CONFIRM
  }

  private DoomedGame() {}

  /**
   * Runs it.
   *
   * @param args the broker's URI, the database's URL, the point
   */
  public static void main(String[] args) throws Exception {
    DataSource database = Billiards.database(args[1]);
    Point point = Point.valueOf(args[2]);
    FlowObserver observer =
        new FlowObserver() {
          @Override
          public void confirmed(Event<?> event, PublishReceipt receipt) {
            at(Point.CONFIRM, point);
          }
        };
    JdbcIdempotencyStore store =
        JdbcIdempotencyStore.with(
            work -> {
              try (Connection connection = database.getConnection()) {
                connection.setAutoCommit(false);
                work.in(connection);
                connection.commit();
              }
              at(Point.COMMIT, point);
            });
    ArtelEvents artel = Billiards.connect(args[0], observer);
    Billiards.startGame(artel, store, () -> at(Point.EFFECT, point));
  }

  private static void at(Point here, Point point) {
    if (here == point) {
      System.out.println("at " + point);
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        throw new IllegalStateException("this process is to be killed, not interrupted", e);
      }
    }
  }
}
