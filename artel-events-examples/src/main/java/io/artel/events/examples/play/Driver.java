package io.artel.events.examples.play;

import io.artel.events.Event;
import io.artel.events.EventPublisher;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Publishes moves at a steady rate, from the thread that calls it, so that the order of each
 * session's events is that of its moves. Counts all events towards the rate, those included that
 * the services publish because of a move.
 */
final class Driver {

  /** Well below what a publisher holds before it blocks; more than any rate needs. */
  private static final int MOST_IN_FLIGHT = 800;

  /** After a pause, such as a broker's restart, at most so much is caught up on. */
  private static final double CATCH_UP_SECONDS = 5;

  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final EventPublisher publisher;
  private final FlowRecorder recorder;
  private final double rate;

  /** A driver that lets so many events per second be published. */
  Driver(EventPublisher publisher, FlowRecorder recorder, double rate) {
    this.publisher = publisher;
    this.recorder = recorder;
    this.rate = rate;
  }

  /** Publishes moves until there are no more; returns when all are confirmed or have failed. */
  void play(Moves moves) {
    long start = System.nanoTime();
    long already = recorder.pace();
    boolean more = true;
    while (more) {
      double due = rate * (System.nanoTime() - start) / TimeUnit.SECONDS.toNanos(1);
      double behind = due - (recorder.pace() - already);
      if (behind > rate * CATCH_UP_SECONDS) {
        long skipped = (long) ((behind / rate - CATCH_UP_SECONDS) * TimeUnit.SECONDS.toNanos(1));
        start += skipped;
      }
      while (more && recorder.pace() - already < due && recorder.inFlight() < MOST_IN_FLIGHT) {
        more = publishNext(moves);
      }
      LockSupport.parkNanos(TICK_NANOS);
    }
    while (recorder.inFlight() > 0) {
      LockSupport.parkNanos(TICK_NANOS);
    }
  }

  private boolean publishNext(Moves moves) {
    @Nullable Move move = moves.next();
    if (move == null) {
      return false;
    }
    publish(move, moves);
    return true;
  }

  /** Publishes one move now. */
  void publish(Move move, Moves moves) {
    Event<?> event = move.event();
    UUID session = event.sessionId();
    recorder.publishing(move);
    var unused =
        publisher
            .publishAsync(event)
            .whenComplete(
                (receipt, failure) -> {
                  if (failure != null) {
                    recorder.notPublished(event);
                    if (session != null) {
                      moves.stop(session);
                    }
                  }
                });
  }
}
