package io.artel.events.amqp.internal.deadletter;

import io.artel.events.DeadLetter;
import io.artel.events.DeadLetterFilter;
import io.artel.events.Event;
import io.artel.events.QueueSpec;
import io.artel.events.RedriveOptions;
import io.artel.events.RedriveReport;
import io.artel.events.Topology;
import io.artel.events.TopologyLayout;
import io.artel.events.amqp.internal.deadletter.CertainChannel.NotTakenException;
import io.artel.events.amqp.internal.message.OutgoingMessage;
import io.artel.events.amqp.internal.message.RedrivenCopy;
import io.artel.events.amqp.internal.topology.ReadingGate;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts back dead letters that no dead-letter queue took: to the queue that each names, if the
 * topology has it by now, or, where an event could not be published in the first place, to the
 * exchange of events. One after the other, each confirmed before it is acknowledged: a client that
 * dies in between leaves one letter in two places.
 */
final class Readdressing {

  private static final Logger log = LoggerFactory.getLogger(Readdressing.class);
  private static final String PREFIX = "dlq.";

  private final Lines lines;
  private final Home home;
  private final Description description;
  private final Duration timeout;

  Readdressing(Lines lines, Home home, Description description, Duration timeout) {
    this.lines = lines;
    this.home = home;
    this.description = description;
    this.timeout = timeout;
  }

  RedriveReport run(DeadLetterFilter filter, RedriveOptions options)
      throws IOException, InterruptedException {
    lines.requireNobody(home.queue());
    Pace pace = new Pace(options.perSecond());
    Instant now = Instant.now();
    CertainChannel publishing = new CertainChannel(lines.working, timeout);
    long matched = 0;
    long redriven = 0;
    long tooOften = 0;
    long homeless = 0;
    try (LetterReader reader = new LetterReader(lines.reading, lines.depths, home.queue())) {
      Letter letter;
      while (matched < filter.limit() && (letter = reader.next()) != null) {
        DeadLetter read = description.of(letter);
        if (!filter.matches(read, now)) {
          continue;
        }
        matched++;
        OutgoingMessage copy = copy(letter);
        if (copy == null) {
          homeless++;
        } else if (read.redrives() >= options.maxRedrives()) {
          tooOften++;
        } else if (options.isDryRun()) {
          redriven++;
        } else {
          requireRead(letter);
          pace.await();
          if (publish(publishing, copy)) {
            reader.acknowledge(letter.tag());
            redriven++;
          } else {
            homeless++;
          }
        }
      }
    }
    return new RedriveReport(redriven, 0, tooOften, homeless);
  }

  private boolean publish(CertainChannel publishing, OutgoingMessage copy)
      throws IOException, InterruptedException {
    try {
      publishing.publish(List.of(copy));
      return true;
    } catch (NotTakenException e) {
      log.warn("'{}': a letter stays: {}", home.queue(), e.getMessage());
      return false;
    }
  }

  /** Makes sure that the queue of a letter is read in the generation that we know. */
  private void requireRead(Letter letter) throws IOException {
    QueueSpec target = target(letter);
    if (target != null) {
      ReadingGate.requireOpen(lines.working, target);
    }
  }

  private @Nullable QueueSpec target(Letter letter) {
    String key = letter.envelope().getRoutingKey();
    return key.startsWith(PREFIX) ? home.ownerOf(key.substring(PREFIX.length())) : null;
  }

  /** The copy with an address that the topology has, or null where there is none. */
  @Nullable OutgoingMessage copy(Letter letter) {
    Topology topology = home.topology();
    QueueSpec target = target(letter);
    if (target != null) {
      String exchange = target.isPartitioned() ? TopologyLayout.hashExchange(target) : "";
      return RedrivenCopy.of(
          target,
          exchange,
          target.name(),
          letter.properties(),
          letter.body(),
          () -> description.key(letter));
    }
    if (description.of(letter).failedQueue() != null) {
      return null; // it is some queue's alone, and must not reach others through the topic exchange
    }
    Event<?> event = description.event(letter.properties(), letter.body());
    return event == null
        ? null
        : RedrivenCopy.of(
            topology.exchange(), event.routingKey(), letter.properties(), letter.body());
  }
}
