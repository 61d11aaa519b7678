package io.artel.events.testkit.internal.embedded.connection;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Decides about the order of what has none. RabbitMQ keeps the order of what one channel asks for,
 * and promises nothing across channels, nor how confirms are gathered. Without a seed all goes in
 * the order of its arrival; with one the channels take turns at random, and confirms are sent at
 * random moments, the same ones for the same seed and input.
 */
public final class Scheduler {
  private final @Nullable Random random;
  private final Map<Object, Deque<Runnable>> waiting = new LinkedHashMap<>();

  private Scheduler(@Nullable Random random) {
    this.random = random;
  }

  /** All in the order of its arrival. */
  public static Scheduler inOrder() {
    return new Scheduler(null);
  }

  /** Turns at random. */
  public static Scheduler seeded(long seed) {
    return new Scheduler(new Random(seed));
  }

  /** Whether things happen in the order of their arrival. */
  boolean isInOrder() {
    return random == null;
  }

  /** Does something when its turn comes, after what was asked for before in the same order. */
  void schedule(Object order, Runnable action) {
    waiting.computeIfAbsent(order, key -> new ArrayDeque<>()).add(action);
  }

  /** Whether something waits for its turn. */
  boolean isBusy() {
    return !waiting.isEmpty();
  }

  /** Gives all that waits its turn. */
  void runAll() {
    while (random != null && !waiting.isEmpty()) {
      List<Object> orders = new ArrayList<>(waiting.keySet());
      Object order = orders.get(random.nextInt(orders.size()));
      Deque<Runnable> actions = waiting.getOrDefault(order, new ArrayDeque<>());
      Runnable action = actions.poll();
      if (action == null) {
        waiting.remove(order);
      } else {
        action.run();
      }
    }
  }

  /** Whether confirms are sent now, rather than gathered with later ones. */
  boolean sendsConfirmsNow() {
    return random == null || random.nextInt(4) == 0;
  }

  void shuffle(List<?> things) {
    if (random != null) {
      Collections.shuffle(things, random);
    }
  }
}
