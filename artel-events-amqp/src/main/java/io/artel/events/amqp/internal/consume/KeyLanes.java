package io.artel.events.amqp.internal.consume;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * One lane per key: deliveries of a key run one after the other, in the order they came, and keys
 * beside each other. A lane exists while it has something to run.
 */
final class KeyLanes {

  private final Executor workers;
  private final Consumer<Delivery> run;

  /** Guarded by itself. The head of a lane is the delivery that is being handled. */
  private final Map<String, ArrayDeque<Delivery>> lanes = new HashMap<>();

  KeyLanes(Executor workers, Consumer<Delivery> run) {
    this.workers = workers;
    this.run = run;
  }

  void submit(String key, Delivery delivery) {
    synchronized (lanes) {
      ArrayDeque<Delivery> lane = lanes.computeIfAbsent(key, unused -> new ArrayDeque<>());
      lane.add(delivery);
      if (lane.size() > 1) {
        return;
      }
    }
    workers.execute(() -> run.accept(delivery));
  }

  /** How many keys have something to run. */
  int count() {
    synchronized (lanes) {
      return lanes.size();
    }
  }

  /** The head of this lane is done with: the next one's turn. */
  void next(String key) {
    Delivery delivery;
    synchronized (lanes) {
      ArrayDeque<Delivery> lane = lanes.get(key);
      if (lane == null) {
        return;
      }
      lane.poll();
      delivery = lane.peek();
      if (delivery == null) {
        lanes.remove(key);
        return;
      }
    }
    workers.execute(() -> run.accept(delivery));
  }
}
