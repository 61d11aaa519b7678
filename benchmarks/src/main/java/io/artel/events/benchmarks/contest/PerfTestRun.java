package io.artel.events.benchmarks.contest;

import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.perf.MulticastParams;
import com.rabbitmq.perf.MulticastSet;
import com.rabbitmq.perf.metrics.PerformanceMetrics;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * RabbitMQ's own PerfTest on the arena's queue, in this JVM: the same window, prefetch and
 * acknowledgements, bodies of the same size, persistent and mandatory, but without JSON, properties
 * and headers. What it reaches is what the broker and the Java client can do, about.
 */
public final class PerfTestRun {
  private static final int PATIENCE_SECONDS = 300;

  private PerfTestRun() {}

  /** {@return how many seconds so many messages take until they are confirmed and received} */
  public static double seconds(Arena arena, int messages, int bodyBytes) throws Exception {
    MulticastParams run = new MulticastParams();
    run.setExchangeName(Arena.EXCHANGE);
    run.setExchangeType("topic");
    run.setQueueNames(List.of(Arena.QUEUE));
    run.setRoutingKey(BenchmarkEvents.TYPE);
    run.setPredeclared(true);
    run.setSkipBindingQueues(true);
    run.setProducerCount(1);
    run.setProducerChannelCount(1);
    run.setConsumerCount(1);
    run.setConsumerChannelCount(1);
    run.setProducerMsgCount(messages);
    run.setConsumerMsgCount(messages);
    run.setMinMsgSize(bodyBytes);
    run.setFlags(List.of("persistent", "mandatory"));
    run.setConfirm(Arena.WINDOW);
    run.setConfirmTimeout(PATIENCE_SECONDS);
    run.setConsumerPrefetch(Arena.PREFETCH);
    run.setMultiAckEvery(Arena.ACK_EVERY);
    run.setPublishingInterval(null);
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(new URI(arena.uri()));
    Progress progress = new Progress(messages);
    new MulticastSet(progress, factory, run, List.of(arena.uri()), progress).run();
    return progress.seconds();
  }

  private static final class Progress
      implements PerformanceMetrics, MulticastSet.CompletionHandler {
    private final int messages;
    private final AtomicLong confirmed = new AtomicLong();
    private final AtomicLong received = new AtomicLong();
    private final CountDownLatch done = new CountDownLatch(2);
    private volatile boolean failed;
    private volatile long first;
    private volatile long last;

    Progress(int messages) {
      this.messages = messages;
    }

    double seconds() {
      if (failed) {
        throw new IllegalStateException("PerfTest's messages were refused or returned");
      }
      return (last - first) / 1e9;
    }

    @Override
    public void start() {}

    @Override
    public void published() {
      if (first == 0) {
        first = System.nanoTime() | 1;
      }
    }

    @Override
    public void confirmed(int count, long[] latencies) {
      reached(confirmed.addAndGet(count));
    }

    @Override
    public void received(long latency) {
      reached(received.incrementAndGet());
    }

    private void reached(long count) {
      if (count == messages) {
        last = System.nanoTime();
        done.countDown();
      }
    }

    @Override
    public void nacked(int count) {
      failed = true;
    }

    @Override
    public void returned() {
      failed = true;
    }

    @Override
    public Duration interval() {
      return Duration.ZERO;
    }

    @Override
    public void resetGlobals() {}

    @Override
    public void waitForCompletion() throws InterruptedException {
      if (!done.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException(
            confirmed + " confirmed and " + received + " received of " + messages);
      }
    }

    @Override
    public void countDown(String reason) {}
  }
}
