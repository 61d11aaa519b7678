package io.artel.events.testkit.it;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.artel.events.Topology;
import io.artel.events.TransientException;
import io.artel.events.amqp.ArtelEvents;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Partitions that go from one owner to the next, also while what is in them is read one at a time
 * because it came back from owners that are gone.
 */
abstract class HandOver extends OrderedRoom {

  private static final Topology ONE =
      Topology.on("steps.events").queue(QUEUE, q -> q.bind("steps.*").partitions(1));

  private static final int COUNT = 10;
  private static final List<Integer> ALL = IntStream.range(0, COUNT).boxed().toList();

  private final Queue<Integer> handled = new ConcurrentLinkedQueue<>();

  @Override
  Topology topology() {
    return ONE;
  }

  @Test
  void ownerThatStopsShouldFinishWhatItReadsAlone() throws Exception {
    ArtelEvents first = connect();
    ArtelEvents second = connect();
    publishAndLoseOwners(first);
    CountDownLatch entered = new CountDownLatch(1);
    first
        .subscribe(QUEUE)
        .on(
            STEP,
            (event, context) -> {
              entered.countDown();
              await().until(context::isStopping);
              handled.add(event.data().number());
            })
        .start();
    // Not before: the first one changes its channel to read one at a time, and would lose its turn.
    assertThat(entered.await(20, SECONDS)).isTrue();
    second
        .subscribe(QUEUE)
        .on(STEP, (event, context) -> handled.add(event.data().number()))
        .start();

    first.close();

    await().atMost(Duration.ofSeconds(20)).until(() -> handled.size() >= COUNT);
    assertThat(handled).containsExactlyElementsOf(ALL);
  }

  @Test
  void eventThatIsReadAloneAndRetriedShouldKeepItsPlace() throws Exception {
    ArtelEvents artel = connect();
    publishAndLoseOwners(artel);
    artel
        .subscribe(QUEUE)
        .on(
            STEP,
            (event, context) -> {
              if (event.data().number() == 0 && context.attempt() == 1) {
                throw new TransientException("not yet");
              }
              handled.add(event.data().number());
            })
        .onFailure(OrderedHandling.OFTEN)
        .start();

    await().atMost(Duration.ofSeconds(20)).until(() -> handled.size() >= COUNT);
    assertThat(handled).containsExactlyElementsOf(ALL);
  }

  /** Events of one session that have come back so often that they are read one at a time. */
  private void publishAndLoseOwners(ArtelEvents artel) throws Exception {
    UUID session = UUID.randomUUID();
    ALL.forEach(number -> artel.publisher().publish(step(number, session)));
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(uri());
    String partition = ONE.find(QUEUE).orElseThrow().sources().get(0);
    for (int i = 0; i < 3; i++) {
      Connection connection = factory.newConnection();
      try {
        Channel channel = connection.createChannel();
        AtomicInteger taken = new AtomicInteger();
        channel.basicConsume(
            partition, false, (tag, message) -> taken.incrementAndGet(), tag -> {});
        await().atMost(Duration.ofSeconds(20)).until(() -> taken.get() == COUNT);
      } finally {
        connection.abort();
      }
    }
  }
}
