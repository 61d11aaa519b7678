package io.artel.events.amqp.internal.consume;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import io.artel.events.amqp.internal.background.Background;
import io.artel.events.amqp.internal.consume.FakeChannels.AckBroker;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class AckBatchTest {

  /** The fake broker throws at every breach of its rules. */
  @Property(tries = 2000)
  void everythingFinishedShouldBeAcknowledgedOnceAndNothingElse(
      @ForAll @IntRange(min = 1, max = 400) int deliveries,
      @ForAll @IntRange(min = 1, max = 500) int prefetch,
      @ForAll @IntRange(min = 0, max = 400) int disorder,
      @ForAll @DoubleRange(min = 0, max = 0.5) double flushes,
      @ForAll @DoubleRange(min = 0, max = 0.3) double unfinished,
      @ForAll Random random) {
    AckBroker broker = new AckBroker(deliveries);
    AckBatch acks = new AckBatch(broker.channel(), prefetch, FakeChannels.stopped());
    TreeSet<Long> left = new TreeSet<>();

    for (long tag : completions(deliveries, disorder, random)) {
      if (random.nextDouble() < unfinished) {
        left.add(tag);
      } else {
        finish(broker, acks, tag);
      }
      if (random.nextDouble() < flushes) {
        acks.flush();
      }
    }
    acks.flush();
    assertThat(broker.outstanding()).isEqualTo(left);

    left.forEach(tag -> finish(broker, acks, tag));
    acks.flush();
    assertThat(broker.outstanding()).isEmpty();
  }

  @Test
  void finishedInOrderShouldBeAcknowledgedAQuarterOfThePrefetchAtATime() {
    AckBroker broker = new AckBroker(1000);
    AckBatch acks = new AckBatch(broker.channel(), 200, FakeChannels.stopped());

    for (long tag = 1; tag <= 1000; tag++) {
      finish(broker, acks, tag);
    }

    assertThat(broker.outstanding()).isEmpty();
    assertThat(broker.acks()).isEqualTo(20);
  }

  @Test
  void finishedInOrderShouldBeAcknowledgedAHundredAtATimeAtMost() {
    AckBroker broker = new AckBroker(1000);
    AckBatch acks = new AckBatch(broker.channel(), 1000, FakeChannels.stopped());

    for (long tag = 1; tag <= 1000; tag++) {
      finish(broker, acks, tag);
    }

    assertThat(broker.outstanding()).isEmpty();
    assertThat(broker.acks()).isEqualTo(10);
  }

  @Test
  void theOnlyOneThatTheBrokerSendsAheadShouldBeAcknowledgedAtOnce() {
    AckBroker broker = new AckBroker(1);
    AckBatch acks = new AckBatch(broker.channel(), 1, FakeChannels.stopped());

    finish(broker, acks, 1);

    assertThat(broker.outstanding()).isEmpty();
  }

  @Test
  void whatFillsMostOfThePrefetchAboveAGapShouldBeAcknowledgedAtOnce() {
    AckBroker broker = new AckBroker(40);
    AckBatch acks = new AckBatch(broker.channel(), 40, FakeChannels.stopped());

    for (long tag = 2; tag <= 30; tag++) {
      finish(broker, acks, tag);
    }
    assertThat(broker.acks()).isZero();
    finish(broker, acks, 31);

    assertThat(broker.outstanding()).hasSize(24).contains(1L, 18L).doesNotContain(2L, 17L);
  }

  @Test
  void gapThatClosesSoonShouldCostOneAcknowledgement() {
    AckBroker broker = new AckBroker(30);
    AckBatch acks = new AckBatch(broker.channel(), 200, FakeChannels.stopped());

    for (long tag = 2; tag <= 30; tag++) {
      finish(broker, acks, tag);
    }
    for (int flush = 1; flush < AckBatch.STAYS; flush++) {
      acks.flushInTime();
    }
    assertThat(broker.acks()).isZero();
    finish(broker, acks, 1);
    acks.flushInTime();

    assertThat(broker.outstanding()).isEmpty();
    assertThat(broker.acks()).isEqualTo(1);
  }

  /** Else what was done with is delivered again, since the channel is closed after a flush. */
  @Test
  void flushShouldSendWhatJoinsWhileItIsSending() {
    AckBroker broker = new AckBroker(10);
    AckBatch[] acks = new AckBatch[1];
    Channel closesTheGap =
        (Channel)
            Proxy.newProxyInstance(
                Channel.class.getClassLoader(),
                new Class<?>[] {Channel.class},
                (proxy, method, arguments) -> {
                  if (arguments[0].equals(2L)) {
                    finish(broker, acks[0], 1);
                  }
                  return method.invoke(broker.channel(), arguments);
                });
    acks[0] = new AckBatch(closesTheGap, 250, FakeChannels.stopped());
    for (long tag = 2; tag <= 10; tag++) {
      finish(broker, acks[0], tag);
    }

    acks[0].flush();

    assertThat(broker.outstanding()).isEmpty();
  }

  @Test
  @Timeout(20)
  void finishedAboveAGapShouldBeAcknowledgedWithoutAnotherDelivery() throws Exception {
    AckBroker broker = new AckBroker(30);
    Background timer = new Background("timer", 1);
    try {
      AckBatch acks = new AckBatch(broker.channel(), 250, timer);

      for (long tag = 2; tag <= 30; tag++) {
        finish(broker, acks, tag);
      }

      broker.awaitOutstanding(1);
      finish(broker, acks, 1);
      broker.awaitOutstanding(0);
    } finally {
      timer.stop();
    }
  }

  @Test
  @Timeout(60)
  void threadsThatFinishTogetherShouldLeaveNothing() throws Exception {
    int threads = 4;
    int each = 10_000;
    AckBroker broker = new AckBroker(threads * each);
    Background timer = new Background("timer", 1);
    ExecutorService finishers = Executors.newFixedThreadPool(threads);
    try {
      AckBatch acks = new AckBatch(broker.channel(), 250, timer);
      List<Future<?>> work = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        long first = thread + 1L;
        work.add(
            finishers.submit(
                () -> {
                  for (int i = 0; i < each; i++) {
                    finish(broker, acks, first + (long) i * threads);
                  }
                }));
      }
      for (Future<?> task : work) {
        task.get();
      }

      broker.awaitOutstanding(0);
      assertThat(broker.breaches()).isEmpty();
    } finally {
      finishers.shutdownNow();
      timer.stop();
    }
  }

  private static void finish(AckBroker broker, AckBatch acks, long tag) {
    broker.finished(tag);
    acks.finished(tag);
  }

  /** No tag is finished more than {@code disorder} places away from its turn. */
  private static List<Long> completions(int count, int disorder, Random random) {
    Map<Long, Double> turns = new HashMap<>();
    List<Long> tags = new ArrayList<>(LongStream.rangeClosed(1, count).boxed().toList());
    tags.forEach(tag -> turns.put(tag, tag + random.nextDouble() * disorder));
    tags.sort(Comparator.comparing(turns::get));
    return tags;
  }
}
