package io.artel.events.testkit.internal.embedded.control;

import io.artel.events.testkit.BrokerClock;
import io.artel.events.testkit.internal.embedded.clock.Timers;
import io.artel.events.testkit.internal.embedded.connection.EventLoop;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The time of an embedded broker, for other threads than its own. */
final class EmbeddedClock implements BrokerClock {
  private final EventLoop loop;
  private final Timers time;

  EmbeddedClock(EventLoop loop) {
    this.loop = loop;
    this.time = loop.brokerTime();
  }

  @Override
  public Instant now() {
    return Instant.ofEpochMilli(loop.call(time::now));
  }

  @Override
  public BrokerClock stop() {
    loop.run(time::stop);
    return this;
  }

  @Override
  public BrokerClock run() {
    loop.run(time::run);
    return this;
  }

  @Override
  public void advance(Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException(
          "The broker's time cannot be moved by " + duration + ": it only goes forward.");
    }
    loop.run(() -> time.advance(duration.toMillis()));
  }

  @Override
  public Optional<Duration> advanceToNext() {
    return loop.call(
        () -> {
          long millis = time.untilNext();
          if (millis < 0) {
            return Optional.empty();
          }
          time.advance(millis);
          return Optional.of(Duration.ofMillis(millis));
        });
  }
}
