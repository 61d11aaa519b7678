package io.artel.events.testkit.it;

import static io.artel.events.FailurePolicy.retry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.artel.events.BusinessRuleException;
import io.artel.events.Event;
import io.artel.events.EventType;
import io.artel.events.PermanentException;
import io.artel.events.Topology;
import io.artel.events.TransientException;
import io.artel.events.ValidationException;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.ArtelSettings;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What Prometheus scrapes of handling, and what is logged of what is old or slow. */
abstract class ConsumeMeters {

  enum End {
    WELL,
    LATER,
    INVALID,
    FORBIDDEN,
    BROKEN
  }

  record Step(End end) {}

  static final EventType<Step> STEP = EventType.of("game.step", Step.class);
  static final EventType<Step> CALL = EventType.of("call.made", Step.class);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration SOON = Duration.ofMillis(200);
  private static final List<String> CONSUMERS =
      List.of("rabbitmq_consumers_expected", "rabbitmq_consumers_alive");
  private static final Pattern BOUND = Pattern.compile("le=\"([^\"]+)\"");

  /** What the client for Python has, which the other services use. */
  private static final List<String> BOUNDS =
      List.of(
          "0.005", "0.01", "0.025", "0.05", "0.075", "0.1", "0.25", "0.5", "0.75", "1.0", "2.5",
          "5.0", "7.5", "10.0");

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Queue<ILoggingEvent> warnings = new ConcurrentLinkedQueue<>();
  private final Logger library = (Logger) LoggerFactory.getLogger("io.artel.events.amqp");
  private final AppenderBase<ILoggingEvent> listener =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          event.prepareForDeferredProcessing();
          warnings.add(event);
        }
      };
  private final UUID session = UUID.randomUUID();
  private Level levelBefore;
  private ArtelEvents artel;

  /** A place of the test's own. */
  abstract String uri();

  /** Ends what the place is in, if that is the test's own too. */
  void endBroker() {}

  @BeforeEach
  void connect() {
    listener.setContext(library.getLoggerContext());
    listener.start();
    library.addAppender(listener);
    levelBefore = library.getLevel();
    library.setLevel(Level.WARN);
    artel =
        ArtelEvents.connect(
            ArtelSettings.builder()
                .uri(uri())
                .name("tester")
                .topology(
                    Topology.on("game.events")
                        .queue("game.queue", queue -> queue.bind("game.*"))
                        .queue("calls.queue", queue -> queue.bind("call.*").partitions(3))
                        .queue("undo.queue", queue -> queue.bind("compensation.required")))
                .meterRegistry(registry)
                .build());
  }

  @AfterEach
  void close() {
    artel.close(Duration.ofSeconds(2));
    library.detachAppender(listener);
    library.setLevel(levelBefore);
    endBroker();
  }

  @Test
  void everyAttemptShouldBeCountedByTypeQueueAndStatus() {
    artel
        .subscribe("game.queue")
        .on(STEP, (event, context) -> end(event.data().end()))
        .onFailure(retry(TransientException.class).upTo(1).backoff(SOON, SOON).thenDeadLetter())
        .start();
    artel
        .subscribeBroadcast("live", "game.*")
        .on(
            STEP,
            (event, context) -> {
              throw new PermanentException("nobody looks");
            })
        .start();
    for (End end : End.values()) {
      publish(STEP.event(new Step(end)));
    }
    publish(EventType.of("game.unknown", Step.class).event(new Step(End.WELL)));

    await().atMost(PATIENCE).until(() -> samples("rabbitmq_events_processed_total").size() == 8);
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(samples("rabbitmq_events_processed_total"))
                    .containsExactlyInAnyOrder(
                        processed("game.step", "game.queue", "success", 1),
                        processed("game.step", "game.queue", "retried", 1),
                        processed("game.step", "game.queue", "dead_lettered", 2),
                        processed("game.step", "game.queue", "discarded", 1),
                        processed("game.step", "game.queue", "compensated", 1),
                        processed("game.step", "live", "failed", 5),
                        processed("other", "game.queue", "discarded", 1),
                        processed("other", "live", "discarded", 1)));
    String labels = "{event_type=\"game.step\",queue_name=\"game.queue\"";
    assertHistogram("rabbitmq_event_processing_duration_seconds", labels, 6, BOUNDS);
    assertHistogram("rabbitmq_event_critical_time_seconds", labels, 1, BOUNDS);
    assertHistogram(
        "rabbitmq_message_age_seconds",
        "{queue_name=\"game.queue\"",
        7,
        Stream.concat(BOUNDS.stream(), Stream.of("30.0", "60.0", "300.0")).toList());
    assertThat(samples("rabbitmq_event_critical_time_seconds_count")).hasSize(1);
  }

  @Test
  void consumersThatThereAreAndShouldBeShouldBeShown() {
    artel.subscribe("game.queue").on(STEP, (event, context) -> {}).start();
    var calls = artel.subscribe("calls.queue").on(CALL, (event, context) -> {}).start();

    for (String meter : CONSUMERS) {
      assertThat(samples(meter))
          .containsExactlyInAnyOrder(
              meter + "{queue_name=\"game.queue\"} 1.0",
              meter + "{queue_name=\"calls.queue\"} 3.0");
    }
    calls.close();
    for (String meter : CONSUMERS) {
      assertThat(samples(meter)).containsExactly(meter + "{queue_name=\"game.queue\"} 1.0");
    }
  }

  @Test
  void oldEventShouldBeWarnedAboutOnItsFirstAttemptOnly() {
    artel
        .subscribe("game.queue")
        .on(STEP, (event, context) -> end(event.data().end()))
        .onFailure(retry(TransientException.class).upTo(1).backoff(SOON, SOON).thenDeadLetter())
        .start();
    publish(STEP.event(new Step(End.WELL)));
    Event<Step> old =
        STEP.event(new Step(End.LATER))
            .timestamp(Instant.now().minusSeconds(61))
            .session(session)
            .build("tester");
    artel.publisher().publish(old);

    await().atMost(PATIENCE).until(() -> !warnings("is dead-lettered").isEmpty()); // after two
    assertThat(warnings("old events"))
        .singleElement()
        .satisfies(
            line -> {
              assertThat(line.getFormattedMessage())
                  .matches(
                      "old events in 'game\\.queue': 1 above 60000 ms since the last such line, at"
                          + " worst 6\\d{4} ms: "
                          + Pattern.quote(old.toString()));
              assertThat(line.getMDCPropertyMap()).isEqualTo(context(old, "game.queue", 1));
            });
    assertThat(warnings("is dead-lettered"))
        .singleElement()
        .satisfies(
            line -> assertThat(line.getMDCPropertyMap()).isEqualTo(context(old, "game.queue", 2)));
  }

  @Test
  void slowHandlingShouldBeWarnedAbout() {
    Duration slow = Duration.ofMillis(100);
    artel
        .subscribe("calls.queue")
        .on(
            CALL,
            (event, context) -> {
              long began = System.nanoTime();
              while (System.nanoTime() - began <= slow.toNanos()) {
                Thread.onSpinWait();
              }
            })
        .start();
    Event<Step> event = CALL.event(new Step(End.WELL)).session(session).build("tester");
    artel.publisher().publish(event);

    await().atMost(PATIENCE).until(() -> !warnings("slow handling").isEmpty());
    assertThat(warnings("slow handling"))
        .singleElement()
        .satisfies(
            line -> {
              assertThat(line.getFormattedMessage())
                  .matches(
                      "slow handling in 'calls\\.queue': 1 above 100 ms since the last such line, at"
                          + " worst \\d{3,} ms: "
                          + Pattern.quote(event.toString()));
              assertThat(line.getMDCPropertyMap()).isEqualTo(context(event, "calls.queue", 1));
            });
  }

  private static void end(End end) {
    switch (end) {
      case WELL -> {}
      case LATER -> throw new TransientException("not yet");
      case INVALID -> throw new ValidationException("no such ball");
      case FORBIDDEN -> throw new BusinessRuleException("the game has ended");
      case BROKEN -> throw new PermanentException("broken");
    }
  }

  private void publish(Event.Builder<Step> event) {
    artel.publisher().publish(event);
  }

  private static String processed(String type, String queue, String status, int count) {
    return "rabbitmq_events_processed_total{event_type=\""
        + type
        + "\",queue_name=\""
        + queue
        + "\",status=\""
        + status
        + "\"} "
        + count
        + ".0";
  }

  private void assertHistogram(String name, String labels, int count, List<String> bounds) {
    assertThat(samples(name + "_count")).contains(name + "_count" + labels + "} " + count);
    assertThat(
            samples(name + "_sum").stream().filter(line -> line.startsWith(name + "_sum" + labels)))
        .hasSize(1);
    List<String> buckets =
        samples(name + "_bucket").stream()
            .filter(line -> line.startsWith(name + "_bucket" + labels + ",le="))
            .toList();
    assertThat(buckets.stream().map(ConsumeMeters::bound))
        .containsExactlyElementsOf(Stream.concat(bounds.stream(), Stream.of("+Inf")).toList());
    assertThat(buckets).last().asString().endsWith("} " + count);
  }

  private static String bound(String bucket) {
    Matcher bound = BOUND.matcher(bucket);
    assertThat(bound.find()).isTrue();
    return bound.group(1);
  }

  private List<String> samples(String name) {
    return registry.scrape().lines().filter(line -> line.startsWith(name + "{")).toList();
  }

  private List<ILoggingEvent> warnings(String part) {
    return warnings.stream().filter(line -> line.getFormattedMessage().contains(part)).toList();
  }

  private Map<String, String> context(Event<?> event, String queue, int attempt) {
    return Map.of(
        "event_id",
        event.id().toString(),
        "event_type",
        event.type(),
        "correlation_id",
        event.flowId().toString(),
        "session_id",
        session.toString(),
        "queue",
        queue,
        "attempt",
        Integer.toString(attempt));
  }
}
