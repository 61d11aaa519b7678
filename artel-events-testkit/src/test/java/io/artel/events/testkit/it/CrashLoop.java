package io.artel.events.testkit.it;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.artel.events.EventType;
import io.artel.events.Topology;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.ArtelSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What came back from crashed consumers is read one at a time, and then as much as before. */
abstract class CrashLoop {

  record Job(int number) {}

  private static final EventType<Job> JOB = EventType.of("job.asked", Job.class);
  private static final int CRASHED = 12;

  private static final Topology TOPOLOGY =
      Topology.on("crash.events")
          .queue("quorum.queue", queue -> queue.bind("job.*"))
          .queue("classic.queue", queue -> queue.bind("job.*").maxPriority(10));

  private ArtelEvents artel;

  /** A place of the test's own. */
  abstract String uri();

  /** Ends what the place is in, if that is the test's own too. */
  void endBroker() {}

  @AfterEach
  void close() {
    artel.close();
    endBroker();
  }

  @ParameterizedTest
  @ValueSource(strings = {"quorum.queue", "classic.queue"})
  void whatComesBackFromCrashesShouldBeHandledOneAtATime(String queue) throws Exception {
    artel =
        ArtelEvents.connect(
            ArtelSettings.builder()
                .uri(uri())
                .topology(TOPOLOGY)
                .meterRegistry(new SimpleMeterRegistry())
                .build());
    publish(0, CRASHED);
    for (int i = 0; i < 3; i++) {
      takeAllAndDie(queue, CRASHED);
    }
    CountDownLatch looked = new CountDownLatch(1);
    Queue<Integer> handled = new ConcurrentLinkedQueue<>();
    CyclicBarrier together = new CyclicBarrier(4);

    artel
        .subscribe(queue)
        .prefetch(8)
        .workers(8)
        .on(
            JOB,
            (event, context) -> {
              int number = event.data().number();
              if (number <= CRASHED) { // the last of them is the first that is no suspect
                looked.await();
              } else {
                together.await(20, SECONDS); // four of these run at the same time, or all fail
              }
              handled.add(number);
            })
        .start();
    try (Raw raw = new Raw(uri())) {
      await()
          .atMost(Duration.ofSeconds(30))
          .until(raw.readyIn(queue), ready -> ready == CRASHED - 1);
    }
    looked.countDown();
    await().atMost(Duration.ofSeconds(30)).until(() -> handled.size() == CRASHED);
    publish(CRASHED, 1 + 8);

    await().atMost(Duration.ofSeconds(30)).until(() -> handled.size() == CRASHED + 1 + 8);
    assertThat(handled).doesNotHaveDuplicates();
  }

  @Test
  void whatComesBackWithSuspectsShouldKeepItsPlace() throws Exception {
    artel =
        ArtelEvents.connect(
            ArtelSettings.builder()
                .uri(uri())
                .topology(TOPOLOGY)
                .meterRegistry(new SimpleMeterRegistry())
                .build());
    publish(0, 3);
    takeAllAndDie("quorum.queue", 3);
    takeAllAndDie("quorum.queue", 3);
    publish(3, CRASHED - 3);
    takeAllAndDie("quorum.queue", CRASHED);
    Queue<Integer> handled = new ConcurrentLinkedQueue<>();

    artel
        .subscribe("quorum.queue")
        .workers(1)
        .on(JOB, (event, context) -> handled.add(event.data().number()))
        .start();

    await().atMost(Duration.ofSeconds(30)).until(() -> handled.size() >= CRASHED);
    assertThat(handled).containsExactlyElementsOf(IntStream.range(0, CRASHED).boxed().toList());
  }

  private void publish(int first, int count) {
    for (int number = first; number < first + count; number++) {
      artel.publisher().publish(JOB.event(new Job(number)));
    }
  }

  /** What a process does that is killed: it holds everything unacknowledged, and is gone. */
  private void takeAllAndDie(String queue, int count) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(uri());
    Connection connection = factory.newConnection();
    try {
      Channel channel = connection.createChannel();
      AtomicInteger taken = new AtomicInteger();
      channel.basicConsume(queue, false, (tag, message) -> taken.incrementAndGet(), tag -> {});
      await().atMost(Duration.ofSeconds(20)).until(() -> taken.get() == count);
    } finally {
      connection.abort();
    }
  }
}
