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
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One publisher per connection, and one window for all of them. A key always goes by the same
 * connection, and so keeps its order; with several brokers as long as its own one is there.
 */
public final class PublisherPool {

  private static final Logger log = LoggerFactory.getLogger(PublisherPool.class);

  /** How often it is looked whether something waits for a broker that is away. */
  private static final Duration LOOK = Duration.ofMillis(250);

  /** How long {@link #publishSoon} waits for more. */
  private static final Duration GATHERING = Duration.ofMillis(10);

  private final List<BrokerPublishers> brokers;
  private final List<ConfirmedPublisher> publishers;
  private final Background supervisor;
  private final Window window;
  private final @Nullable EventSpool spool;
  private final Tally tally = new Tally();

  /** Which broker an event goes to, or null where there is only one. */
  private final @Nullable Members members;

  private final @Nullable ScheduledFuture<?> look;

  /** Whether what is enqueued will be sent when {@link #GATHERING} is over. */
  private final AtomicBoolean gathering = new AtomicBoolean();

  /** Held while messages are between two brokers; taken before the lock of a publisher. */
  private final Object moving = new Object();

  private boolean closed;

  /**
   * A broker to publish to.
   *
   * @param name the same in all processes
   * @param connections which are published on
   */
  public record Target(String name, List<SupervisedConnection> connections) {}

  /**
   * Publishers to these brokers, which share what else they need.
   *
   * @param spread how events are spread, where there are several brokers
   * @param spool takes what no broker answers for, or null
   * @param numbers numbers events, or null
   */
  public PublisherPool(
      List<Target> targets,
      Spread spread,
      Limits limits,
      int maxInFlight,
      @Nullable EventSpool spool,
      @Nullable SequenceNumbers numbers,
      Meters meters,
      ExecutorService callbacks,
      Background timer,
      Background supervisor) {
    this.supervisor = supervisor;
    window = new Window(maxInFlight);
    this.spool = spool;
    brokers =
        targets.stream()
            .map(
                target ->
                    new BrokerPublishers(
                        target.name(),
                        target.connections().stream()
                            .map(
                                connection ->
                                    new ConfirmedPublisher(
                                        connection,
                                        limits,
                                        window,
                                        spool,
                                        numbers,
                                        tally,
                                        meters,
                                        callbacks,
                                        timer,
                                        supervisor))
                            .toList()))
            .toList();
    publishers = brokers.stream().flatMap(broker -> broker.all().stream()).toList();
    members = brokers.size() == 1 ? null : new Members(brokers, spread);
    look = members == null ? null : timer.every(LOOK, this::failOver);
  }

  /**
   * Starts publishing to a broker, if that was not begun yet.
   *
   * @param broker its place among the targets
   * @param open a connection for each publisher; a failure is the caller's to handle
   */
  public void start(int broker, List<Connection> open) throws IOException {
    List<ConfirmedPublisher> starting = brokers.get(broker).all();
    for (int i = 0; i < starting.size(); i++) {
      starting.get(i).start(open.get(i));
    }
  }

  private void failOver() {
    synchronized (moving) {
      if (members != null && !closed) {
        for (ConfirmedPublisher taker : members.failOver()) {
          supervisor.run(taker::sendReady);
        }
      }
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

  /**
   * Like {@link #publish}, but sends a moment later, with what else comes until then: many at once
   * cost the broker less than many one by one.
   */
  public CompletableFuture<PublishReceipt> publishSoon(OutgoingMessage message, Subject subject) {
    CompletableFuture<PublishReceipt> outcome = enqueue(message, subject);
    if (gathering.compareAndSet(false, true) && !supervisor.later(this::sendGathered, GATHERING)) {
      sendGathered();
    }
    return outcome;
  }

  private void sendGathered() {
    gathering.set(false); // before: what comes from now on may be too late for this
    send();
  }

  /** Like {@link #publish}, but only {@link #send} writes to the socket. */
  CompletableFuture<PublishReceipt> enqueue(OutgoingMessage message, Subject subject) {
    return publisher(subject).enqueue(message, subject);
  }

  /** Sends what is enqueued. */
  void send() {
    publishers.forEach(ConfirmedPublisher::sendReady);
  }

  /** Makes room by the spool, if there is one and the broker is away; false if not. */
  boolean spill() {
    boolean room = false;
    for (ConfirmedPublisher publisher : publishers) {
      room |= publisher.spill();
    }
    return room;
  }

  private ConfirmedPublisher publisher(Subject subject) {
    if (members != null) {
      return members.choose(subject);
    }
    Object key = subject.key();
    return brokers.get(0).of(key == null ? subject.id() : key);
  }

  /** {@return how many messages have no outcome yet} */
  public int inFlight() {
    return window.inFlight();
  }

  /** {@return what became of all events so far} */
  public CloseReport outcomes() {
    return tally.counts();
  }

  private void endFailOver() {
    synchronized (moving) {
      closed = true;
    }
    if (look != null) {
      look.cancel(false);
    }
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
    endFailOver();
    publishers.forEach(publisher -> publisher.endClose(timeout));
    if (spool != null) {
      spool.write();
    }
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
