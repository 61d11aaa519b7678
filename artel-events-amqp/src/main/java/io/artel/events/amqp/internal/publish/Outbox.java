package io.artel.events.amqp.internal.publish;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The messages that are to be sent, in the order of their publish calls, and those of them that
 * have to wait for others of their key. Not safe for use by several threads.
 *
 * <p>Invariants: what is put back goes before whatever was added later; while a message holds its
 * key, no other message of that key is handed out, unless it holds the key as well.
 */
final class Outbox {

  static final Comparator<Pending> BY_ORDER = Comparator.comparingLong(each -> each.order);

  private final boolean strict;
  private final PriorityQueue<Pending> ready = new PriorityQueue<>(BY_ORDER);
  private final PriorityQueue<Pending> retries =
      new PriorityQueue<>(Comparator.comparingLong(each -> each.retryAt));
  private final Map<Object, HeldKey> held = new HashMap<>();
  private long added;

  /** A key that messages hold, and the messages that wait for it. */
  private static final class HeldKey {
    int holders;
    final List<Pending> behind = new ArrayList<>();
  }

  /**
   * An empty one.
   *
   * @param strict whether each message holds its key from when it is handed out until it is settled
   */
  Outbox(boolean strict) {
    this.strict = strict;
  }

  /** Adds a new message, behind all others. */
  void add(Pending pending) {
    pending.order = ++added;
    ready.add(pending);
  }

  /** Takes messages back that may not have arrived; they go before all that came after them. */
  void putBack(Collection<Pending> sent) {
    ready.addAll(sent);
  }

  /** Keeps a message until its time; others of its key wait for it. */
  void retry(Pending pending, long at) {
    hold(pending);
    pending.retryAt = at;
    retries.add(pending);
  }

  /** {@return the next message to be sent, or null if there is none now} */
  @Nullable Pending next() {
    for (Pending next = ready.poll(); next != null; next = ready.poll()) {
      HeldKey key = next.subject.key() == null ? null : held.get(next.subject.key());
      if (key == null || next.holdsKey) {
        if (strict) {
          hold(next);
        }
        return next;
      }
      key.behind.add(next);
    }
    return null;
  }

  /** Whether {@link #next} may find something. */
  boolean hasReady() {
    return !ready.isEmpty();
  }

  /**
   * Notes that a message has its outcome: those that waited for its key may go on.
   *
   * @return whether there were some
   */
  boolean settled(Pending pending) {
    Object name = pending.subject.key();
    if (!pending.holdsKey || name == null) {
      return false;
    }
    pending.holdsKey = false;
    HeldKey key = held.get(name);
    if (key == null || --key.holders > 0) {
      return false;
    }
    held.remove(name);
    return ready.addAll(key.behind);
  }

  /**
   * Makes those retries ready whose time has come.
   *
   * @return how long the next one has to wait, or 0 if there is none
   */
  long wake(long now) {
    Pending first = retries.peek();
    while (first != null && first.retryAt - now <= 0) {
      ready.add(retries.remove());
      first = retries.peek();
    }
    return first == null ? 0 : first.retryAt - now;
  }

  /** Takes out what this condition holds for, wherever it waits. */
  List<Pending> takeIf(Predicate<Pending> condition) {
    List<Pending> taken = new ArrayList<>();
    takeIf(ready, condition, taken);
    takeIf(retries, condition, taken);
    held.values().forEach(key -> takeIf(key.behind, condition, taken));
    taken.sort(BY_ORDER);
    return taken;
  }

  /** Takes out everything; what it held waits for nothing any more. */
  List<Pending> takeAll() {
    List<Pending> all = takeIf(pending -> true);
    held.clear();
    return all;
  }

  boolean isEmpty() {
    return ready.isEmpty()
        && retries.isEmpty()
        && held.values().stream().allMatch(key -> key.behind.isEmpty());
  }

  private static void takeIf(
      Collection<Pending> from, Predicate<Pending> condition, List<Pending> taken) {
    for (Iterator<Pending> all = from.iterator(); all.hasNext(); ) {
      Pending pending = all.next();
      if (condition.test(pending)) {
        all.remove();
        taken.add(pending);
      }
    }
  }

  private void hold(Pending pending) {
    Object name = pending.subject.key();
    if (name != null && !pending.holdsKey) {
      pending.holdsKey = true;
      held.computeIfAbsent(name, key -> new HeldKey()).holders++;
    }
  }
}
