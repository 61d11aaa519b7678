package io.artel.events.amqp;

import io.artel.events.DeadLetterFilter;
import io.artel.events.RedriveOptions;
import io.artel.events.RedriveReport;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the dead letters of a queue back from time to time, as long as the queue is read here. On a
 * thread of its own, since a redrive takes its time.
 */
final class AutoRedrive {

  private static final Logger log = LoggerFactory.getLogger(AutoRedrive.class);
  private static final long LONGEST_STOP_MILLIS = 2000;

  /**
   * What a user asked for.
   *
   * @param pause from the end of one redrive to the next
   */
  record Plan(Duration pause, DeadLetterFilter filter, RedriveOptions options) {}

  private final Plan plan;
  private final List<DeadLetters> letters;
  private final BooleanSupplier reading;
  private final Thread thread;

  /**
   * Starts with a pause.
   *
   * @param name what its thread is called
   * @param letters those of the queue, on each broker
   * @param reading whether all consumers of the queue are there
   */
  AutoRedrive(String name, Plan plan, List<DeadLetters> letters, BooleanSupplier reading) {
    this.plan = plan;
    this.letters = letters;
    this.reading = reading;
    thread = new Thread(this::run, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    try {
      while (true) {
        Thread.sleep(plan.pause.toMillis());
        if (reading.getAsBoolean()) {
          letters.forEach(this::redrive);
        }
      }
    } catch (InterruptedException e) {
      log.debug("{} ends", thread.getName());
    }
  }

  private void redrive(DeadLetters from) {
    if (thread.isInterrupted()) {
      return;
    }
    try {
      RedriveReport report = from.redrive(plan.filter, plan.options);
      if (report.redriven() + report.resumed() > 0) {
        log.info("{} were put back: {}", from, report);
      }
    } catch (RuntimeException e) {
      if (!thread.isInterrupted()) {
        log.warn("{} were not put back, again in {}: {}", from, plan.pause, e.getMessage());
      }
      log.debug("{} were not put back", from, e);
    }
  }

  /** Ends it; what is under way is finished by the next redrive, whoever asks for it. */
  void stop() {
    thread.interrupt();
    try {
      thread.join(LONGEST_STOP_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
