package io.artel.events.testkit.it;

import static io.artel.events.FailurePolicy.retry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.GetResponse;
import io.artel.events.Batching;
import io.artel.events.DeadLetterFilter;
import io.artel.events.EventCodec;
import io.artel.events.EventType;
import io.artel.events.PermanentException;
import io.artel.events.RedriveOptions;
import io.artel.events.Topology;
import io.artel.events.TransientException;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.ArtelSettings;
import io.artel.events.amqp.Subscription;
import io.artel.events.amqp.SubscriptionBuilder;
import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The numbers of a session's events: what they say of good deliveries, and of bad ones. */
abstract class SequenceChecks extends OrderedRoom {

  private static final EventType<Step> LOOK = EventType.of("steps.looked", Step.class);

  /** A type that goes to another queue, and so is never missed in the one that is checked. */
  private static final EventType<Step> OTHER = EventType.of("other.taken", Step.class);

  private static final String[] ALL = {"gaps", "duplicates", "regressions", "unknown"};

  private final AtomicInteger handled = new AtomicInteger();

  @Override
  Topology topology() {
    return TOPOLOGY
        .queue("others.queue", queue -> queue.bind("other.*"))
        .queue("plain.queue", queue -> queue.bind("steps.*"));
  }

  private ArtelSettings.Builder numbering() {
    return settings().sequenceNumbers(100);
  }

  private SubscriptionBuilder checking(ArtelEvents artel) {
    return artel
        .subscribe(QUEUE)
        .checkSequence(100)
        .on(STEP, (event, context) -> handled.incrementAndGet())
        .on(LOOK, (event, context) -> handled.incrementAndGet());
  }

  private double count(String what) {
    return meters.find("rabbitmq.sequence." + what).counters().stream()
        .mapToDouble(Counter::count)
        .sum();
  }

  private void assertCounts(int gaps, int duplicates, int regressions, int unknown) {
    assertThat(List.of(ALL).stream().map(this::count))
        .as(String.join(", ", ALL))
        .containsExactly(
            (double) gaps, (double) duplicates, (double) regressions, (double) unknown);
  }

  private void awaitHandled(int count) {
    await().untilAsserted(() -> assertThat(handled).hasValue(count));
  }

  @Test
  void eventsOfSeveralThreadsAndPublishersShouldBeInOrder() throws Exception {
    checking(connect()).start();

    publishAtOnce(numbering());

    awaitHandled(4 * 3 * 60);
    assertCounts(0, 0, 0, 0);
  }

  @Test
  void eventsOfBatchesShouldBeInOrder() throws Exception {
    checking(connect()).start();

    publishAtOnce(numbering().batching(Batching.upTo(20)));

    awaitHandled(4 * 3 * 60);
    assertCounts(0, 0, 0, 0);
  }

