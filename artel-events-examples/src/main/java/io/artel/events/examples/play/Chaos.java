package io.artel.events.examples.play;

import io.artel.events.BusinessRuleException;
import io.artel.events.Event;
import io.artel.events.EventHandler;
import io.artel.events.FlowObserver;
import io.artel.events.Outcome;
import io.artel.events.PermanentException;
import io.artel.events.TransientException;
import io.artel.events.ValidationException;
import io.artel.events.examples.contract.Around;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Makes handlers fail: some events, in some way, as often as a seed says, which decides by the
 * event's id. Sees what becomes of them. Safe for use by several threads.
 */
final class Chaos implements Around, FlowObserver {

  /** Of so many events one fails. */
  private static final int ONE_IN = 12;

  /** What comes back may fail so often again. */
  private static final int MOST_FAILURES = 2;

  private enum Kind {
    TRANSIENT,
    UNKNOWN,
    PERMANENT,
    VALIDATION,
    BUSINESS
  }

  private record Fate(Kind kind, int failures) {}

  private final long seed;
  private final Map<Kind, Map<Outcome, LongAdder>> outcomes = new ConcurrentHashMap<>();

  Chaos(long seed) {
    this.seed = seed;
  }

  @Override
  public <T> EventHandler<T> handler(EventHandler<T> handler) {
    return (event, context) -> {
      Fate fate = fate(event.id());
      if (fate != null && context.attempt() <= fate.failures) {
        throw failure(fate.kind);
      }
      handler.handle(event, context);
    };
  }

  private @Nullable Fate fate(UUID event) {
    RandomGenerator random =
        new SplittableRandom(
            seed
                ^ event.getMostSignificantBits()
                ^ Long.rotateLeft(event.getLeastSignificantBits(), 32));
    if (random.nextInt(ONE_IN) > 0) {
      return null;
    }
    Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
    boolean passes = kind == Kind.TRANSIENT || kind == Kind.UNKNOWN;
    return new Fate(kind, passes ? 1 + random.nextInt(MOST_FAILURES) : Integer.MAX_VALUE);
  }

  private static Exception failure(Kind kind) {
    return switch (kind) {
      case TRANSIENT -> new TransientException("chaos: a database that is away for a moment");
      case UNKNOWN -> new IllegalMonitorStateException("chaos: nobody knows why");
      case PERMANENT -> new PermanentException("chaos: a defect");
      case VALIDATION -> new ValidationException("chaos: a value that is not allowed");
      case BUSINESS -> new BusinessRuleException("chaos: a rule is broken");
    };
  }

  @Override
  public void settled(Settlement settlement) {
    Event<?> event = settlement.event();
    Fate fate =
        event == null || !Billiards.DISTURBED.contains(settlement.queue())
            ? null
            : fate(event.id());
    if (fate != null) {
      outcomes
          .computeIfAbsent(fate.kind, kind -> new ConcurrentHashMap<>())
          .computeIfAbsent(settlement.outcome(), outcome -> new LongAdder())
          .increment();
    }
  }

  /** How often attempts at events that were meant to fail ended how, by class of failure. */
  Map<String, Map<String, Long>> table() {
    Map<String, Map<String, Long>> table = new LinkedHashMap<>();
    for (Kind kind : Kind.values()) {
      Map<String, Long> row = new LinkedHashMap<>();
      for (Outcome outcome : Outcome.values()) {
        LongAdder count = outcomes.getOrDefault(kind, Map.of()).get(outcome);
        if (count != null) {
          row.put(outcome.name().toLowerCase(Locale.ROOT), count.sum());
        }
      }
      table.put(kind.name().toLowerCase(Locale.ROOT), row);
    }
    return table;
  }
}
