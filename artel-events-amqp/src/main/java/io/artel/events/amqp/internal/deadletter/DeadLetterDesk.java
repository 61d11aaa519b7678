package io.artel.events.amqp.internal.deadletter;

import io.artel.events.DeadLetter;
import io.artel.events.DeadLetterFilter;
import io.artel.events.EventCodec;
import io.artel.events.QueueSpec;
import io.artel.events.RedriveOptions;
import io.artel.events.RedriveReport;
import io.artel.events.Topology;
import io.artel.events.TopologyException;
import io.artel.events.amqp.internal.connection.Connector;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;

/** What can be done with the dead letters of one queue; each time on connections of its own. */
public final class DeadLetterDesk {

  private final Connector connector;
  private final Home home;
  private final Description description;
  private final String name;
  private final boolean declares;
  private final Duration confirmTimeout;

  /**
   * For a queue.
   *
   * @param queue a queue of the topology, or one where dead letters or unrouted messages lie
   * @param name what its connections are called
   * @param declares whether it may declare the queue through which it puts letters back
   * @throws TopologyException if the topology has no such queue
   */
  public DeadLetterDesk(
      Connector connector,
      Topology topology,
      String queue,
      EventCodec codec,
      String name,
      boolean declares,
      Duration confirmTimeout) {
    this.connector = connector;
    this.home = Home.of(topology, queue);
    this.description = new Description(home, codec);
    this.name = name;
    this.declares = declares;
    this.confirmTimeout = confirmTimeout;
  }

  /** The queue where the dead letters lie. */
  public String queue() {
    return home.queue();
  }

  /** How many there are. */
  public long count() {
    return Lines.during(connector, name, lines -> lines.depths.ready(home.queue()));
  }

  /** Shows those that match, and returns how many that were. */
  public long forEach(DeadLetterFilter filter, Consumer<DeadLetter> reader) {
    return Lines.during(connector, name, lines -> read(lines, filter, reader));
  }

  private long read(Lines lines, DeadLetterFilter filter, Consumer<DeadLetter> reader)
      throws IOException, InterruptedException {
    Instant now = Instant.now();
    long matched = 0;
    try (LetterReader letters = lines.read(home.queue())) {
      Letter letter;
      while (matched < filter.limit() && (letter = letters.next()) != null) {
        DeadLetter read = description.of(letter);
        if (filter.matches(read, now)) {
          matched++;
          reader.accept(read);
        }
      }
    }
    return matched;
  }

  /** Puts those back that match. */
  public RedriveReport redrive(DeadLetterFilter filter, RedriveOptions options) {
    QueueSpec target = home.owner();
    if (target == null) {
      return Lines.during(
          connector,
          name,
          lines -> new Readdressing(lines, home, description, confirmTimeout).run(filter, options));
    }
    return Lines.during(
        connector,
        name,
        lines ->
            options.isDryRun()
                ? dryRun(lines, filter, options)
                : new Redrive(lines, home, target, description, confirmTimeout, filter, options)
                    .run(declares));
  }

  private RedriveReport dryRun(Lines lines, DeadLetterFilter filter, RedriveOptions options)
      throws IOException, InterruptedException {
    long[] counts = new long[2];
    read(lines, filter, letter -> counts[letter.redrives() >= options.maxRedrives() ? 1 : 0]++);
    return new RedriveReport(
        counts[0], lines.depths.readyIfThere(home.stagingQueue()), counts[1], 0);
  }

  /** Throws those away that match, and returns how many that were. */
  public long purge(DeadLetterFilter filter) {
    return Lines.during(
        connector,
        name,
        lines -> {
          Instant now = Instant.now();
          long purged = 0;
          try (LetterReader letters = lines.read(home.queue())) {
            Letter letter;
            while (purged < filter.limit() && (letter = letters.next()) != null) {
              if (filter.matches(description.of(letter), now)) {
                letters.acknowledge(letter.tag());
                purged++;
              }
            }
          }
          return purged;
        });
  }
}