  /** Four publishers after one another, each with three threads that know the same sessions. */
  private void publishAtOnce(ArtelSettings.Builder settings) throws Exception {
    List<UUID> sessions = List.of(UUID.randomUUID(), UUID.randomUUID());
    for (int publisher = 0; publisher < 4; publisher++) {
      try (ArtelEvents artel = ArtelEvents.connect(settings.build())) {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
          threads.add(new Thread(() -> publishMixed(artel, sessions)));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
          thread.join();
        }
      }
    }
  }

  private static void publishMixed(ArtelEvents artel, List<UUID> sessions) {
    List<CompletionStage<?>> outcomes = new ArrayList<>();
    for (int number = 0; number < 60; number++) {
      UUID session = sessions.get(number % sessions.size());
      EventType<Step> type = number % 3 == 0 ? LOOK : STEP;
      outcomes.add(artel.publisher().publishAsync(type.event(new Step(number)).session(session)));
      outcomes.add(artel.publisher().publishAsync(OTHER.event(new Step(number)).session(session)));
    }
    outcomes.forEach(outcome -> outcome.toCompletableFuture().join());
  }

  @Test
  void whatIsWrongShouldBeCountedByTypeAndWarnedAboutOnce() throws Exception {
    Logger logger = (Logger) LoggerFactory.getLogger("io.artel.events.amqp");
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    logger.addAppender(log);
    Level before = logger.getLevel();
    logger.setLevel(Level.WARN);
    try {
      checking(connect()).start();
      UUID session = UUID.randomUUID();
      for (int number : new int[] {1, 2, 5, 4, 2, 6}) {
        publish(session, numbers(number, number, "epoch"));
      }

      awaitHandled(6);
      assertCounts(2, 1, 1, 0);
      assertThat(
              meters
                  .get("rabbitmq.sequence.gaps")
                  .tags("event_type", "steps.taken", "queue_name", QUEUE)
                  .counter()
                  .count())
          .isEqualTo(2);
      assertThat(log.list)
          .extracting(ILoggingEvent::getFormattedMessage)
          .filteredOn(line -> line.startsWith("sequence in "))
          .singleElement()
          .asString()
          .contains("'steps.queue': 2 events missing, 0 doubled, 0 too late", session.toString());
    } finally {
      logger.setLevel(before);
      logger.detachAppender(log);
    }
  }

  /** As a Python service publishes, and as somebody does who wants to do harm. */
  @Test
  void numbersThatAreNoneShouldDoNoHarm() throws Exception {
    checking(connect()).start();
    UUID session = UUID.randomUUID();
    List<Map<String, Object>> forged = new ArrayList<>();
    for (Object bad :
        List.of(
            0,
            -1,
            Long.MIN_VALUE,
            Long.MAX_VALUE,
            "many",
            "",
            "99999999999999999999999",
            true,
            1.5,
            Date.from(Instant.EPOCH),
            List.of(3),
            Map.of("a", 3),
            new byte[] {3})) {
      forged.add(numbers(bad, 1, "epoch"));
      forged.add(numbers(1, bad, "epoch"));
      if (!(bad instanceof String)) {
        forged.add(numbers(1, 1, bad));
      }
    }
    forged.add(numbers(1, 2, "epoch"));
    forged.add(numbers(1, 1, "x".repeat(10_000)));
    forged.add(Map.of());

    publish(session, numbers("1", "1", "epoch"));
    for (Map<String, Object> headers : forged) {
      publish(session, headers);
    }
    publish(session, numbers((byte) 2, (short) 2, "epoch"));

    awaitHandled(forged.size() + 2);
    assertCounts(0, 0, 0, forged.size());
  }

  @Test
  void retriesAndRedrivenEventsShouldBeExpected() throws Exception {
    ArtelEvents artel = connect(numbering());
    UUID session = UUID.randomUUID();
    AtomicBoolean fails = new AtomicBoolean(true);
    artel
        .subscribe(QUEUE)
        .checkSequence(100)
        .on(
            STEP,
            (event, context) -> {
              if (event.data().number() == 1 && context.attempt() < 3) {
                throw new TransientException("not yet");
              }
              if (event.data().number() == 2 && fails.get()) {
                throw new PermanentException("not yet");
              }
              handled.incrementAndGet();
            })
        .onFailure(
            retry(TransientException.class)
                .upTo(5)
                .backoff(OrderedHandling.SHORT, OrderedHandling.SHORT)
                .thenDeadLetter())
        .start();
    for (int number = 0; number < 5; number++) {
      artel.publisher().publish(step(number, session));
    }
    await().until(raw.readyIn(DEAD_LETTERS), ready -> ready == 1);
    awaitHandled(4);

    fails.set(false);
    artel.deadLetters(QUEUE).redrive(DeadLetterFilter.all(), RedriveOptions.defaults());

    awaitHandled(5);
    assertCounts(0, 0, 0, 0);
  }

  @Test
  void handOverThereAndBackShouldBeUnknownAtMost() throws Exception {
    ArtelEvents publisher = connect(numbering());
    UUID session = UUID.randomUUID();
    int published = 0;
    for (int turn = 0; turn < 4; turn++) {
      ArtelEvents reader = turn % 2 == 0 ? publisher : connect();
      Subscription subscription = checking(reader).start();
      for (int i = 0; i < 10; i++) {
        publisher.publisher().publish(step(published++, session));
      }
      awaitHandled(published);
      assertThat(subscription.stop(Duration.ofSeconds(5)).left()).isZero();
    }

    assertCounts(0, 0, 0, 3);
  }

  @Test
  void messagesShouldHaveNoNumbersUnlessAskedFor() throws Exception {
    connect().publisher().publish(step(1, UUID.randomUUID()));
    connect(numbering()).publisher().publish(STEP.event(new Step(2)));
    connect(numbering()).publisher().publish(step(3, UUID.randomUUID()));

    await().until(raw.readyIn("plain.queue"), ready -> ready == 3);
    List<List<String>> numbers = new ArrayList<>();
    for (GetResponse message; (message = raw.take("plain.queue")) != null; ) {
      numbers.add(
          message.getProps().getHeaders().keySet().stream()
              .filter(name -> name.startsWith("sequence"))
              .sorted()
              .toList());
    }
    assertThat(numbers)
        .containsExactlyInAnyOrder(
            List.of(), List.of(), List.of("sequence", "sequence_epoch", "sequence_of_type"));
    assertThat(meters.getMeters())
        .noneMatch(meter -> meter.getId().getName().startsWith("rabbitmq.sequence"));
  }

  @Test
  void queueWithoutOrderShouldNotBeChecked() {
    SubscriptionBuilder plain = connect().subscribe("plain.queue");
    SubscriptionBuilder ordered = connect().subscribe(QUEUE);

    assertThatThrownBy(() -> plain.checkSequence(10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'plain.queue' keeps no order");
    assertThatThrownBy(() -> ordered.checkSequence(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("checkSequence is 0, but must be 1 to 1000000");
  }

  private static Map<String, Object> numbers(Object number, Object ofType, Object epoch) {
    return Map.of("sequence", number, "sequence_of_type", ofType, "sequence_epoch", epoch);
  }

  private void publish(UUID session, Map<String, Object> headers) throws Exception {
    Map<String, Object> all = new HashMap<>(headers);
    all.put("session_id", session.toString());
    raw.publish(
        "steps.events",
        "steps.taken",
        new BasicProperties.Builder().contentType("application/json").headers(all).build(),
        EventCodec.create().encode(step(0, session)));
  }
}
