package io.artel.events.benchmarks;

import io.artel.events.EventPublisher;
import io.artel.events.PublishException;
import io.artel.events.Topology;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.ArtelSettings;
import io.artel.events.benchmarks.contest.BenchmarkEvents;
import io.artel.events.testkit.RabbitMq;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What a publisher keeps in memory while its broker is away: 8 threads publish as fast as they can,
 * the broker is killed for {@code seconds} (60) and comes back. Prints the used heap after a
 * collection, the number of threads, and how many events ended how, every ten seconds.
 *
 * <p>It runs as {@link EmbeddedBrokerBenchmark} does, with the property {@code version} (of
 * RabbitMQ, 4.3).
 */
public final class OutageBenchmark {
  private static final int THREADS = 8;
  private static final int SECONDS = Integer.getInteger("seconds", 60);
  private static final Duration STEP = Duration.ofSeconds(10);

  private final EventPublisher publisher;
  private final BenchmarkEvents events = new BenchmarkEvents(1000, 0);
  private final Map<String, LongAdder> outcomes = new ConcurrentHashMap<>();
  private volatile boolean stopping;

  private OutageBenchmark(EventPublisher publisher) {
    this.publisher = publisher;
  }

  /** Prints the table. */
  public static void main(String[] args) throws Exception {
    String version = System.getProperty("version", "4.3");
    try (RabbitMq broker =
        RabbitMq.find(version)
            .orElseThrow(() -> new IllegalStateException("no RabbitMQ " + version + " here"))) {
      ArtelSettings settings =
          ArtelSettings.builder()
              .uri(broker.amqpUri())
              .topology(
                  Topology.on("benchmark.events")
                      .queue("benchmark.queue", queue -> queue.bind("game.*").maxLength(1000)))
              .meterRegistry(new SimpleMeterRegistry())
              // So that no thread rests while the window is full.
              .enqueueTimeout(Duration.ofMillis(10))
              .build();
      try (ArtelEvents artel = ArtelEvents.connect(settings)) {
        new OutageBenchmark(artel.publisher(BenchmarkEvents.SERVICE)).run(broker);
      }
    }
  }

  private void run(RabbitMq broker) throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      int first = i;
      Thread thread = new Thread(() -> publish(first));
      thread.start();
      threads.add(thread);
    }
    watch("broker is there", 3);
    broker.flush();
    broker.kill();
    watch("broker is away", (int) (SECONDS / STEP.toSeconds()));
    broker.start();
    watch("broker is back", 3);
    stopping = true;
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private void publish(int first) {
    for (int number = first; !stopping; number += THREADS) {
      publisher
          .publishAsync(events.event(number))
          .whenComplete(
              (receipt, failure) ->
                  outcomes.computeIfAbsent(outcome(failure), name -> new LongAdder()).increment());
    }
  }

  private static String outcome(@Nullable Throwable failure) {
    return failure == null
        ? "confirmed"
        : failure instanceof PublishException known ? known.outcome().name() : failure.toString();
  }

  private void watch(String when, int steps) throws InterruptedException {
    for (int i = 0; i < steps; i++) {
      Thread.sleep(STEP.toMillis());
      Map<String, Long> counts = new TreeMap<>();
      outcomes.forEach((name, count) -> counts.put(name, count.sumThenReset()));
      System.gc();
      Table.print(
          "%-16s %6.1f MiB of heap, %3d threads, %s%n",
          when,
          ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / 1024.0 / 1024.0,
          ManagementFactory.getThreadMXBean().getThreadCount(),
          counts);
    }
  }
}
