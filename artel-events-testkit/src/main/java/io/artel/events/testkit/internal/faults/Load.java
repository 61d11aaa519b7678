package io.artel.events.testkit.internal.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.artel.events.Event;
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

  /** The field that says that its first attempts should fail. */
  static final String FLAKY = "flaky";

  private final EventPublisher publisher;
  private final DeliveryOracle oracle;
  private final Random random;
  private final List<UUID> sessions = new ArrayList<>();
  private final long[] numbers = new long[StageSettings.KEYS];
  private final Thread thread = new Thread(this::publishOn, "artel-faults-load");
  private final UnaryOperator<Event.Builder<JsonNode>> changes;

  /** Guards the numbers, and is held while an event is published, which may wait for room. */
  private final ReentrantLock lock = new ReentrantLock();

  private int flaky;
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

  /** Publishes one event without a session, whose first attempt fails. */
  void oneFlaky() {
    lock.lock();
    try {
      String key = "flaky " + flaky++;
      publish(changes.apply(STEP.event(data(key, 0, true))), key, 0);
    } finally {
      lock.unlock();
    }
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
    publish(changes.apply(STEP.event(data(key, number, false)).session(session)), key, number);
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

  private static JsonNode data(String key, long number, boolean flaky) {
    return JsonNodeFactory.instance
        .objectNode()
        .put(KEY, key)
        .put(NUMBER, number)
        .put(FLAKY, flaky);
  }
}
