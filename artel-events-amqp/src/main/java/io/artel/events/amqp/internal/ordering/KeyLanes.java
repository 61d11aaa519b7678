package io.artel.events.amqp.internal.ordering;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One lane per key: items of a key have their turn one after the other, in the order they came, and
 * keys beside each other.
 *
 * <p>Among keys whose turn could come, those with an urgent item go first, but at most {@value
 * #URGENT_IN_A_ROW} in a row while others wait; apart from that the one that waits longest does,
 * and after each turn a key goes to the end. A lane exists while it has something to run, so that
 * keys of the past take no memory.
 *
 * <p>A parked lane holds so many items and no more. What comes then is, by choice, its tail, which
 * overflows item by item while the head stays parked; or it makes the head itself overflow, and all
 * others have their turn after it. Safe for use by several threads.
 *
 * @param <T> what waits in a lane
 */
public final class KeyLanes<T> {

  /** So many urgent keys may go before one that is not. */
  static final int URGENT_IN_A_ROW = 4;

  private final Executor workers;
  private final int parkedPerKey;
  private final Overflow overflow;
  private final LaneWork<T> work;

  /** Guards all that follows; held for a few assignments. */
  private final Object lock = new Object();

  private final Map<String, Lane<T>> lanes = new HashMap<>();
  private final ArrayDeque<Lane<T>> urgent = new ArrayDeque<>();
  private final ArrayDeque<Lane<T>> normal = new ArrayDeque<>();
  private int urgentInARow;
  private int parked;

  /** What has to go when a parked lane is full. */
  public enum Overflow {
    /** What comes after; the head keeps its place. */
    TAIL,
    /** The head, and with it the end of waiting for those behind it. */
    HEAD
  }

  private enum State {
    READY,
    RUNNING,
    PARKED
  }

  private static final class Lane<T> {
    State state = State.READY;

    /** The first one is the one whose turn it is. */
    final ArrayDeque<T> waiting = new ArrayDeque<>(2);

    /** Those without room; the first one is on its way out. Null where there never were any. */
    @Nullable ArrayDeque<T> tail;

    /** What comes belongs to the tail, until all that waits has had its turn. */
    boolean overflowing;

    /** The head's next turn is to overflow. */
    boolean headOverflows;

    boolean isEmpty() {
      return waiting.isEmpty() && (tail == null || tail.isEmpty());
    }
  }

  /**
   * Lanes without anything in them.
   *
   * @param workers runs turns; one task for each
   * @param parkedPerKey how many items a parked lane holds, its head included
   */
  public KeyLanes(Executor workers, int parkedPerKey, Overflow overflow, LaneWork<T> work) {
    this.workers = workers;
    this.parkedPerKey = parkedPerKey;
    this.overflow = overflow;
    this.work = work;
  }

  /** One more item of this key. */
  public void submit(String key, T item) {
    List<Runnable> tasks = new ArrayList<>(2);
    synchronized (lock) {
      Lane<T> lane = lanes.get(key);
      if (lane == null) {
        lane = new Lane<>();
        lanes.put(key, lane);
      }
      forgetGone(lane, tasks);
      if (lane.overflowing) {
        addToTail(lane, item, tasks);
      } else {
        lane.waiting.add(item);
        if (lane.waiting.size() == 1) {
          ready(lane, tasks);
        } else if (lane.state == State.PARKED) {
          makeRoom(lane, tasks);
        }
      }
    }
    tasks.forEach(workers::execute);
  }

  /** This item, whose turn it was, is done with: the next one's turn. */
  public void done(String key, T item) {
    List<Runnable> tasks = new ArrayList<>(1);
    synchronized (lock) {
      Lane<T> lane = lanes.get(key);
      if (lane == null) {
        return;
      }
      if (lane.waiting.peek() == item) {
        lane.waiting.poll();
        nextTurn(lane, tasks);
      } else if (lane.tail != null && lane.tail.peek() == item) {
        lane.tail.poll();
        overflowNext(lane, tasks);
      }
      if (lane.isEmpty()) {
        lanes.remove(key);
      }
    }
    tasks.forEach(workers::execute);
  }

  /** This item, whose turn it was, keeps its place until it is resumed; what follows it waits. */
  public void park(String key, T item) {
    List<Runnable> tasks = new ArrayList<>(2);
    synchronized (lock) {
      Lane<T> lane = lanes.get(key);
      if (lane == null || lane.waiting.peek() != item) {
        return;
      }
      lane.state = State.PARKED;
      parked++;
      makeRoom(lane, tasks);
    }
    tasks.forEach(workers::execute);
  }

  /** The next turn of this item, if it is still parked. */
  public void resume(String key, T item) {
    List<Runnable> tasks = new ArrayList<>(1);
    synchronized (lock) {
      Lane<T> lane = lanes.get(key);
      if (lane != null && lane.state == State.PARKED && lane.waiting.peek() == item) {
        unpark(lane);
        ready(lane, tasks);
      }
    }
    tasks.forEach(workers::execute);
  }

  /** How many keys have something to run. */
  public int count() {
    synchronized (lock) {
      return lanes.size();
    }
  }

  /** How many keys are parked. */
  public int parked() {
    synchronized (lock) {
      return parked;
    }
  }

  private void unpark(Lane<T> lane) {
    lane.state = State.READY;
    parked--;
  }

  private void nextTurn(Lane<T> lane, List<Runnable> tasks) {
    lane.headOverflows = false;
    if (lane.waiting.isEmpty()) {
      lane.overflowing = false;
    } else {
      ready(lane, tasks);
    }
  }

  private void ready(Lane<T> lane, List<Runnable> tasks) {
    lane.state = State.READY;
    (work.isUrgent(lane.waiting.element()) ? urgent : normal).add(lane);
    tasks.add(this::turn);
  }

  /** There are as many tasks as lanes that are ready; which lane it is, is decided only here. */
  private void turn() {
    T item;
    boolean overflows;
    synchronized (lock) {
      boolean waitedLong = urgentInARow >= URGENT_IN_A_ROW && !normal.isEmpty();
      Lane<T> lane = waitedLong ? null : urgent.poll();
      if (lane != null) {
        urgentInARow = normal.isEmpty() ? 0 : urgentInARow + 1;
      } else {
        lane = normal.remove();
        urgentInARow = 0;
      }
      lane.state = State.RUNNING;
      item = lane.waiting.element();
      overflows = lane.headOverflows;
    }
    if (overflows) {
      work.overflow(item);
    } else {
      work.run(item);
    }
  }

  /**
   * What is gone comes again, or has come already: to wait for it would be for nothing, and for
   * want of room because of it nothing has to go.
   */
  private void forgetGone(Lane<T> lane, List<Runnable> tasks) {
    T head = lane.waiting.peek();
    if (head == null || !work.isGone(head)) {
      return;
    }
    if (lane.state == State.PARKED) {
      unpark(lane);
      dropGone(lane, null);
      nextTurn(lane, tasks);
    } else { // it has its turn, or is about to, and is done then
      dropGone(lane, head);
      lane.overflowing = false;
    }
  }

  /** Sees to it that a parked lane holds no more than it may. */
  private void makeRoom(Lane<T> lane, List<Runnable> tasks) {
    if (lane.waiting.size() > parkedPerKey) {
      dropGone(lane, lane.waiting.element());
    }
    if (lane.waiting.size() <= parkedPerKey) {
      return;
    }
    if (overflow == Overflow.HEAD) {
      lane.headOverflows = true;
      unpark(lane);
      ready(lane, tasks);
      return;
    }
    lane.overflowing = true;
    List<T> all = List.copyOf(lane.waiting);
    lane.waiting.clear();
    lane.waiting.addAll(all.subList(0, parkedPerKey));
    all.subList(parkedPerKey, all.size()).forEach(item -> addToTail(lane, item, tasks));
  }

  /** Takes out what is gone, but never {@code kept}. */
  private void dropGone(Lane<T> lane, @Nullable T kept) {
    lane.waiting.removeIf(
        item -> {
          boolean gone = item != kept && work.isGone(item);
          if (gone) {
            work.dropped(item);
          }
          return gone;
        });
  }

  private void addToTail(Lane<T> lane, T item, List<Runnable> tasks) {
    ArrayDeque<T> tail = lane.tail;
    if (tail == null) {
      tail = new ArrayDeque<>();
      lane.tail = tail;
    }
    tail.add(item);
    if (tail.size() == 1) {
      overflowNext(lane, tasks);
    }
  }

  private void overflowNext(Lane<T> lane, List<Runnable> tasks) {
    T item = lane.tail == null ? null : lane.tail.peek();
    if (item != null) {
      tasks.add(() -> work.overflow(item));
    }
  }
}
