package io.artel.events.amqp;

import io.artel.events.ConnectionException;
import io.artel.events.ConnectionStatus;
import io.artel.events.amqp.internal.connection.SupervisedConnection;
import io.artel.events.amqp.internal.consume.QueueSubscription;
import io.artel.events.amqp.internal.consume.SubscriptionSpec;
import io.artel.events.amqp.internal.publish.EventChannel;
import io.artel.events.amqp.internal.publish.EventSpool;
import io.artel.events.amqp.internal.publish.Limits;
import io.artel.events.amqp.internal.publish.PublisherPool;
import io.artel.events.amqp.internal.publish.SequenceNumbers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All brokers of one {@link ArtelEvents}: one, or the members of a group. A member that is away is
 * joined when it is back, and reads then what the others read.
 *
 * <p>Invariant: each reading is started on each member by exactly one of both, whoever joins the
 * member or whoever begins the reading.
 */
final class Brokers {

  private static final Logger log = LoggerFactory.getLogger(ArtelEvents.class);

  private final Shared shared;
  private final List<Broker> all;
  private final PublisherPool publisher;
  private final List<PublisherPool> spare = new ArrayList<>();

  /** Guards the two lists below; held for assignments only. */
  private final Object lock = new Object();

  private final List<Broker> joined = new ArrayList<>();
  private final List<Reading> readings = new ArrayList<>();

  /** What is read from every broker; the subscriptions are in the order of the brokers. */
  private record Reading(SubscriptionSpec spec, List<QueueSubscription> subscriptions) {}

  /**
   * Brokers that nothing is connected to yet.
   *
   * @param spool takes what no broker answers for, or null
   * @param numbers numbers what is published, or null if that is done before or not at all
   */
  Brokers(Shared shared, @Nullable EventSpool spool, @Nullable SequenceNumbers numbers) {
    this.shared = shared;
    all =
        shared.settings().endpoints().stream()
            .map(endpoint -> new Broker(shared, endpoint))
            .toList();
    publisher =
        shared.publishers(
            all.stream().map(Broker::target).toList(),
            shared.limits(),
            shared.settings().maxInFlight(),
            spool,
            numbers);
  }

  /** Another publisher, on channels of its own; made before anything is connected. */
  PublisherPool spare(Limits limits, int window) {
    PublisherPool made =
        shared.publishers(
            all.stream().map(Broker::spareTarget).toList(), limits, window, null, null);
    spare.add(made);
    return made;
  }

  /** Where events are published; they may be given to it before anything is connected. */
  PublisherPool publisher() {
    return publisher;
  }

