package io.artel.events.amqp.internal.consume;

import com.rabbitmq.client.Channel;
import io.artel.events.amqp.internal.background.Background;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** One channel of a consumer and its acknowledgements: deliveries never outlive it. */
final class ChannelSession {

  final Channel channel;
  final String queue;
  final long generation;
  final int prefetch;
  final AckBatch acks;

  private final AtomicInteger unfinished = new AtomicInteger();
  private volatile long lastDelivery = System.nanoTime();

  /**
   * A channel that reads a queue.
   *
   * @param generation the number of the channel among those of its consumer
   */
  ChannelSession(Channel channel, String queue, long generation, int prefetch, Background timer) {
    this.channel = channel;
    this.queue = queue;
    this.generation = generation;
    this.prefetch = prefetch;
    this.acks = new AckBatch(channel, timer);
  }

  boolean isOpen() {
    return channel.isOpen();
  }

  /** A message has come. */
  void delivered() {
    unfinished.incrementAndGet();
    lastDelivery = System.nanoTime();
  }

  /** The message with this tag is done with. */
  void finished(long tag) {
    acks.finished(tag);
    unfinished.decrementAndGet();
  }

  /** Whether nothing is under way here, and nothing has come for so long. */
  boolean isIdle(Duration since) {
    return unfinished.get() == 0 && System.nanoTime() - lastDelivery >= since.toNanos();
  }
}
