package io.artel.events.amqp.internal.deadletter;

import io.artel.events.DeadLetter;
import io.artel.events.DeadLetterFilter;
import io.artel.events.QueueSpec;
import io.artel.events.RedriveOptions;
import io.artel.events.RedriveReport;
import io.artel.events.amqp.internal.message.OutgoingMessage;
import io.artel.events.amqp.internal.message.RedrivenCopy;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts dead letters of one queue back into it, in their order, through {@link Staging}.
 *
 * <p>Page by page: copies of the letters are put into the staging queue and confirmed; the letters
 * are acknowledged; when the broker has had that for certain, the copies are let go. Whatever ends
 * the client in between, the next run finds out: a copy whose letter is still there is thrown away,
 * one whose letter is gone is let go first.
 */
final class Redrive {

  private static final Logger log = LoggerFactory.getLogger(Redrive.class);
  private static final int AT_ONCE = 500;

  private final Lines lines;
  private final Home home;
  private final QueueSpec target;
  private final Staging staging;
  private final Description description;
  private final DeadLetterFilter filter;
  private final RedriveOptions options;
  private final Pace pace;
  private final Instant now = Instant.now();
  private long matched;
  private long redriven;
  private long tooOften;

  Redrive(
      Lines lines,
      Home home,
      QueueSpec target,
      Description description,
      Duration timeout,
      DeadLetterFilter filter,
      RedriveOptions options) {
    this.lines = lines;
    this.home = home;
    this.target = target;
    this.staging = new Staging(lines, home, target, timeout);
    this.description = description;
    this.filter = filter;
    this.options = options;
    this.pace = new Pace(options.perSecond());
  }

  RedriveReport run(boolean declares) throws IOException, InterruptedException {
    staging.prepare(declares);
    lines.requireNobody(staging.queue());
    lines.requireNobody(home.queue());
    long resumed = resume();
    try (LetterReader reader = new LetterReader(lines.reading, lines.depths, home.queue())) {
      boolean more = true;
      while (more) {
        List<Long> staged = new ArrayList<>();
        more = stagePage(reader, staged);
        if (!staged.isEmpty()) {
          settle(reader, staged);
        }
      }
    }
    return new RedriveReport(redriven, resumed, tooOften, 0);
  }

  /**
   * Puts copies of the letters of a page that are to be put back into the staging queue.
   *
   * @param staged gets their delivery tags
   * @return whether there may be another page
   */
  private boolean stagePage(LetterReader reader, List<Long> staged)
      throws IOException, InterruptedException {
    List<OutgoingMessage> copies = new ArrayList<>();
    Letter letter = null;
    boolean first = true;
    while (matched < filter.limit() && (letter = reader.next()) != null) {
      if (first) {
        lines.requireAlone(reader, home.queue());
        first = false;
      }
      if (isToBePutBack(letter)) {
        copies.add(copy(letter));
        staged.add(letter.tag());
        if (copies.size() == AT_ONCE) {
          staging.put(copies);
          copies.clear();
        }
      }
      if (reader.isBetweenPages()) {
        break;
      }
    }
    if (!copies.isEmpty()) {
      staging.put(copies);
    }
    while (!reader.isBetweenPages() && reader.next() != null) {
      // nobody wants more, but an answer only comes after what is under way
    }
    return letter != null && matched < filter.limit();
  }

  private boolean isToBePutBack(Letter letter) {
    DeadLetter read = description.of(letter);
    if (!filter.matches(read, now)) {
      return false;
    }
    matched++;
    if (read.redrives() >= options.maxRedrives()) {
      tooOften++;
      return false;
    }
    return true;
  }

  /** Takes the letters away whose copies are staged, and only then lets the copies go. */
  private void settle(LetterReader reader, List<Long> staged)
      throws IOException, InterruptedException {
    for (long tag : staged) {
      reader.acknowledge(tag);
    }
    reader.sync();
    release(CopyIds.none());
    redriven += staged.size();
  }

  private OutgoingMessage copy(Letter letter) {
    return RedrivenCopy.of(
        target,
        "",
        staging.queue(),
        letter.properties(),
        letter.body(),
        () -> description.key(letter));
  }

  /** Brings to its end what an earlier run began; returns how many were put back. */
  private long resume() throws IOException, InterruptedException {
    if (lines.depths.ready(staging.queue()) == 0) {
      return 0;
    }
    CopyIds staged = new CopyIds();
    try (LetterReader copies = lines.read(staging.queue())) {
      Letter copy;
      while ((copy = copies.next()) != null) {
        staged.add(CopyIds.of(copy.properties(), copy.body()));
      }
    }
    CopyIds doubled = new CopyIds();
    try (LetterReader letters = new LetterReader(lines.reading, lines.depths, home.queue())) {
      Letter letter;
      while ((letter = letters.next()) != null) {
        CopyIds.Id id = CopyIds.of(copy(letter).properties(), letter.body());
        if (staged.remove(id)) {
          doubled.add(id);
        }
      }
    }
    lines.requireNobody(staging.queue());
    lines.requireNobody(home.queue());
    long resumed = release(doubled);
    log.info("'{}': {} of an interrupted redrive are put back first", home.queue(), resumed);
    return resumed;
  }

  /**
   * Lets go what is staged, except for these, which are thrown away; returns how many it let go.
   */
  private long release(CopyIds doubled) throws IOException, InterruptedException {
    long released = 0;
    try (LetterReader copies = lines.read(staging.queue())) {
      Letter copy;
      while ((copy = copies.next()) != null) {
        if (doubled.remove(CopyIds.of(copy.properties(), copy.body()))) {
          copies.acknowledge(copy.tag());
        } else {
          pace.await();
          copies.reject(copy.tag());
          released++;
        }
      }
      copies.sync();
    }
    return released;
  }
}
