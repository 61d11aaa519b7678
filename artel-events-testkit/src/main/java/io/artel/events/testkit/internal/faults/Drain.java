package io.artel.events.testkit.internal.faults;

import com.fasterxml.jackson.databind.JsonNode;
import io.artel.events.EventCodec;
import io.artel.events.MalformedEventException;
import io.artel.events.QueueSpec;
import io.artel.events.TopologyLayout;
import io.artel.events.testkit.BrokerMessage;
import io.artel.events.testkit.BrokerUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of a run: waits until nothing moves any more, and looks where events have come to lie.
 */
final class Drain {
  private static final Logger log = LoggerFactory.getLogger(Drain.class);

  /** After so long without a handler, what is missing will not come. */
  private static final Duration QUIET = Duration.ofSeconds(4);

  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Duration EMPTY = Duration.ofSeconds(20);
  private static final Duration LOOK = Duration.ofMillis(100);

  private final Stage stage;

  private Drain(Stage stage) {
    this.stage = stage;
  }

  static void of(Stage stage) throws InterruptedException {
    Drain drain = new Drain(stage);
    stage.load.end();
    drain.awaitOutcomes();
    drain.awaitHandlers();
    drain.lookForTheRest();
    drain.checkEmpty();
  }

  /** What lost its confirmation has it after the timeout and a new attempt. */
  private void awaitOutcomes() throws InterruptedException {
    Duration confirmed = stage.settings.confirmTimeout();
    long deadline = System.nanoTime() + confirmed.multipliedBy(2).plus(QUIET).toNanos();
    while (stage.oracle.withoutOutcome() > 0 && System.nanoTime() < deadline) {
      TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
    }
  }

  private void awaitHandlers() throws InterruptedException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    long handled = -1;
    long since = System.nanoTime();
    while (!stage.oracle.missing().isEmpty() && System.nanoTime() < deadline) {
      long now = stage.oracle.handled();
      if (now != handled) {
        handled = now;
        since = System.nanoTime();
      } else if (System.nanoTime() - since > QUIET.toNanos()) {
        return;
      }
      TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
    }
  }

  private void lookForTheRest() throws InterruptedException {
    for (QueueSpec queue : stage.topology.queues()) {
      look(queue.name(), queue.deadLetterQueue());
      if (queue.isPartitioned()) {
        look(queue.name(), TopologyLayout.unrouted(TopologyLayout.hashExchange(queue)));
      }
    }
    look(null, TopologyLayout.unrouted(stage.topology.deadLetterExchange()));
  }

  /**
   * Looks at what lies in a place.
   *
   * @param owner the queue whose it is, or null if a header names that
   */
  private void look(@Nullable String owner, String place) throws InterruptedException {
    for (BrokerMessage message : messages(place)) {
      String queue = owner != null ? owner : String.valueOf(message.headers().get("failed_queue"));
      try {
        JsonNode data = EventCodec.create().decode(message.body(), Load.STEP).data();
        stage.oracle.remains(queue, data.path(Load.KEY).asText(), data.path(Load.NUMBER).asLong());
      } catch (MalformedEventException e) {
        stage.problem("queue '" + place + "' has a message that is no event: " + e.getMessage());
      }
    }
  }

  /**
   * A node that has just found the others again may break off, on 4.3 after longer than we would
   * look again; so the first time it does is where that time begins.
   */
  private List<BrokerMessage> messages(String place) throws InterruptedException {
    long since = 0;
    for (int look = 1; ; look++) {
      try {
        return stage.broker.queue(place).messages();
      } catch (BrokerUnavailableException e) {
        if (look == 1) {
          since = System.nanoTime();
        } else if (System.nanoTime() - since > EMPTY.toNanos()) {
          throw e;
        }
        log.warn("{}; looking again", e.getMessage());
        TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
      }
    }
  }

  private void checkEmpty() {
    for (QueueSpec queue : stage.topology.queues()) {
      for (String source : queue.sources()) {
        try {
          stage.node.awaitDrained(stage.broker, stage.name, source, EMPTY);
        } catch (AssertionError e) {
          stage.problem("queue '" + source + "' is not empty at the end: " + e.getMessage());
        }
      }
    }
  }
}