  /**
   * Connects to all that are there, and goes on to try those that are away.
   *
   * @throws ConnectionException if none is there, or one refuses
   */
  void connect() {
    List<ConnectionException> failures = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      try {
        all.get(i).open(publisher, spare, i);
        joined.add(all.get(i));
      } catch (ConnectionException e) {
        if (all.size() == 1 || !e.retryable()) {
          throw e;
        }
        failures.add(e);
        log.warn("{} is away, and is joined when it is back: {}", all.get(i), e.getMessage());
      }
    }
    if (joined.isEmpty()) {
      throw new ConnectionException(
          "no member of the group is there: "
              + String.join("; ", failures.stream().map(Throwable::getMessage).toList()),
          true,
          failures.get(0));
    }
    for (Broker broker : all) {
      if (!joined.contains(broker)) {
        later(pause -> join(broker, pause), shared.settings().firstReconnect());
      }
    }
  }

  /** Something that is tried again after a pause if it fails. */
  private interface Trial {
    void run(Duration pause);
  }

  private void later(Trial trial, Duration pause) {
    long half = pause.toMillis() / 2;
    Duration wait = Duration.ofMillis(half + ThreadLocalRandom.current().nextLong(half + 1));
    shared.supervisor().later(() -> trial.run(pause), wait);
  }

  private void again(Trial trial, Duration pause, String what, RuntimeException failure) {
    Duration longest = shared.settings().longestReconnect();
    Duration doubled = pause.multipliedBy(2);
    if (pause.compareTo(longest) < 0 && doubled.compareTo(longest) >= 0) {
      log.warn("{} failed, and is tried on: {}", what, failure.getMessage());
    }
    log.debug("{} failed", what, failure);
    later(trial, doubled.compareTo(longest) < 0 ? doubled : longest);
  }

  private void join(Broker broker, Duration pause) {
    try {
      broker.open(publisher, spare, all.indexOf(broker));
    } catch (RuntimeException e) {
      again(next -> join(broker, next), pause, "joining " + broker, e);
      return;
    }
    List<Reading> begun;
    synchronized (lock) {
      joined.add(broker);
      begun = List.copyOf(readings);
    }
    log.info("{} joined: {}", shared.settings().name(), broker.info());
    begun.forEach(reading -> startLate(broker, reading, shared.settings().firstReconnect()));
  }

  private void startLate(Broker broker, Reading reading, Duration pause) {
    synchronized (lock) {
      if (!readings.contains(reading)) {
        return;
      }
    }
    try {
      start(broker, reading);
    } catch (RuntimeException e) {
      again(
          next -> startLate(broker, reading, next),
          pause,
          "reading '" + reading.spec.queue().name() + "' from " + broker,
          e);
    }
  }

  private void start(Broker broker, Reading reading) {
    broker.start(reading.spec, reading.subscriptions.get(all.indexOf(broker)));
  }

  /**
   * Begins to read from every broker; from those that are away when they are back.
   *
   * @param events where handlers publish
   * @return one subscription for each broker
   */
  List<QueueSubscription> subscribe(SubscriptionSpec spec, EventChannel events) {
    spec.requirePossible();
    Reading reading =
        new Reading(spec, all.stream().map(each -> each.subscription(spec, events)).toList());
    List<Broker> present;
    synchronized (lock) {
      readings.add(reading);
      present = List.copyOf(joined);
    }
    try {
      present.forEach(broker -> startFirst(broker, reading));
    } catch (RuntimeException e) {
      leave(reading.subscriptions);
      reading.subscriptions.forEach(each -> each.stop(Duration.ZERO));
      throw e;
    }
    return reading.subscriptions;
  }

  private void startFirst(Broker broker, Reading reading) {
    try {
      start(broker, reading);
    } catch (ConnectionException e) {
      if (all.size() == 1) {
        throw e;
      }
      Duration pause = shared.settings().firstReconnect();
      log.warn("{} is away, and is read from when it is back: {}", broker, e.getMessage());
      later(next -> startLate(broker, reading, next), pause);
    }
  }

  /** These subscriptions have been stopped: no member is to start one any more. */
  void leave(List<QueueSubscription> subscriptions) {
    synchronized (lock) {
      readings.removeIf(reading -> reading.subscriptions == subscriptions);
    }
  }

  /** The brokers that have been there, in their order. */
  List<BrokerInfo> infos() {
    List<BrokerInfo> infos = new ArrayList<>();
    for (Broker broker : all) {
      BrokerInfo info = broker.info();
      if (info != null) {
        infos.add(info);
      }
    }
    return infos;
  }

  List<SupervisedConnection> administrations() {
    return all.stream().map(Broker::administration).toList();
  }

  List<ConnectionStatus> connections() {
    return all.stream().flatMap(broker -> broker.connections().stream()).toList();
  }

  int copiesInFlight() {
    return all.stream().mapToInt(Broker::copiesInFlight).sum();
  }

  /** Waits for the outcomes of retry copies and dead letters. */
  void closeCopies(long deadline) {
    for (Broker broker : all) {
      broker.closeCopies(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
    }
  }

  void close() {
    all.forEach(Broker::close);
  }
}
