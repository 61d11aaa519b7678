package io.artel.events.testkit.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.artel.events.DeadLetterFilter;
import io.artel.events.EventType;
import io.artel.events.FailurePolicy;
import io.artel.events.PermanentException;
import io.artel.events.RedriveOptions;
import io.artel.events.Topology;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.ArtelSettings;
import io.artel.events.amqp.Subscription;
import io.artel.events.amqp.SubscriptionBuilder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Dead letters that return by themselves do so as often as they may, and then stay. */
abstract class ReturningLetters {

  record Job(int number) {}

  private static final EventType<Job> JOB = EventType.of("job.asked", Job.class);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration OFTEN = Duration.ofMillis(200);
  private static final RedriveOptions TWICE = RedriveOptions.defaults().rate(200).maxRedrives(2);

  private static final Topology TOPOLOGY =
      Topology.on("return.events")
          .queue("jobs.queue", queue -> queue.bind("job.*"))
          .queue("ordered.queue", queue -> queue.bind("job.*").partitions(2));

  private final Queue<Integer> calls = new ConcurrentLinkedQueue<>();
  private final List<ArtelEvents> open = new ArrayList<>();

  /** A place of the test's own. */
  abstract String uri();

  /** Ends what the place is in, if that is the test's own too. */
  void endBroker() {}

  private ArtelEvents connect() {
    ArtelEvents artel =
        ArtelEvents.connect(
            ArtelSettings.builder()
                .uri(uri())
                .topology(TOPOLOGY)
                .meterRegistry(new SimpleMeterRegistry())
                .closeTimeout(Duration.ofSeconds(2))
                .build());
    open.add(artel);
    return artel;
  }

  @AfterEach
  void close() {
    open.forEach(ArtelEvents::close);
    endBroker();
  }

  @Test
  void letterShouldReturnAsOftenAsItMayAndThenStay() throws Exception {
    ArtelEvents artel = connect();
    failing(artel, "jobs.queue", new PermanentException("no"))
        .redriveEvery(OFTEN, DeadLetterFilter.all(), TWICE)
        .start();

    for (int number = 0; number < 4; number++) {
      artel.publisher().publish(JOB.event(new Job(number)));
    }
    await().atMost(PATIENCE).until(() -> calls.size() == 12);
    artel.publisher().publish(JOB.event(new Job(4)));
    await().atMost(PATIENCE).until(() -> callsOf(4) == 3); // two more redrives have passed

    assertThat(calls.stream().collect(Collectors.groupingBy(number -> number)).values())
        .hasSize(5)
        .allSatisfy(each -> assertThat(each).hasSize(3));
    artel.close();
    try (Raw raw = new Raw(uri())) {
      await().atMost(PATIENCE).until(raw.readyIn("jobs.dlq"), ready -> ready == 5);
      assertThat(raw.ready("jobs.queue")).isZero();
      assertThat(raw.ready("redrive.jobs.dlq")).isZero();
      Map<String, Object> headers = raw.take("jobs.dlq").getProps().getHeaders();
      assertThat(headers).containsEntry("redrive_count", 2);
    }
  }

  @Test
  void sessionShouldReturnInItsOrder() throws Exception {
    ArtelEvents artel = connect();
    Subscription broken =
        failing(artel, "ordered.queue", new PermanentException("not yet")).start();
    for (int number = 0; number < 5; number++) {
      artel.publisher().publish(JOB.event(new Job(number)).session(new UUID(5, 5)));
    }
    try (Raw raw = new Raw(uri())) {
      await().atMost(PATIENCE).until(raw.readyIn("ordered.dlq"), ready -> ready == 5);
    }
    broken.close();
    calls.clear();

    artel
        .subscribe("ordered.queue")
        .on(JOB, (event, context) -> calls.add(event.data().number()))
        .redriveEvery(OFTEN, DeadLetterFilter.all(), TWICE)
        .start();

    await().atMost(PATIENCE).until(() -> calls.size() == 5);
    assertThat(calls).containsExactly(0, 1, 2, 3, 4);
  }

  @Test
  void onlyWhatIsMeantShouldReturn() throws Exception {
    ArtelEvents artel = connect();
    artel
        .subscribe("jobs.queue")
        .on(
            JOB,
            (event, context) -> {
              calls.add(event.data().number());
              throw event.data().number() == 0
                  ? new PermanentException("no")
                  : new IOException("the disk is full");
            })
        .onFailure(FailurePolicy.deadLetter(IOException.class))
        .redriveEvery(OFTEN, DeadLetterFilter.all().errorClass("policy"), TWICE)
        .start();

    artel.publisher().publish(JOB.event(new Job(0)));
    artel.publisher().publish(JOB.event(new Job(1)));

    await().atMost(PATIENCE).until(() -> callsOf(1) == 3);
    assertThat(callsOf(0)).isEqualTo(1);
  }

  @Test
  void twoInstancesShouldTakeTurns() throws Exception {
    for (int instance = 0; instance < 2; instance++) {
      failing(connect(), "jobs.queue", new PermanentException("no"))
          .redriveEvery(OFTEN, DeadLetterFilter.all(), TWICE.maxRedrives(1))
          .start();
    }
    for (int number = 0; number < 20; number++) {
      open.get(0).publisher().publish(JOB.event(new Job(number)));
    }

    await().atMost(PATIENCE).until(() -> calls.size() == 40);
    open.forEach(ArtelEvents::close);
    assertThat(calls.stream().distinct()).hasSize(20);
    try (Raw raw = new Raw(uri())) {
      await().atMost(PATIENCE).until(raw.readyIn("jobs.dlq"), ready -> ready == 20);
      assertThat(raw.ready("jobs.queue")).isZero();
    }
    assertThat(calls).hasSize(40);
  }

  @Test
  void whatCannotBeMeantShouldBeRefused() {
    ArtelEvents artel = connect();
    SubscriptionBuilder jobs = artel.subscribe("jobs.queue");
    SubscriptionBuilder live = artel.subscribeBroadcast("live", "job.*");

    assertRefused(each -> jobs.redriveEvery(OFTEN, each, RedriveOptions.defaults()), "need a rate");
    assertRefused(each -> jobs.redriveEvery(OFTEN, each, TWICE.dryRun()), "a dry run puts nothing");
    assertRefused(each -> jobs.redriveEvery(Duration.ZERO, each, TWICE), "pause is PT0S");
    assertRefused(each -> live.redriveEvery(OFTEN, each, TWICE), "'live' is a broadcast");
  }

  private static void assertRefused(
      Function<DeadLetterFilter, SubscriptionBuilder> call, String message) {
    assertThatThrownBy(() -> call.apply(DeadLetterFilter.all()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  private SubscriptionBuilder failing(ArtelEvents artel, String queue, RuntimeException failure) {
    return artel
        .subscribe(queue)
        .on(
            JOB,
            (event, context) -> {
              calls.add(event.data().number());
              throw failure;
            });
  }

  private long callsOf(int number) {
    return calls.stream().filter(each -> each == number).count();
  }
}
