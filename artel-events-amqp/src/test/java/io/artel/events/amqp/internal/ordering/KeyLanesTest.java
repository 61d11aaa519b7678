package io.artel.events.amqp.internal.ordering;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.artel.events.amqp.internal.ordering.KeyLanes.Overflow;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class KeyLanesTest {

  private static final int ROOM = 5;

  /** An item with its place in its key's order. */
  private record Item(String key, int number, boolean urgent, Set<Item> goneOnes) {
    boolean isGone() {
      return goneOnes.contains(this);
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }

    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public String toString() {
      return key + "-" + number;
    }
  }

  /** What lanes do, written down. */
  private static class Recorder implements LaneWork<Item> {
    final List<Item> run = new ArrayList<>();
    final List<Item> overflowed = new ArrayList<>();
    final List<Item> dropped = new ArrayList<>();

    @Override
    public void run(Item item) {
      run.add(item);
    }

    @Override
    public void overflow(Item item) {
      overflowed.add(item);
    }

    @Override
    public boolean isUrgent(Item item) {
      return item.urgent;
    }

    @Override
    public boolean isGone(Item item) {
      return item.isGone();
    }

    @Override
    public void dropped(Item item) {
      dropped.add(item);
    }
  }

  private final Set<Item> gone = new HashSet<>();
  private final Recorder recorder = new Recorder();
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private final KeyLanes<Item> lanes = new KeyLanes<>(tasks::add, ROOM, Overflow.TAIL, recorder);

  private Item item(String key, int number) {
    return new Item(key, number, false, gone);
  }

  private Item submit(String key, int number) {
    Item item = item(key, number);
    lanes.submit(key, item);
    return item;
  }

  /** Lanes of which each turn ends its item at once. */
  private KeyLanes<Item> ending(List<String> turns) {
    List<KeyLanes<Item>> own = new ArrayList<>();
    own.add(
        new KeyLanes<>(
            tasks::add,
            ROOM,
            Overflow.TAIL,
            new Recorder() {
              @Override
              public void run(Item item) {
                turns.add(item.key);
                own.get(0).done(item.key, item);
              }
            }));
    return own.get(0);
  }

  private void work() {
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
  }

  /**
   * Whatever the scheduler does: one at a time and in order per key, no key waits for another, and
   * what has no room behind a parked one overflows one at a time and in order.
   */
  @Property(tries = 1000)
  void keysShouldRunInOrderAndBesideEachOther(
      @ForAll @IntRange(min = 1, max = 200) int items,
      @ForAll @IntRange(min = 1, max = 20) int keys,
      @ForAll @IntRange(min = 1, max = 10) int room,
      @ForAll Random random) {
    new Model(room, Overflow.TAIL, random).play(items, keys);
  }

  @Property(tries = 1000)
  void keysWhoseHeadOverflowsShouldRunInOrderToo(
      @ForAll @IntRange(min = 1, max = 200) int items,
      @ForAll @IntRange(min = 1, max = 20) int keys,
      @ForAll @IntRange(min = 1, max = 10) int room,
      @ForAll Random random) {
    new Model(room, Overflow.HEAD, random).play(items, keys);
  }

  /** Plays at random, and holds what the lanes do against what they may. */
  private static final class Model implements LaneWork<Item> {
    final List<Runnable> tasks = new ArrayList<>();
    final Map<String, Item> running = new HashMap<>();
    final Map<String, Item> parked = new HashMap<>();
    final Map<String, Item> leaving = new HashMap<>();
    final Map<String, Integer> lastRun = new HashMap<>();
    final Map<String, Integer> lastOverflow = new HashMap<>();
    final Map<String, Integer> unfinished = new HashMap<>();
    final Set<Item> ended = new HashSet<>();
    final KeyLanes<Item> lanes;
    final int room;
    final Overflow overflow;
    final Random random;

    Model(int room, Overflow overflow, Random random) {
      this.room = room;
      this.overflow = overflow;
      this.random = random;
      lanes = new KeyLanes<>(tasks::add, room, overflow, this);
    }

    void play(int items, int keys) {
      List<Item> submitted = new ArrayList<>();
      while (submitted.size() < items || !unfinished.isEmpty()) {
        assertThat(lanes.count()).isEqualTo(unfinished.size());
        assertThat(lanes.parked()).isEqualTo(parked.size());
        // Every key has somebody at work, a task for it, or is parked.
        assertThat(tasks.size() + running.size() + leaving.size() + parked.size())
            .isGreaterThanOrEqualTo(unfinished.size());
        switch (random.nextInt(6)) {
          case 0, 1 -> {
            if (submitted.size() < items) {
              String key = "key " + random.nextInt(keys);
              Item item = new Item(key, submitted.size(), random.nextInt(4) == 0, Set.of());
              submitted.add(item);
              unfinished.merge(key, 1, Integer::sum);
              submit(item);
            }
          }
          case 2 -> {
            if (!tasks.isEmpty()) {
              tasks.remove(random.nextInt(tasks.size())).run();
            }
          }
          case 3 -> any(running).ifPresent(item -> finish(running, item));
          case 4 ->
              any(running)
                  .ifPresent(
                      item -> {
                        running.remove(item.key);
                        parked.put(item.key, item);
                        lanes.park(item.key, item);
                        letHeadGo(item);
                      });
          default -> {
            any(leaving).ifPresent(item -> finish(leaving, item));
            any(parked)
                .ifPresent(
                    item -> {
                      parked.remove(item.key);
                      lanes.resume(item.key, item);
                    });
          }
        }
      }
      assertThat(ended).hasSize(items);
      assertThat(lanes.count()).isZero();
      assertThat(tasks).isEmpty();
    }

    private void submit(Item item) {
      Item head = parked.get(item.key);
      lanes.submit(item.key, item);
      if (head != null) {
        letHeadGo(head);
      }
    }

    /** A parked head that has to go is not parked any more. */
    private void letHeadGo(Item head) {
      int waiting = unfinished.getOrDefault(head.key, 0);
      if (overflow == Overflow.HEAD && waiting > room) {
        parked.remove(head.key);
      }
    }

    private Optional<Item> any(Map<String, Item> from) {
      return from.isEmpty()
          ? Optional.empty()
          : Optional.of(List.copyOf(from.values()).get(random.nextInt(from.size())));
    }

    private void finish(Map<String, Item> from, Item item) {
      from.remove(item.key);
      assertThat(ended.add(item)).isTrue();
      unfinished.computeIfPresent(item.key, (unused, count) -> count == 1 ? null : count - 1);
      lanes.done(item.key, item);
    }

    @Override
    public void run(Item item) {
      assertThat(running.put(item.key, item)).isNull();
      assertThat(item.number).isGreaterThanOrEqualTo(lastRun.getOrDefault(item.key, -1));
      lastRun.put(item.key, item.number);
    }

    @Override
    public void overflow(Item item) {
      if (overflow == Overflow.HEAD) {
        run(item);
        return;
      }
      assertThat(leaving.put(item.key, item)).isNull();
      assertThat(item.number).isGreaterThan(lastOverflow.getOrDefault(item.key, -1));
      lastOverflow.put(item.key, item.number);
    }

    @Override
    public boolean isUrgent(Item item) {
      return item.urgent;
    }

    @Override
    public boolean isGone(Item item) {
      return false;
    }

    @Override
    public void dropped(Item item) {
      throw new AssertionError("nothing is gone");
    }
  }

  @Test
  void keyThatIsNotFinishedShouldNotHoldUpOthers() {
    Item first = submit("slow", 1);
    submit("slow", 2);
    Item other = submit("other", 3);

    work();

    assertThat(recorder.run).containsExactlyInAnyOrder(first, other);
  }

  @Test
  void finishedKeyThatHasNoLaneShouldBeLeftAlone() {
    lanes.done("nobody", item("nobody", 1));
    lanes.park("nobody", item("nobody", 1));
    lanes.resume("nobody", item("nobody", 1));

    assertThat(lanes.count()).isZero();
    assertThat(tasks).isEmpty();
  }

  /** A hot key has one turn among those of the others, however much it has waiting. */
  @Test
  void hotKeyShouldTakeTurnsWithTheOthers() {
    List<String> turns = new ArrayList<>();
    KeyLanes<Item> fair = ending(turns);
    for (int number = 0; number < 10; number++) {
      fair.submit("cold " + number, item("cold " + number, number));
    }
    for (int number = 0; number < 1000; number++) {
      fair.submit("hot", item("hot", number));
    }
    for (int number = 0; number < 10; number++) {
      fair.submit("late " + number, item("late " + number, number));
    }

    for (int turn = 0; turn < 22; turn++) {
      tasks.remove().run();
    }

    assertThat(turns).hasSize(22);
    assertThat(turns.get(10)).isEqualTo("hot");
    assertThat(turns.get(21)).isEqualTo("hot");
    assertThat(new HashSet<>(turns)).hasSize(21);
  }

  @Test
  void urgentKeysShouldGoFirstButNotForEver() {
    List<String> turns = new ArrayList<>();
    KeyLanes<Item> fair = ending(turns);
    for (int number = 0; number < 3; number++) {
      fair.submit("normal " + number, item("normal " + number, 1));
    }
    for (int number = 0; number < 20; number++) {
      fair.submit("urgent " + number, new Item("urgent " + number, 1, true, gone));
    }

    work();

    assertThat(turns).hasSize(23);
    List<Integer> normal =
        IntStream.range(0, 23)
            .filter(turn -> turns.get(turn).startsWith("normal"))
            .boxed()
            .toList();
    int each = KeyLanes.URGENT_IN_A_ROW + 1;
    assertThat(normal).containsExactly(each - 1, 2 * each - 1, 3 * each - 1);
  }

  @Test
  void parkedKeyShouldKeepWhatItHasRoomForAndLetTheRestGoInOrder() {
    List<Item> items = new ArrayList<>();
    for (int number = 0; number < 8; number++) {
      items.add(submit("failing", number));
    }
    work();
    lanes.park("failing", items.get(0));
    work();
    assertThat(recorder.overflowed).containsExactly(items.get(ROOM));
    assertThat(lanes.parked()).isEqualTo(1);

    lanes.done("failing", items.get(5));
    lanes.resume("failing", items.get(0));
    work();
    assertThat(recorder.overflowed).containsExactlyElementsOf(items.subList(5, 7));
    assertThat(recorder.run).containsExactly(items.get(0), items.get(0));
    assertThat(lanes.parked()).isZero();

    // While some wait, what comes belongs behind the tail.
    items.add(submit("failing", 8));
    for (int number = 0; number < ROOM; number++) {
      lanes.done("failing", items.get(number));
      work();
    }
    assertThat(recorder.run).hasSize(ROOM + 1);

    // After them the key goes on.
    items.add(submit("failing", 9));
    work();
    assertThat(recorder.run).endsWith(items.get(9));
    lanes.done("failing", items.get(9));
    for (int number = 6; number < 9; number++) {
      lanes.done("failing", items.get(number));
      work();
    }
    assertThat(recorder.overflowed).containsExactlyElementsOf(items.subList(5, 9));
    assertThat(lanes.count()).isZero();
  }

  @Test
  void keyThatIsBusyAndNotParkedShouldKeepAll() {
    for (int number = 0; number < 100; number++) {
      submit("hot", number);
    }
    work();

    assertThat(recorder.overflowed).isEmpty();
    assertThat(recorder.run).hasSize(1);
  }

  @Test
  void headThatHasToGoShouldHaveItsTurnAtOnce() {
    KeyLanes<Item> halting = new KeyLanes<>(tasks::add, ROOM, Overflow.HEAD, recorder);
    List<Item> items = new ArrayList<>();
    for (int number = 0; number < ROOM; number++) {
      items.add(item("failing", number));
      halting.submit("failing", items.get(number));
    }
    work();
    halting.park("failing", items.get(0));
    work();
    assertThat(recorder.overflowed).isEmpty();

    halting.submit("failing", item("failing", ROOM));
    work();
    assertThat(recorder.overflowed).containsExactly(items.get(0));
    assertThat(halting.parked()).isZero();
    halting.resume("failing", items.get(0)); // its timer comes too late
    halting.done("failing", items.get(0));
    work();
    assertThat(recorder.run).containsExactly(items.get(0), items.get(1));
    assertThat(recorder.overflowed).hasSize(1);
  }

  /** The channel went, and the same events come again on the next one. */
  @Test
  void parkedEventsThatAreGoneShouldMakeWayForThoseThatCome() {
    List<Item> before = new ArrayList<>();
    for (int number = 0; number < 3; number++) {
      before.add(submit("failing", number));
    }
    work();
    lanes.park("failing", before.get(0));
    gone.addAll(before);

    Item again = submit("failing", 0);
    work();

    assertThat(recorder.run).containsExactly(before.get(0), again);
    assertThat(recorder.dropped).containsExactlyElementsOf(before);
    assertThat(lanes.parked()).isZero();
    lanes.resume("failing", before.get(0));
    lanes.done("failing", before.get(0));
    assertThat(tasks).isEmpty();
    lanes.done("failing", again);
    assertThat(lanes.count()).isZero();
  }

  /** The channel went while a lane with a tail had its turn: those that come again have room. */
  @Test
  void tailShouldEndWhenAllThatWaitsIsGone() {
    List<Item> before = new ArrayList<>();
    for (int number = 0; number < ROOM + 2; number++) {
      before.add(submit("failing", number));
    }
    work();
    lanes.park("failing", before.get(0));
    work();
    lanes.resume("failing", before.get(0));
    work();
    gone.addAll(before);

    List<Item> again = new ArrayList<>();
    for (int number = 0; number < 3; number++) {
      again.add(submit("failing", number));
    }
    lanes.done("failing", before.get(0));
    work();
    assertThat(recorder.overflowed).containsExactly(before.get(ROOM));
    lanes.done("failing", before.get(ROOM));
    work();
    lanes.done("failing", before.get(ROOM + 1));
    for (Item each : again) {
      work();
      lanes.done("failing", each);
    }

    assertThat(recorder.run)
        .containsExactly(before.get(0), before.get(0), again.get(0), again.get(1), again.get(2));
    assertThat(recorder.overflowed).containsExactly(before.get(ROOM), before.get(ROOM + 1));
    assertThat(recorder.dropped).containsExactlyElementsOf(before.subList(1, ROOM));
    assertThat(lanes.count()).isZero();
  }

  @Test
  void whatIsGoneShouldTakeNoRoom() {
    Item head = submit("failing", 0);
    for (int number = 1; number < ROOM; number++) {
      gone.add(submit("failing", number));
    }
    work();
    lanes.park("failing", head);

    for (int number = 0; number < ROOM - 1; number++) {
      submit("failing", number);
    }
    work();

    assertThat(recorder.overflowed).isEmpty();
    assertThat(recorder.dropped).hasSize(ROOM - 1);
  }

  @Test
  void millionKeysShouldLeaveNothingBehind() {
    List<String> turns = new ArrayList<>();
    KeyLanes<Item> fair = ending(turns);
    for (int number = 0; number < 1_000_000; number++) {
      String key = "key " + number;
      fair.submit(key, item(key, number));
      if (number % 2 == 1) {
        work();
        assertThat(turns).hasSize(2);
        turns.clear();
      }
    }

    assertThat(fair.count()).isZero();
    assertThat(fair.parked()).isZero();
  }

  @Test
  @Timeout(60)
  void threadsShouldKeepTheOrderOfEveryKey() throws Exception {
    int keys = 8;
    int each = 2_000;
    ExecutorService workers = Executors.newFixedThreadPool(4);
    ExecutorService elsewhere = Executors.newFixedThreadPool(2);
    try {
      Map<String, AtomicInteger> inside = new ConcurrentHashMap<>();
      Map<String, List<Integer>> order = new ConcurrentHashMap<>();
      ConcurrentLinkedQueue<String> overlaps = new ConcurrentLinkedQueue<>();
      CountDownLatch done = new CountDownLatch(keys * each);
      List<KeyLanes<Item>> shared = new ArrayList<>();
      Set<Item> parkedOnce = ConcurrentHashMap.newKeySet();
      Consumer<Item> handler =
          item -> {
            AtomicInteger insideOfKey = requireNonNull(inside.get(item.key));
            if (insideOfKey.getAndIncrement() != 0) {
              overlaps.add(item.key);
            }
            KeyLanes<Item> all = shared.get(0);
            if (item.number % 7 == 0 && parkedOnce.add(item)) {
              insideOfKey.decrementAndGet();
              all.park(item.key, item);
              elsewhere.execute(() -> all.resume(item.key, item)); // as timers do
              return;
            }
            requireNonNull(order.get(item.key)).add(item.number);
            Runnable end =
                () -> {
                  insideOfKey.decrementAndGet();
                  all.done(item.key, item);
                  done.countDown();
                };
            if (item.number % 3 == 0) {
              elsewhere.execute(end); // as confirmations end a delivery
            } else {
              end.run();
            }
          };
      shared.add(
          new KeyLanes<>(
              workers,
              each,
              Overflow.TAIL,
              new Recorder() {
                @Override
                public void run(Item item) {
                  handler.accept(item);
                }
              }));
      List<Thread> submitters = new ArrayList<>();
      for (int number = 0; number < keys; number++) {
        String key = "key " + number;
        boolean urgent = number == 0;
        inside.put(key, new AtomicInteger());
        order.put(key, new ArrayList<>());
        submitters.add(
            new Thread(
                () -> {
                  for (int place = 1; place <= each; place++) {
                    shared.get(0).submit(key, new Item(key, place, urgent, Set.of()));
                  }
                }));
      }
      submitters.forEach(Thread::start);

      done.await();
      assertThat(overlaps).isEmpty();
      assertThat(order.values())
          .allSatisfy(
              places -> assertThat(places).hasSize(each).isSorted().doesNotHaveDuplicates());
      assertThat(shared.get(0).count()).isZero();
    } finally {
      workers.shutdownNow();
      elsewhere.shutdownNow();
    }
  }
}
