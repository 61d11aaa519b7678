package io.artel.events.amqp;

import io.artel.events.CloseReport;
import io.artel.events.PublishFailure;
import io.artel.events.amqp.internal.publish.EventSpool;
import io.artel.events.amqp.internal.publish.FailedPublishes;
import io.artel.events.amqp.internal.publish.PublisherPool;
import io.artel.events.amqp.internal.publish.SpoolReplay;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What is done about events that cannot be published: nothing, by default. */
final class Fallback {

  private final Shared shared;
  private final @Nullable EventSpool spool;
  private @Nullable SpoolReplay replay;
  private @Nullable PublisherPool store;

  /**
   * As the settings say.
   *
   * @throws IllegalStateException if the spool's folder cannot be used
   */
  Fallback(Shared shared) {
    this.shared = shared;
    this.spool =
        shared.settings().publishFailure() instanceof PublishFailure.Spool settings
            ? EventSpool.open(settings, shared.meters())
            : null;
  }

  /** Takes what a broker does not answer for; null if nothing does. */
  @Nullable EventSpool spool() {
    return spool;
  }

  /** Takes what the broker refuses, also of what was spooled; null if nothing does. */
  @Nullable FailedPublishes failed(Brokers brokers) {
    if (shared.settings().publishFailure() instanceof PublishFailure.Fail) {
      return null;
    }
    PublisherPool made = brokers.spare(shared.limits(), shared.settings().maxInFlight());
    store = made;
    FailedPublishes failed =
        new FailedPublishes(
            made, shared.settings().topology().deadLetterExchange(), shared.meters());
    if (spool != null) {
      replay =
          new SpoolReplay(
              spool,
              brokers.spare(SpoolReplay.limits(shared.limits()), SpoolReplay.RECORDS),
              failed,
              shared.meters(),
              shared.supervisor());
    }
    return failed;
  }

  /** Publishes what is in the spool, from now on. */
  void start() {
    if (replay != null) {
      replay.start();
    }
  }

  /** Publishes no more from the spool, and stores no more; what is under way has so long. */
  void stop(long deadline) {
    if (replay != null) {
      replay.stop(left(deadline));
    }
    if (store != null) {
      var unused = store.close(store.outcomes(), left(deadline));
    }
  }

  private static Duration left(long deadline) {
    return Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
  }

  /** Closes the spool; the report then says what lies there. */
  CloseReport close(CloseReport report) {
    if (spool == null) {
      return report;
    }
    spool.close();
    return new CloseReport(
        report.confirmed(), report.failed(), report.unknown(), report.left(), spool.events());
  }
}
