package io.artel.events.amqp.internal.consume;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the numbers of events say about their order, in memory that grows neither with the keys nor
 * with what anybody writes into headers. Safe for use by several threads.
 *
 * <p>Gaps and copies are told by the number within key and type, since a queue may take some types
 * only; being late by the number within the key. Of each type it knows the highest number that came
 * and which of the {@value #WINDOW} up to there did. What is not known is not guessed:
 *
 * <ul>
 *   <li>A key that does not begin with number 1 here was begun elsewhere, or forgotten: what comes
 *       first of each type is the beginning.
 *   <li>With another channel others may have read in between, so that the first number of each type
 *       on it is a beginning again. What came before is still known to have come.
 * </ul>
 */
final class SequenceTracker {

  /** Of so many numbers, counted down from the highest, it is known which came. */
  static final int WINDOW = Long.SIZE;

  /** Nobody misses so many events: a number that is further ahead is a forgery. */
  static final long LONGEST_JUMP = 1_000_000;

  /** So many names of types are remembered, whoever made them up. */
  static final int MOST_TYPES = 1000;

  private final Map<Source, Line> lines;
  private final Map<String, String> types = new HashMap<>();

  /** Who counts what: a publisher a key. */
  private record Source(String key, String epoch) {}

  /** Where an event says it is. */
  record Place(String epoch, long number, long ofType) {}

  /** How an event came here. */
  enum Way {
    /** For the first time, as far as its message says. */
    DIRECT,
    /** The broker says that it delivered it before. */
    REDELIVERED,
    /** From a retry or dead-letter queue. */
    RETURNED
  }

  /** What an event's numbers say. */
  enum Kind {
    /** It is next, or a copy that says why it comes again. */
    EXPECTED,
    /** Its number came before. */
    DUPLICATE,
    /** It comes for the first time, after later ones of its key. */
    REGRESSION,
    /** Nothing that could be relied on. */
    UNKNOWN
  }

  /**
   * What is to be said of an event.
   *
   * @param missing how many events of its key and type should have come before it and did not
   */
  record Verdict(Kind kind, long missing) {
    static final Verdict EXPECTED = new Verdict(Kind.EXPECTED, 0);
    static final Verdict DUPLICATE = new Verdict(Kind.DUPLICATE, 0);
    static final Verdict REGRESSION = new Verdict(Kind.REGRESSION, 0);
    static final Verdict UNKNOWN = new Verdict(Kind.UNKNOWN, 0);
  }

  /** One key of one publisher. */
  private static final class Line {
    final Map<String, Seen> types = new HashMap<>(4);

    /** On which channel its first event came; 0 if another one came first. */
    final long begun;

    long highest;

    Line(long begun) {
      this.begun = begun;
    }
  }

  /** The numbers of one type. */
  private static final class Seen {
    /** Nothing is known of lower ones. */
    long from;

    long highest;

    /** Which came: bit 0 is that of the highest. */
    long came = 1;

    /** On which channel the highest came. */
    long channel;

    Seen(long from, long highest, long channel) {
      this.from = from;
      this.highest = highest;
      this.channel = channel;
    }
  }

  /** A tracker of so many keys at a time. */
  SequenceTracker(int keys) {
    this.lines =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Source, Line> eldest) {
            return size() > keys;
          }
        };
  }

  /**
   * Judges an event and remembers it.
   *
   * @param place where it says it is, or null if it does not
   * @param channel the channel it came on, by a number above 0
   */
  synchronized Verdict judge(
      String key, String type, @Nullable Place place, Way way, long channel) {
    String name = place == null ? null : known(type);
    if (place == null || name == null) {
      return Verdict.UNKNOWN;
    }
    Source source = new Source(key, place.epoch);
    Line line = lines.get(source);
    if (line == null) {
      line = new Line(place.number == 1 ? channel : 0);
      lines.put(source, line);
    } else if (place.number - line.highest > LONGEST_JUMP) {
      return Verdict.UNKNOWN;
    }
    Seen seen = line.types.get(name);
    if (seen != null && place.ofType <= seen.highest) {
      return old(seen, place.ofType, way);
    }
    boolean complete = seen != null ? seen.channel == channel : line.begun == channel;
    long missing = place.ofType - (seen != null ? seen.highest : 0) - 1;
    if (missing > LONGEST_JUMP && (complete || seen != null)) {
      return Verdict.UNKNOWN;
    }
    if (seen == null) {
      line.types.put(name, new Seen(complete ? 1 : place.ofType, place.ofType, channel));
    } else {
      advance(seen, place.ofType, complete, channel);
    }
    boolean late = place.number < line.highest && way != Way.RETURNED;
    line.highest = Math.max(line.highest, place.number);
    if (missing > 0 && !complete) {
      return Verdict.UNKNOWN;
    }
    Kind kind = late ? Kind.REGRESSION : Kind.EXPECTED;
    return missing == 0 ? late ? Verdict.REGRESSION : Verdict.EXPECTED : new Verdict(kind, missing);
  }

  /** A number up to the highest. */
  private static Verdict old(Seen seen, long number, Way way) {
    long behind = seen.highest - number;
    boolean isKnown = number >= seen.from && behind < WINDOW;
    boolean came = isKnown && (seen.came >>> behind & 1) == 1;
    if (isKnown) {
      seen.came |= 1L << behind;
    }
    if (isKnown && !came) {
      return way == Way.RETURNED ? Verdict.EXPECTED : Verdict.REGRESSION;
    }
    if (way != Way.DIRECT) {
      return Verdict.EXPECTED;
    }
    return came ? Verdict.DUPLICATE : Verdict.UNKNOWN;
  }

  private static void advance(Seen seen, long number, boolean complete, long channel) {
    long ahead = number - seen.highest;
    if (ahead > 1 && !complete) {
      seen.from = number;
    }
    seen.came = (ahead < WINDOW ? seen.came << ahead : 0) | 1;
    seen.highest = number;
    seen.channel = channel;
  }

  /** The name of a type, or null for one too many. */
  private @Nullable String known(String type) {
    String name = types.get(type);
    if (name == null && types.size() < MOST_TYPES) {
      types.put(type, type);
      return type;
    }
    return name;
  }

  /** How many keys it remembers. */
  synchronized int size() {
    return lines.size();
  }
}
