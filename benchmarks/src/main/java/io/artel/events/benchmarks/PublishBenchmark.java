package io.artel.events.benchmarks;

import com.rabbitmq.client.ConnectionFactory;
import io.artel.events.EventPublisher;
import io.artel.events.Topology;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.ArtelSettings;
import io.artel.events.testkit.RabbitMq;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * How many confirmed events a second this library publishes, against a loop that was tuned by hand
 * for the same work: persistent, mandatory, JSON from a record, the same properties and headers, at
 * most 1,000 unconfirmed. Nobody consumes. The contestants take turns, round by round, on one
 * connection each, with a classic queue and with a quorum queue.
 *
 * <p>It runs as {@link EmbeddedBrokerBenchmark} does, with the properties {@code version} (of
 * RabbitMQ, 4.3), {@code rounds} (7, after two that do not count) and {@code messages} (40,000 in a
 * round).
 */
public final class PublishBenchmark {
  private static final Rounds ROUNDS = new Rounds(2, Integer.getInteger("rounds", 7));
  private static final int MESSAGES = Integer.getInteger("messages", 40_000);
  private static final int THREADS = 8;
  private static final int PATIENCE_SECONDS = 120;

  private final ConnectionFactory factory = new ConnectionFactory();
  private final String uri;
  private final String queueType;

  private PublishBenchmark(String uri, String queueType) throws Exception {
    this.uri = uri;
    this.queueType = queueType;
    factory.setUri(new URI(uri));
  }

  /** Prints the table. */
  public static void main(String[] args) throws Exception {
    String version = System.getProperty("version", "4.3");
    try (RabbitMq broker =
        RabbitMq.find(version)
            .orElseThrow(() -> new IllegalStateException("no RabbitMQ " + version + " here"))) {
      Rounds.printMachine();
      Rounds.print("%-54s %9s  %s%n", "RabbitMQ " + broker.version(), "median", "least–greatest");
      for (String queueType : List.of("classic", "quorum")) {
        new PublishBenchmark(broker.amqpUri(), queueType).run();
      }
      Rounds.printMachine();
    }
  }

  private void run() throws Exception {
    HandTunedPublishing handTuned = new HandTunedPublishing(factory);
    Map<String, Rounds.Measurement> measurements = new LinkedHashMap<>();
    measurements.put(queueType + ", hand-tuned, events/s", () -> measured(handTuned::publish));
    measurements.put(queueType + ", artel-events, events/s", () -> measured(this::publish));
    measurements.put(
        queueType + ", artel-events, " + THREADS + " threads, events/s",
        () -> measured(this::publishByThreads));
    List<List<Double>> results = new ArrayList<>();
    ROUNDS
        .takeTurns(measurements)
        .forEach(
            (name, values) -> {
              Rounds.printRow(name, values);
              results.add(values);
            });
    Rounds.printRow(
        queueType + ", artel-events by hand-tuned", Rounds.ratios(results.get(1), results.get(0)));
    Rounds.printRow(
        queueType + ", " + THREADS + " threads by one",
        Rounds.ratios(results.get(2), results.get(1)));
  }

  /** Publishes events, and says how many seconds it took. */
  private interface Publishing {
    double publish(int events) throws Exception;
  }

  private double measured(Publishing publishing) throws Exception {
    BenchmarkEvents.declare(factory, queueType);
    double seconds = publishing.publish(MESSAGES);
    BenchmarkEvents.requireStored(factory, MESSAGES);
    return MESSAGES / seconds;
  }

  private double publish(int events) throws Exception {
    return withPublisher(events, publisher -> publishSome(publisher, 0, 1, events));
  }

  private double publishByThreads(int events) throws Exception {
    return withPublisher(
        events,
        publisher -> {
          List<CompletableFuture<Void>> threads = new ArrayList<>();
          for (int thread = 0; thread < THREADS; thread++) {
            int first = thread;
            CompletableFuture<Void> done = new CompletableFuture<>();
            new Thread(
                    () -> {
                      try {
                        publishSome(publisher, first, THREADS, events);
                        done.complete(null);
                      } catch (RuntimeException e) {
                        done.completeExceptionally(e);
                      }
                    })
                .start();
            threads.add(done);
          }
          threads.forEach(CompletableFuture::join);
        });
  }

  /** Uses a publisher. */
  private interface Use {
    void with(Outcomes publisher);
  }

  /** A publisher, and what became of its events. */
  private record Outcomes(
      EventPublisher publisher, CountDownLatch open, AtomicReference<@Nullable Throwable> failure) {

    void publish(int number) {
      publisher
          .publishAsync(BenchmarkEvents.event(number))
          .whenComplete(
              (receipt, problem) -> {
                if (problem != null) {
                  failure.compareAndSet(null, problem);
                }
                open.countDown();
              });
    }
  }

  private static void publishSome(Outcomes publisher, int first, int step, int events) {
    for (int number = first; number < events; number += step) {
      publisher.publish(number);
    }
  }

  private double withPublisher(int events, Use use) throws Exception {
    ArtelSettings settings =
        ArtelSettings.builder()
            .uri(uri)
            .topology(Topology.on(BenchmarkEvents.EXCHANGE))
            .withoutDeclaring()
            .meterRegistry(new SimpleMeterRegistry())
            .maxInFlight(1000)
            .build();
    try (ArtelEvents artel = ArtelEvents.connect(settings)) {
      Outcomes outcomes =
          new Outcomes(
              artel.publisher(BenchmarkEvents.SERVICE),
              new CountDownLatch(events),
              new AtomicReference<>());
      long start = System.nanoTime();
      use.with(outcomes);
      if (!outcomes.open.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException(outcomes.open.getCount() + " events have no outcome");
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      Throwable failure = outcomes.failure.get();
      if (failure != null) {
        throw new IllegalStateException("an event was not confirmed", failure);
      }
      return seconds;
    }
  }
}
