package io.artel.events.amqp.internal.consume;

import com.rabbitmq.client.Channel;
import io.artel.events.amqp.internal.background.Background;
import io.artel.events.amqp.internal.background.Standstill;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One channel of a consumer and its acknowledgements: deliveries never outlive it. */
final class ChannelSession {

  private static final Logger log = LoggerFactory.getLogger(ChannelSession.class);
  private static final AtomicLong IDS = new AtomicLong();

  /** A number that no other channel of this process has. */
  final long id = IDS.incrementAndGet();

  final Channel channel;
  final String queue;
  final long generation;
  final int prefetch;
  final AckBatch acks;

  /** Completes when it is closed, or has settled the last message that it will get. */
  final CompletableFuture<Void> ended = new CompletableFuture<>();

  /** What its consumer is called, once the broker has accepted it. */
  volatile @Nullable String consumerTag;

  /**
   * After so many nanoseconds without a sign the broker may soon take this process for dead: it
   * waits for two heartbeats, and gets one each half.
   */
  final long longestStandstill;

  private final Standstill standstill;
  private final AtomicInteger unfinished = new AtomicInteger();
  private volatile boolean givenUp;
  private volatile long lastDelivery = System.nanoTime();
  private volatile @Nullable LongConsumer instead;

  /**
   * A channel that reads a queue.
   *
   * @param generation the number of the channel among those of its consumer
   * @param heartbeat that of its connection, in seconds; 0 for none
   */
  ChannelSession(
      Channel channel,
      String queue,
      long generation,
      int prefetch,
      Background timer,
      Standstill standstill,
      int heartbeat) {
    this.channel = channel;
    this.queue = queue;
    this.generation = generation;
    this.prefetch = prefetch;
    this.standstill = standstill;
    this.longestStandstill = heartbeat == 0 ? Long.MAX_VALUE : TimeUnit.SECONDS.toNanos(heartbeat);
    this.acks = new AckBatch(channel, prefetch, timer);
  }

  /** Whether what came on it is ours; not if the process has just stood still for too long. */
  boolean isOpen() {
    return !givenUp && standstill.nanos() <= longestStandstill && channel.isOpen();
  }

  boolean isGivenUp() {
    return givenUp;
  }

  /** Its channel is about to be closed: what comes on it from now on is not taken. */
  void giveUp() {
    givenUp = true;
  }

  /** A message has come. */
  void delivered() {
    unfinished.incrementAndGet();
    lastDelivery = System.nanoTime();
  }

  /** The message with this tag is done with. */
  void finished(long tag) {
    LongConsumer action = instead;
    if (action == null) {
      acks.finished(tag);
    } else {
      action.accept(tag);
    }
    unfinished.decrementAndGet();
  }

  /** Does this with the tags of messages that are done with, instead of acknowledging them. */
  void insteadOfAcks(LongConsumer action) {
    instead = action;
  }

  /** Waits so long until it has ended. */
  void awaitEnd(Duration patience) {
    try {
      ended.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      log.warn("'{}': a message that is read alone is given back, behind others", queue);
    }
  }

  /** Whether nothing is under way here, and nothing has come for so long. */
  boolean isIdle(Duration since) {
    return unfinished.get() == 0 && System.nanoTime() - lastDelivery >= since.toNanos();
  }
}
