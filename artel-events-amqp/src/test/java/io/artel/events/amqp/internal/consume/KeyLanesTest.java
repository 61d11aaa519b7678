package io.artel.events.amqp.internal.consume;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class KeyLanesTest {

  /**
   * Whatever the scheduler does: one at a time and in order per key, and no key waits for another.
   */
  @Property(tries = 500)
  void keysShouldRunInOrderAndBesideEachOther(
      @ForAll @IntRange(min = 1, max = 200) int deliveries,
      @ForAll @IntRange(min = 1, max = 20) int keys,
      @ForAll Random random) {
    List<Runnable> tasks = new ArrayList<>();
    Map<String, Delivery> running = new HashMap<>();
    Map<String, Long> last = new HashMap<>();
    Map<Delivery, String> keyOf = new HashMap<>();
    Map<String, Integer> unfinished = new HashMap<>();
    KeyLanes lanes =
        new KeyLanes(
            tasks::add,
            delivery -> {
              String key = requireNonNull(keyOf.get(delivery));
              long tag = delivery.envelope.getDeliveryTag();
              assertThat(running.put(key, delivery)).isNull();
              assertThat(tag).isGreaterThan(last.getOrDefault(key, 0L));
              last.put(key, tag);
            });

    long submitted = 0;
    while (submitted < deliveries || !unfinished.isEmpty()) {
      assertThat(tasks.size() + running.size()).isEqualTo(unfinished.size());
      assertThat(lanes.count()).isEqualTo(unfinished.size());
      int move = random.nextInt(3);
      if (move == 0 && submitted < deliveries) {
        String key = "key " + random.nextInt(keys);
        Delivery delivery = FakeChannels.delivery(++submitted);
        keyOf.put(delivery, key);
        unfinished.merge(key, 1, Integer::sum);
        lanes.submit(key, delivery);
      } else if (move == 1 && !tasks.isEmpty()) {
        tasks.remove(random.nextInt(tasks.size())).run();
      } else if (move == 2 && !running.isEmpty()) {
        String key = List.copyOf(running.keySet()).get(random.nextInt(running.size()));
        running.remove(key);
        unfinished.computeIfPresent(key, (unused, count) -> count == 1 ? null : count - 1);
        lanes.next(key);
      }
    }

    assertThat(lanes.count()).isZero();
    assertThat(keyOf).hasSize(deliveries);
  }

  @Test
  void keyThatIsNotFinishedShouldNotHoldUpOthers() {
    Set<Long> run = new HashSet<>();
    KeyLanes lanes =
        new KeyLanes(Runnable::run, delivery -> run.add(delivery.envelope.getDeliveryTag()));

    lanes.submit("slow", FakeChannels.delivery(1));
    lanes.submit("slow", FakeChannels.delivery(2));
    lanes.submit("other", FakeChannels.delivery(3));

    assertThat(run).containsExactlyInAnyOrder(1L, 3L);
  }

  @Test
  void finishedKeyThatHasNoLaneShouldBeLeftAlone() {
    KeyLanes lanes =
        new KeyLanes(
            Runnable::run,
            delivery -> {
              throw new AssertionError("nothing is there to be run");
            });

    lanes.next("nobody");

    assertThat(lanes.count()).isZero();
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
      Map<String, List<Long>> order = new ConcurrentHashMap<>();
      ConcurrentLinkedQueue<String> overlaps = new ConcurrentLinkedQueue<>();
      Map<Delivery, String> keyOf = new ConcurrentHashMap<>();
      CountDownLatch done = new CountDownLatch(keys * each);
      KeyLanes[] lanes = new KeyLanes[1];
      lanes[0] =
          new KeyLanes(
              workers,
              delivery -> {
                String key = requireNonNull(keyOf.get(delivery));
                AtomicInteger insideOfKey = requireNonNull(inside.get(key));
                if (insideOfKey.getAndIncrement() != 0) {
                  overlaps.add(key);
                }
                requireNonNull(order.get(key)).add(delivery.envelope.getDeliveryTag());
                Runnable end =
                    () -> {
                      insideOfKey.decrementAndGet();
                      lanes[0].next(key);
                      done.countDown();
                    };
                if (delivery.envelope.getDeliveryTag() % 3 == 0) {
                  elsewhere.execute(end); // as confirmations end a delivery
                } else {
                  end.run();
                }
              });
      List<Thread> submitters = new ArrayList<>();
      for (int number = 0; number < keys; number++) {
        String key = "key " + number;
        inside.put(key, new AtomicInteger());
        order.put(key, new ArrayList<>());
        submitters.add(
            new Thread(
                () -> {
                  for (long tag = 1; tag <= each; tag++) {
                    Delivery delivery = FakeChannels.delivery(tag);
                    keyOf.put(delivery, key);
                    lanes[0].submit(key, delivery);
                  }
                }));
      }
      submitters.forEach(Thread::start);

      done.await();
      assertThat(overlaps).isEmpty();
      assertThat(order.values())
          .allSatisfy(tags -> assertThat(tags).hasSize(each).isSorted().doesNotHaveDuplicates());
      assertThat(lanes[0].count()).isZero();
    } finally {
      workers.shutdownNow();
      elsewhere.shutdownNow();
    }
  }
}
