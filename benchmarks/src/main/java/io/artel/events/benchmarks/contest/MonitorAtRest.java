package io.artel.events.benchmarks.contest;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ScheduledFuture;
import org.springframework.amqp.rabbit.listener.DirectMessageListenerContainer;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/**
 * Keeps the monitor of a {@link DirectMessageListenerContainer} from running during a measurement.
 * With {@code messagesPerAck}, the monitor of Spring AMQP 4.1.2 also acknowledges what is due, but
 * without the lock under which the consumer counts and acknowledges. It runs when consumers start
 * and every few seconds, and if it meets the consumer at an acknowledgement, both send it, for
 * which the broker closes the channel: {@code unknown delivery tag}.
 */
final class MonitorAtRest extends ThreadPoolTaskScheduler {
  private static final long serialVersionUID = 1;

  private static final Duration LONGER_THAN_ANY_ROUND = Duration.ofDays(1);

  MonitorAtRest() {
    initialize();
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, Duration period) {
    return scheduleAtFixedRate(task, Instant.now().plus(LONGER_THAN_ANY_ROUND), period);
  }
}
