package io.artel.events.examples.play;

import io.artel.events.Event;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The events that the players' side publishes, from the publish call to the first handling: hands
 * the confirmed ones to a {@link Recount} in the order in which their session published them, and
 * counts those whose handler was first called in another order. Guarded by its own lock.
 */
final class DrivenEvents {

  private enum State {
    IN_FLIGHT,
    CONFIRMED,
    /** Not confirmed; whether it arrived is known when it is handled, or else at the end. */
    FAILED
  }

  private static final class Driven {
    final Event<?> event;
    final int children;
    final int number;
    State state = State.IN_FLIGHT;
    boolean begun;
    boolean handled;

    Driven(Event<?> event, int children, int number) {
      this.event = event;
      this.children = children;
      this.number = number;
    }
  }

  /** One session: events not yet counted, in publish order, and how far its handling has come. */
  private static final class Line {
    final Deque<Driven> uncounted = new ArrayDeque<>();
    int published;
    int begunUpTo;
  }

  private final Recount recount;
  private final Map<UUID, Driven> events = new HashMap<>();
  private final Map<UUID, Line> lines = new HashMap<>();
  private int inFlight;
  private long expectedChildren;
  private long inversions;

  DrivenEvents(Recount recount) {
    this.recount = recount;
  }

  /** This event is about to be published. */
  synchronized void publishing(Move move) {
    Line line = lines.computeIfAbsent(session(move.event()), id -> new Line());
    Driven driven = new Driven(move.event(), move.children(), ++line.published);
    events.put(move.event().id(), driven);
    line.uncounted.addLast(driven);
    inFlight++;
    expectedChildren += move.children();
  }

  /** The broker has confirmed an event; events of others are left alone. */
  synchronized void confirmed(UUID event) {
    Driven driven = events.get(event);
    if (driven != null && driven.state == State.IN_FLIGHT) {
      inFlight--;
      driven.state = State.CONFIRMED;
      forgetIfDone(driven);
      countOn(driven, false);
    }
  }

  /** An event was not confirmed. */
  synchronized void failed(UUID event) {
    Driven driven = events.get(event);
    if (driven != null && driven.state == State.IN_FLIGHT) {
      inFlight--;
      if (!driven.handled) {
        expectedChildren -= driven.children;
      }
      driven.state = driven.handled ? State.CONFIRMED : State.FAILED;
      forgetIfDone(driven);
      countOn(driven, false);
    }
  }

  /** A handler of the game service is called with an event, which may be so again. */
  synchronized void begun(UUID event) {
    Driven driven = events.get(event);
    if (driven == null || driven.begun) {
      return;
    }
    driven.begun = true;
    Line line = line(driven);
    if (driven.number < line.begunUpTo) {
      inversions++;
    } else {
      line.begunUpTo = driven.number;
    }
  }

  /** The game service's first attempt at an event has ended; further ones are left alone. */
  synchronized void handled(UUID event) {
    Driven driven = events.get(event);
    if (driven == null || driven.handled) {
      return;
    }
    driven.handled = true;
    if (driven.state == State.FAILED) {
      driven.state = State.CONFIRMED;
      countOn(driven, false);
    } else {
      expectedChildren -= driven.children;
    }
    forgetIfDone(driven);
  }

  /** Counts what is left: an event that was neither confirmed nor handled does not count. */
  synchronized void finish() {
    for (Line line : lines.values()) {
      Driven first = line.uncounted.peekFirst();
      if (first != null) {
        countOn(first, true);
      }
    }
  }

  synchronized int inFlight() {
    return inFlight;
  }

  /** How many events are still to come from the game service because of these. */
  synchronized long expectedChildren() {
    return expectedChildren;
  }

  synchronized long inversions() {
    return inversions;
  }

  private void countOn(Driven any, boolean atTheEnd) {
    Deque<Driven> uncounted = line(any).uncounted;
    for (Driven next = uncounted.peekFirst();
        next != null && (atTheEnd || next.state == State.CONFIRMED);
        next = uncounted.peekFirst()) {
      uncounted.removeFirst();
      if (next.state == State.CONFIRMED) {
        recount.count(next.event);
      }
    }
  }

  private void forgetIfDone(Driven driven) {
    if (driven.handled && driven.state == State.CONFIRMED) {
      events.remove(driven.event.id());
    }
  }

  private Line line(Driven driven) {
    Line line = lines.get(session(driven.event));
    if (line == null) {
      throw new IllegalStateException(driven.event + " was never published");
    }
    return line;
  }

  private static UUID session(Event<?> event) {
    @Nullable UUID session = event.sessionId();
    if (session == null) {
      throw new IllegalArgumentException(event + " names no session");
    }
    return session;
  }
}
