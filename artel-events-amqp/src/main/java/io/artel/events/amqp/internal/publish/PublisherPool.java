package io.artel.events.amqp.internal.publish;

import com.rabbitmq.client.Connection;
import io.artel.events.CloseReport;
import io.artel.events.PublishException;
import io.artel.events.PublishReceipt;
import io.artel.events.amqp.internal.background.Background;
import io.artel.events.amqp.internal.connection.SupervisedConnection;
import io.artel.events.amqp.internal.message.OutgoingMessage;
import io.artel.events.amqp.internal.metrics.Meters;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One publisher per connection, and one window for all of them. A key always goes by the same
 * connection, and so keeps its order.
 */
public final class PublisherPool {

  private static final Logger log = LoggerFactory.getLogger(PublisherPool.class);

  private final List<ConfirmedPublisher> publishers;
  private final Window window;
  private final Tally tally = new Tally();

  /** Publishers on these connections, which share what else they need. */
  public PublisherPool(
      List<SupervisedConnection> connections,
      Limits limits,
      int maxInFlight,
      Meters meters,
      ExecutorService callbacks,
      Background timer,
      Background supervisor) {
    window = new Window(maxInFlight);
    publishers =
        connections.stream()
            .map(
                connection ->
                    new ConfirmedPublisher(
                        connection, limits, window, tally, meters, callbacks, timer, supervisor))
            .toList();
  }

  /** Starts on these connections, one for each publisher; a failure is the caller's to handle. */
  public void start(List<Connection> open) throws IOException {
    for (int i = 0; i < publishers.size(); i++) {
      publishers.get(i).start(open.get(i));
    }
  }

  /**
   * Sends a message by the connection of its key, waiting for room in the window if need be. The
   * future completes with a receipt or with a {@link PublishException}, and so does every failure.
   */
  public CompletableFuture<PublishReceipt> publish(OutgoingMessage message, Subject subject) {
    ConfirmedPublisher publisher = publisher(subject);
    CompletableFuture<PublishReceipt> outcome = publisher.enqueue(message, subject);
    publisher.sendReady();
    return outcome;
  }

  /** Like {@link #publish}, but only {@link #send} writes to the socket. */
  CompletableFuture<PublishReceipt> enqueue(OutgoingMessage message, Subject subject) {
    return publisher(subject).enqueue(message, subject);
  }

  /** Sends what is enqueued. */
  void send() {
    publishers.forEach(ConfirmedPublisher::sendReady);
  }

  private ConfirmedPublisher publisher(Subject subject) {
    Object key = subject.key() == null ? subject.id() : subject.key();
    return publishers.get(Math.floorMod(spread(key.hashCode()), publishers.size()));
  }

  /** Keys that were counted up share low bits; this brings the others down to them. */
  private static int spread(int hash) {
    return (hash * 0x9E3779B9) >>> 16;
  }

  /** {@return how many messages have no outcome yet} */
  public int inFlight() {
    return window.inFlight();
  }

  /** {@return what became of all events so far} */
  public CloseReport outcomes() {
    return tally.counts();
  }

  /**
   * Waits for outstanding outcomes, then ends; what has none by then ends as it is known.
   *
   * @param before the outcomes that are not to be reported
   * @return those since
   */
  public CloseReport close(CloseReport before, Duration timeout) {
    publishers.forEach(ConfirmedPublisher::beginClose);
    boolean drained = window.awaitEmpty(timeout);
    publishers.forEach(publisher -> publisher.endClose(timeout));
    CloseReport report = tally.since(before);
    if (!drained) {
      log.warn(
          "publisher closed after {}: {} events are unknown, {} were not sent",
          timeout,
          report.unknown(),
          report.left());
    }
    return report;
  }
}
