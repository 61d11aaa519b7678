package io.artel.events.testkit.internal.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.artel.events.Event;
import io.artel.events.EventPriority;
import io.artel.events.EventPublisher;
import io.artel.events.EventType;
import io.artel.events.PublishException;
import io.artel.events.PublishReceipt;
import io.artel.events.testkit.DeliveryOracle;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Publishes numbered events of some sessions at an even rate, as many in flight as the settings
 * allow, and tells the oracle of each. One thread publishes, so that each session has an order.
 */
final class Load {
  static final EventType<JsonNode> STEP = EventType.ofTree("fault.step");

  /** The field of an event's number in its session. */
  static final String NUMBER = "number";

  /** The field of the key that the oracle knows it by. */
  static final String KEY = "key";

  /** The field that says when it was published, by {@link System#nanoTime}. */
  static final String SENT = "sent";

  private static final String TASK = "task-";

  private final EventPublisher publisher;
  private final DeliveryOracle oracle;
  private final Random random;
  private final List<UUID> sessions = new ArrayList<>();
  private final long[] numbers = new long[StageSettings.KEYS];
  private final Thread thread = new Thread(this::publishOn, "artel-faults-load");
  private final UnaryOperator<Event.Builder<JsonNode>> changes;

  /** Guards the numbers, and is held while an event is published, which may wait for room. */
  private final ReentrantLock lock = new ReentrantLock();

  private int tasks;
  private volatile boolean paused;
  private volatile boolean ended;

  /**
   * A load that does not run yet.
   *
   * @param seed decides which session is next
   * @param changes what is otherwise about each event
   */
  Load(
      EventPublisher publisher,
      DeliveryOracle oracle,
      long seed,
      UnaryOperator<Event.Builder<JsonNode>> changes) {
    this.publisher = publisher;
    this.oracle = oracle;
    this.random = new Random(seed);
    this.changes = changes;
    for (int i = 0; i < StageSettings.KEYS; i++) {
      String name = "faults " + seed + " " + i;
      sessions.add(UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)));
    }
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** The keys of what it publishes. */
  List<String> keys() {
    return sessions.stream().map(UUID::toString).toList();
  }

  /** Publishes nothing until {@link #goOn}; waits for what is being published. */
  void pause() {
    lock.lock();
    try {
      paused = true;
    } finally {
      lock.unlock();
    }
  }

  void goOn() {
    paused = false;
  }

  /** Publishes nothing more. */
  void end() {
    ended = true;
  }

  /** Publishes one event, also while the load is paused. */
  void one() {
    lock.lock();
    try {
      publishNext();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Publishes one event without a session, which tells handlers what to do.
   *
   * @return the key that the oracle knows it by
   */
  String task(Task task) {
    lock.lock();
    try {
      String key = TASK + tasks++;
      Event.Builder<JsonNode> event = STEP.event(data(key, 0, task));
      publish(changes.apply(task.expires() ? event.priority(EventPriority.LOW) : event), key, 0);
      return key;
    } finally {
      lock.unlock();
    }
  }

  /** Publishes the next event of one more session, which tells handlers what to do. */
  void more(UUID session, long number, Task task) {
    lock.lock();
    try {
      String key = TASK + session;
      publish(STEP.event(data(key, number, task)).session(session), key, number);
    } finally {
      lock.unlock();
    }
  }

  /** Whether a key is not one of {@link #keys()}. */
  static boolean isTask(String key) {
    return key.startsWith(TASK);
  }

  private void publishOn() {
    long gap = TimeUnit.SECONDS.toNanos(1) / StageSettings.RATE;
    long next = System.nanoTime();
    try {
      while (!ended) {
        // What was late is caught up with, but not what an outage held up.
        next = Math.max(next + gap, System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(50));
        TimeUnit.NANOSECONDS.sleep(Math.max(0, next - System.nanoTime()));
        lock.lock();
        try {
          if (!paused && !ended) {
            publishNext();
          }
        } finally {
          lock.unlock();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void publishNext() {
    int index = random.nextInt(sessions.size());
    UUID session = sessions.get(index);
    long number = numbers[index]++;
    String key = session.toString();
    publish(
        changes.apply(STEP.event(data(key, number, Task.SUCCEED)).session(session)), key, number);
  }

  private void publish(Event.Builder<JsonNode> event, String key, long number) {
    oracle.sent(key, number);
    CompletionStage<PublishReceipt> publishing = publisher.publishAsync(event);
    publishing.whenComplete((receipt, failure) -> ended(key, number, receipt, failure));
  }

  private void ended(
      String key, long number, @Nullable PublishReceipt receipt, @Nullable Throwable failure) {
    if (receipt != null) {
      oracle.confirmed(key, number, receipt.attempts());
      return;
    }
    Throwable cause = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
    if (cause instanceof PublishException refused) {
      oracle.failed(key, number, refused.details().attempts(), refused.outcome());
    }
  }

  private static JsonNode data(String key, long number, Task task) {
    ObjectNode data =
        JsonNodeFactory.instance
            .objectNode()
            .put(KEY, key)
            .put(NUMBER, number)
            .put(SENT, System.nanoTime());
    task.into(data);
    return data;
  }
}
