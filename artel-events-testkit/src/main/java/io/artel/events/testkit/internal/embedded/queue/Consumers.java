package io.artel.events.testkit.internal.embedded.queue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The consumers of a queue and whose turn it is: the highest priority first, and within a priority
 * one after the other. Who cannot take a message leaves the line until it is awake again.
 *
 * <p>With a single active consumer the others wait until it goes.
 */
final class Consumers {
  /** Which consumer becomes the single active one. */
  enum Succession {
    /** All are active. */
    ALL,
    /** The one that came first. */
    ELDEST,
    /** The one of the highest priority that came first, but only when the active one has gone. */
    HIGHEST_AFTER_THE_ACTIVE,
    /** The one of the highest priority that came first; the active one steps down for it. */
    HIGHEST
  }

  private final Succession succession;
  private final Map<Consumer, Subscription> all = new LinkedHashMap<>();

  /** The lines, the one of the highest priority first. */
  private final List<Line> lines = new ArrayList<>();

  private @Nullable Subscription active;

  Consumers(Succession succession) {
    this.succession = succession;
  }

  private static final class Line {
    final int priority;
    final ArrayDeque<Subscription> waiting = new ArrayDeque<>();

    Line(int priority) {
      this.priority = priority;
    }
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  int count() {
    return all.size();
  }

  Collection<Consumer> consumers() {
    return List.copyOf(all.keySet());
  }

  /** Whether there is one that tolerates no other. */
  boolean hasExclusive() {
    for (Consumer consumer : all.keySet()) {
      if (consumer.exclusive()) {
        return true;
      }
    }
    return false;
  }

  /** Whether the consumer may get messages, now or when it is awake. */
  boolean isActive(Consumer consumer) {
    return succession == Succession.ALL || active == all.get(consumer);
  }

  /** Adds one, which gets nothing until it is awake. */
  void add(Consumer consumer) {
    Subscription added = new Subscription(consumer);
    all.put(consumer, added);
    Subscription current = active;
    if (succession == Succession.ALL) {
      return;
    }
    if (current == null) {
      active = added;
    } else if (succession == Succession.HIGHEST && added.priority > current.priority) {
      current.stepsDown = true;
      settled(current);
    }
  }

  /** Removes one; no effect if it is not there. What it holds unacked stays with its channel. */
  void remove(Consumer consumer) {
    Subscription removed = all.remove(consumer);
    if (removed == null) {
      return;
    }
    if (removed.inLine) {
      line(removed.priority).waiting.remove(removed);
      removed.inLine = false;
    }
    if (removed == active) {
      active = successor();
    }
  }

  /** Removes all. */
  void clear() {
    all.clear();
    lines.clear();
    active = null;
  }

  /** Lets a consumer back into the line; no effect if it stands there. */
  void wake(Consumer consumer) {
    Subscription woken = all.get(consumer);
    if (woken != null && !woken.inLine && succession == Succession.ALL) {
      woken.inLine = true;
      line(woken.priority).waiting.add(woken);
    }
  }

  /** A message that the consumer held is settled. */
  void settled(Subscription subscription) {
    if (subscription.stepsDown && subscription.unacked == 0) {
      subscription.stepsDown = false;
      if (subscription == active) {
        active = successor();
      }
    }
  }

  /** {@return whose turn it is, or null if none can take a message; it then goes to the end} */
  @Nullable Subscription next() {
    if (succession != Succession.ALL) {
      Subscription only = active;
      return only != null && !only.stepsDown && only.consumer.ready() ? only : null;
    }
    for (int i = 0; i < lines.size(); i++) {
      ArrayDeque<Subscription> waiting = lines.get(i).waiting;
      for (Subscription first = waiting.poll(); first != null; first = waiting.poll()) {
        if (first.consumer.ready()) {
          waiting.add(first);
          return first;
        }
        first.inLine = false;
      }
    }
    return null;
  }

  private @Nullable Subscription successor() {
    Subscription best = null;
    for (Subscription candidate : all.values()) {
      if (best == null || (succession != Succession.ELDEST && candidate.priority > best.priority)) {
        best = candidate;
      }
    }
    return best;
  }

  private Line line(int priority) {
    int i = 0;
    while (i < lines.size() && lines.get(i).priority >= priority) {
      if (lines.get(i).priority == priority) {
        return lines.get(i);
      }
      i++;
    }
    Line line = new Line(priority);
    lines.add(i, line);
    return line;
  }
}
