package io.artel.events;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of an event whose handler throws. A value that reads as a sentence; the first rule
 * that matches decides, and the {@link #defaults()} follow a user's rules.
 *
 * <pre>{@code
 * retry(SQLException.class).upTo(5).backoff(ofSeconds(1), ofMinutes(1)).thenDeadLetter()
 *     .and(deadLetter(ValidationException.class))
 * }</pre>
 *
 * <p>A rule also matches what is wrapped in an {@link ExecutionException}, a {@link
 * CompletionException} or an {@link InvocationTargetException}. Immutable.
 */
public final class FailurePolicy {

  /** The first delay of the default backoff: 5 s. */
  public static final Duration DEFAULT_FIRST_DELAY = Duration.ofSeconds(5);

  /** The longest delay of the default backoff: 5 minutes. */
  public static final Duration DEFAULT_MAX_DELAY = Duration.ofMinutes(5);

  /** The most retries that an event may ask for; a larger number counts as this one. */
  public static final int MAX_RETRIES = 20;

  /** What RabbitMQ's x-message-ttl holds: 32 bits of milliseconds. */
  private static final Duration LONGEST_DELAY = Duration.ofMillis(0xFFFF_FFFFL);

  /** The kind of thing that a rule decides. */
  public enum Action {
    /** Try again later; dead-letter when the retries are used up. */
    RETRY,
    /** To the dead-letter queue. */
    DEAD_LETTER,
    /** Drop, log and count. */
    DISCARD,
    /** Publish {@code compensation.<type>} and count as done. */
    COMPENSATE
  }

  /**
   * What to do with one failed attempt.
   *
   * @param action what to do
   * @param delay how long to wait before the next attempt; zero unless the action is to retry
   * @param rule the rule that matched, as a sentence
   * @param errorClass the class of failure: transient, validation, business, permanent, unknown, or
   *     policy for a user's rule
   */
  public record Decision(Action action, Duration delay, String rule, String errorClass) {}

  private static final FailurePolicy DEFAULTS =
      retry(
              TransientException.class,
              IOException.class,
              UncheckedIOException.class,
              TimeoutException.class,
              SQLTransientException.class,
              SQLRecoverableException.class,
              ConnectionException.class,
              PublishException.class)
          .thenDeadLetter()
          .as("transient")
          .and(discard(ValidationException.class).as("validation"))
          .and(compensate(BusinessRuleException.class).as("business"))
          .and(
              deadLetter(
                      PermanentException.class,
                      MalformedEventException.class,
                      IllegalArgumentException.class,
                      ClassCastException.class,
                      NullPointerException.class,
                      IndexOutOfBoundsException.class,
                      ArithmeticException.class,
                      UnsupportedOperationException.class,
                      Error.class)
                  .as("permanent"))
          .and(retry(Throwable.class).thenDeadLetter().as("unknown"));

  private final List<Rule> rules;

  private FailurePolicy(List<Rule> rules) {
    this.rules = List.copyOf(rules);
  }

  /**
   * The rules that apply where no other does: transient failures (I/O, timeouts, SQL transient,
   * {@link TransientException}) and unknown ones are retried after 5 s, doubled each time up to 5
   * minutes, as often as the event allows, then dead-lettered; {@link ValidationException} is
   * discarded; {@link BusinessRuleException} is compensated; programming errors and {@link
   * PermanentException} are dead-lettered at once.
   */
  public static FailurePolicy defaults() {
    return DEFAULTS;
  }

  /** Begins a rule that tries again after a failure of one of these classes. */
  @SafeVarargs
  @SuppressWarnings("varargs") // the array is only read
  public static Retry retry(Class<? extends Throwable>... failures) {
    return new Retry(List.of(failures), null, DEFAULT_FIRST_DELAY, DEFAULT_MAX_DELAY);
  }

  /** A policy that dead-letters failures of these classes at once. */
  @SafeVarargs
  @SuppressWarnings("varargs") // the array is only read
  public static FailurePolicy deadLetter(Class<? extends Throwable>... failures) {
    return single(Action.DEAD_LETTER, failures);
  }

  /** A policy that drops events whose handler fails with one of these classes. */
  @SafeVarargs
  @SuppressWarnings("varargs") // the array is only read
  public static FailurePolicy discard(Class<? extends Throwable>... failures) {
    return single(Action.DISCARD, failures);
  }

  /** A policy that asks for compensation after a failure of one of these classes. */
  @SafeVarargs
  @SuppressWarnings("varargs") // the array is only read
  public static FailurePolicy compensate(Class<? extends Throwable>... failures) {
    return single(Action.COMPENSATE, failures);
  }

  /** This policy's rules, then the other's. */
  public FailurePolicy and(FailurePolicy other) {
    List<Rule> all = new ArrayList<>(rules);
    all.addAll(other.rules);
    return new FailurePolicy(all);
  }

  /**
   * What to do after this failure.
   *
   * @param failure what the handler threw
   * @param attempt which attempt failed; 1 is the first
   * @param eventMaxRetries the event's own {@link Event#maxRetries()}, used where the rule names no
   *     number; clamped to 0 to {@value #MAX_RETRIES}
   */
  public Decision decide(Throwable failure, int attempt, int eventMaxRetries) {
    return rule(failure).decide(attempt, eventMaxRetries);
  }

  /**
   * Which rule decides about this failure, and why, in one sentence for people.
   *
   * @param failure what the handler threw, or might throw
   */
  public String explain(Throwable failure) {
    Rule rule = rule(failure);
    Throwable decisive = rule.takes(failure) ? failure : unwrapped(failure);
    Class<?> match = rule.match(decisive);
    return decisive.getClass().getName()
        + (decisive == failure ? "" : ", found in the " + failure.getClass().getSimpleName() + ",")
        + (decisive.getClass() == match ? "" : " is a " + match.getSimpleName())
        + " → "
        + rule.sentence()
        + " ("
        + (rules.contains(rule) && this != DEFAULTS ? "a rule of this policy" : "a default")
        + ", class "
        + rule.errorClass
        + ")";
  }

  /** The first rule that matches; the last of the defaults matches everything. */
  private Rule rule(Throwable failure) {
    return Stream.concat(rules.stream(), DEFAULTS.rules.stream())
        .filter(rule -> rule.matches(failure))
        .findFirst()
        .orElseThrow();
  }

  /** What went wrong, out of what only says that something did, elsewhere or by reflection. */
  private static Throwable unwrapped(Throwable failure) {
    Throwable inner = failure;
    while ((inner instanceof ExecutionException
            || inner instanceof CompletionException
            || inner instanceof InvocationTargetException)
        && inner.getCause() != null) {
      inner = inner.getCause();
    }
    return inner;
  }

  /** Every delay that this policy or the defaults behind it may ask for, shortest first. */
  public SortedSet<Duration> delays() {
    SortedSet<Duration> delays = new TreeSet<>();
    for (Rule rule : and(DEFAULTS).rules) {
      delays.addAll(rule.delays());
    }
    return delays;
  }

  /**
   * The longest time that one event's retries by this policy may take in all, handlers' own time
   * apart; where a rule leaves their number to the event, {@link Event#DEFAULT_MAX_RETRIES} counts.
   */
  public Duration longestRetries() {
    return rules.stream().map(Rule::allDelays).max(Comparator.naturalOrder()).orElse(Duration.ZERO);
  }

  /** Whether this policy's own rules, the defaults apart, may ask for compensation. */
  public boolean compensates() {
    return rules.stream().anyMatch(rule -> rule.action == Action.COMPENSATE);
  }

  @Override
  public String toString() {
    return String.join("; ", rules.stream().map(Rule::sentence).toList());
  }

  private static FailurePolicy single(Action action, Class<? extends Throwable>[] failures) {
    if (failures.length == 0) {
      throw new IllegalArgumentException("a rule needs at least one class of failure");
    }
    return new FailurePolicy(
        List.of(new Rule(List.of(failures), action, 0, Duration.ZERO, Duration.ZERO, "policy")));
  }

  private FailurePolicy as(String errorClass) {
    return new FailurePolicy(rules.stream().map(rule -> rule.as(errorClass)).toList());
  }

  /** A rule that tries again, in the making; {@link #thenDeadLetter()} ends the sentence. */
  public static final class Retry {
    private final List<Class<? extends Throwable>> failures;
    private final @Nullable Integer retries;
    private final Duration first;
    private final Duration max;

    private Retry(
        List<Class<? extends Throwable>> failures,
        @Nullable Integer retries,
        Duration first,
        Duration max) {
      if (failures.isEmpty()) {
        throw new IllegalArgumentException("retry() needs at least one class of failure");
      }
      this.failures = failures;
      this.retries = retries;
      this.first = first;
      this.max = max;
    }

    /**
     * At most so many retries, whatever the event says; the event's {@link Event#maxRetries()}
     * unless given.
     *
     * @throws IllegalArgumentException unless 0 ≤ {@code retries} ≤ {@value
     *     FailurePolicy#MAX_RETRIES}
     */
    public Retry upTo(int retries) {
      if (retries < 0 || retries > MAX_RETRIES) {
        throw new IllegalArgumentException(
            "upTo is " + retries + ", but must be 0 to " + MAX_RETRIES);
      }
      return new Retry(failures, retries, first, max);
    }

    /**
     * Waits {@code first}, then twice as long each time, at most {@code max}; 5 s and 5 minutes
     * unless given. Delays are whole milliseconds and exact: each distinct one is a queue.
     *
     * @throws IllegalArgumentException if {@code first} is not positive or longer than {@code max},
     *     or {@code max} longer than the 49 days that RabbitMQ's TTL can count
     */
    public Retry backoff(Duration first, Duration max) {
      if (max.compareTo(LONGEST_DELAY) > 0) {
        throw new IllegalArgumentException(
            "backoff max is " + max + ", but a queue can hold a message back for " + LONGEST_DELAY);
      }
      if (first.compareTo(Duration.ofMillis(1)) < 0 || first.compareTo(max) > 0) {
        throw new IllegalArgumentException(
            "backoff needs 1 ms ≤ first ≤ max, but first is " + first + " and max is " + max);
      }
      return new Retry(
          failures,
          retries,
          Duration.ofMillis(first.toMillis()),
          Duration.ofMillis(max.toMillis()));
    }

    /** When the retries are used up, the event goes to the dead-letter queue. */
    public FailurePolicy thenDeadLetter() {
      return new FailurePolicy(
          List.of(
              new Rule(
                  failures, Action.RETRY, retries == null ? -1 : retries, first, max, "policy")));
    }
  }

  /** One rule; {@code retries} is -1 where the event's own number counts. */
  private record Rule(
      List<Class<? extends Throwable>> failures,
      Action action,
      int retries,
      Duration first,
      Duration max,
      String errorClass) {

    boolean matches(Throwable failure) {
      return takes(failure) || takes(unwrapped(failure));
    }

    boolean takes(Throwable failure) {
      return failures.stream().anyMatch(type -> type.isInstance(failure));
    }

    /** The class by which it matches. */
    Class<?> match(Throwable failure) {
      return failures.stream().filter(type -> type.isInstance(failure)).findFirst().orElseThrow();
    }

    Rule as(String errorClass) {
      return new Rule(failures, action, retries, first, max, errorClass);
    }

    Decision decide(int attempt, int eventMaxRetries) {
      if (action != Action.RETRY) {
        return new Decision(action, Duration.ZERO, sentence(), errorClass);
      }
      int allowed = retries >= 0 ? retries : Math.max(0, Math.min(eventMaxRetries, MAX_RETRIES));
      return attempt <= allowed
          ? new Decision(Action.RETRY, delay(attempt), sentence(), errorClass)
          : new Decision(Action.DEAD_LETTER, Duration.ZERO, sentence(), errorClass);
    }

    /** first · 2^(retry-1), at most max. */
    private Duration delay(int retry) {
      Duration delay = first;
      for (int i = 1; i < retry && delay.compareTo(max) < 0; i++) {
        delay = delay.multipliedBy(2);
      }
      return delay.compareTo(max) < 0 ? delay : max;
    }

    Duration allDelays() {
      int most = action != Action.RETRY ? 0 : retries >= 0 ? retries : Event.DEFAULT_MAX_RETRIES;
      Duration all = Duration.ZERO;
      for (int retry = 1; retry <= most; retry++) {
        all = all.plus(delay(retry));
      }
      return all;
    }

    SortedSet<Duration> delays() {
      SortedSet<Duration> delays = new TreeSet<>();
      int most = action != Action.RETRY ? 0 : retries >= 0 ? retries : MAX_RETRIES;
      for (int retry = 1; retry <= most; retry++) {
        delays.add(delay(retry));
      }
      return delays;
    }

    String sentence() {
      String names = String.join(", ", failures.stream().map(Class::getSimpleName).toList());
      return switch (action) {
        case RETRY ->
            "retry "
                + names
                + (retries >= 0 ? " up to " + retries + " times" : " as often as the event allows")
                + " after "
                + first
                + " to "
                + max
                + ", then dead-letter";
        case DEAD_LETTER -> "dead-letter " + names;
        case DISCARD -> "discard " + names;
        case COMPENSATE -> "compensate " + names;
      };
    }
  }
}
