package io.artel.events.amqp;

import io.artel.events.ConnectionStatus;
import io.artel.events.amqp.internal.background.Background;
import io.artel.events.amqp.internal.background.Standstill;
import io.artel.events.amqp.internal.metrics.Meters;
import io.artel.events.amqp.internal.publish.CallbackThreads;
import io.artel.events.amqp.internal.publish.EventSpool;
import io.artel.events.amqp.internal.publish.Limits;
import io.artel.events.amqp.internal.publish.PublisherPool;
import io.artel.events.amqp.internal.publish.SequenceNumbers;
import io.artel.events.amqp.internal.publish.Spread;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all parts of one {@link ArtelEvents} share.
 *
 * @param timer for what is quick
 * @param supervisor for what waits for a broker
 * @param standstill notices when the process stood still
 * @param callbacks where outcomes and connection states are announced
 */
record Shared(
    ArtelSettings settings,
    Limits limits,
    Meters meters,
    Background timer,
    Background supervisor,
    Standstill standstill,
    ExecutorService callbacks) {

  private static final Logger log = LoggerFactory.getLogger(ArtelEvents.class);

  static Shared of(ArtelSettings settings) {
    String name = settings.name();
    return new Shared(
        settings,
        new Limits(
            settings.enqueueTimeout(),
            settings.publishTimeout(),
            settings.confirmTimeout(),
            settings.publishRetries(),
            settings.firstPublishRetry(),
            settings.isStrictOrder()),
        new Meters(settings.meterRegistry()),
        new Background(name + "-timer", 2),
        new Background(name + "-supervisor", 3 * settings.endpoints().size()),
        new Standstill(name + "-standstill"),
        CallbackThreads.create(name + "-callbacks"));
  }

  /**
   * Publishers of copies to these, with a window of their own. What the broker refuses or returns
   * is for whoever holds the delivery to try again.
   */
  PublisherPool copies(List<PublisherPool.Target> targets) {
    return publishers(targets, limits.withoutRetries(), settings.maxInFlight(), null, null);
  }

  /**
   * Publishers to these.
   *
   * @param spool takes what no broker answers for, or null
   * @param numbers numbers events, or null
   */
  PublisherPool publishers(
      List<PublisherPool.Target> targets,
      Limits limits,
      int window,
      @Nullable EventSpool spool,
      @Nullable SequenceNumbers numbers) {
    BrokerGroup group = settings.brokers();
    return new PublisherPool(
        targets,
        group == null ? new Spread(false, Duration.ZERO) : group.spread(),
        limits,
        window,
        spool,
        numbers,
        meters,
        callbacks,
        timer,
        supervisor);
  }

  /** Tells of a connection's new state, one after the other, off the connection's own threads. */
  void announce(ConnectionStatus status) {
    try {
      callbacks.execute(
          () -> {
            meters.connection(status);
            try {
              settings.connectionListener().changed(status);
            } catch (RuntimeException | Error e) {
              log.error("the connection listener failed on {}", status, e);
            }
          });
    } catch (RejectedExecutionException e) {
      log.debug("closed: nobody hears of {}", status);
    }
  }
}
