package io.artel.events.amqp.internal.deadletter;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import io.artel.events.ArtelException;
import io.artel.events.ConnectionException;
import io.artel.events.TopologyException;
import io.artel.events.amqp.internal.connection.Connector;
import io.artel.events.amqp.internal.connection.SameThread;
import java.io.IOException;
import java.time.Duration;

/**
 * Two connections for one piece of work: one that letters are read from, which may stand still
 * while nobody takes them, and one for all the rest.
 */
final class Lines implements AutoCloseable {

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  /** A consumer that died is there until the broker notices, which takes two heartbeats. */
  private static final Duration GHOSTS = Duration.ofSeconds(30);

  final Connection reading;
  final Connection working;
  final Depths depths;

  /** Work that may fail as work with brokers does. */
  interface Work<R> {
    R on(Lines lines) throws IOException, InterruptedException;
  }

  private Lines(Connector connector, String name) {
    reading = connector.open(name + " dead letters, read", new SameThread());
    try {
      working = connector.open(name + " dead letters", null);
    } catch (RuntimeException e) {
      reading.abort(Math.toIntExact(CLOSE_TIMEOUT.toMillis()));
      throw e;
    }
    depths = new Depths(working);
  }

  /**
   * Does this on connections of its own.
   *
   * @throws ArtelException if it cannot be done; whatever was under way is where it was, or on its
   *     way
   */
  static <R> R during(Connector connector, String name, Work<R> work) {
    try (Lines lines = new Lines(connector, name)) {
      return work.on(lines);
    } catch (IOException | ShutdownSignalException e) {
      throw new ConnectionException(
          "the work on dead letters at "
              + connector.endpoint()
              + " was interrupted ("
              + e.getMessage()
              + "); nothing is lost: do it again",
          true,
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ConnectionException(
          "the thread was interrupted while it worked on dead letters; nothing is lost: do it again",
          true,
          e);
    }
  }

  /** A reader of this queue, once what earlier readers held is back. */
  LetterReader read(String queue) throws IOException, InterruptedException {
    var unused = depths.awaitConsumers(queue, 0);
    return new LetterReader(reading, depths, queue);
  }

  /**
   * Waits until nobody reads this queue: what a dead consumer holds is in no queue to look into.
   *
   * @throws TopologyException if somebody does not stop reading it
   */
  void requireNobody(String queue) throws IOException, InterruptedException {
    if (!depths.awaitConsumers(queue, 0, GHOSTS)) {
      throw occupied(queue, depths.consumers(queue));
    }
  }

  /**
   * Makes sure that nobody but this reader reads the queue.
   *
   * @throws TopologyException if somebody does
   */
  void requireAlone(LetterReader reader, String queue) throws IOException {
    int others = depths.consumers(queue) - reader.consumers();
    if (others > 0) {
      throw occupied(queue, others);
    }
  }

  private static TopologyException occupied(String queue, int consumers) {
    return new TopologyException(
        "'"
            + queue
            + "' is being read by "
            + consumers
            + (consumers == 1 ? " other consumer" : " other consumers")
            + ": two cannot put back in order what each sees in part; end that first");
  }

  @Override
  public void close() {
    int millis = Math.toIntExact(CLOSE_TIMEOUT.toMillis());
    reading.abort(millis);
    working.abort(millis);
  }
}
