package io.artel.events.amqp.internal.consume;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import io.artel.events.amqp.internal.background.Background;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The acknowledgements of one channel, sent in batches.
 *
 * <p>Invariants: {@code multiple} reaches only as far as every delivery before it is finished; what
 * is finished above a gap is acknowledged singly if the gap stays, or when it fills most of the
 * prefetch window, so that one slow delivery does not use it up; no tag is acknowledged twice,
 * since the broker closes a channel for that.
 */
final class AckBatch {

  private static final Logger log = LoggerFactory.getLogger(AckBatch.class);

  /** So many deliveries are acknowledged at once at most. */
  private static final int LARGEST = 100;

  private static final Duration FLUSH_AFTER = Duration.ofMillis(20);

  /**
   * So many single ones are sent in a row. Closing a channel after many loses some of them (seen on
   * 4.3.6), presumably those that it keeps back while 32 commands to a quorum queue are under way.
   */
  private static final int SINGLES = 16;

  /** A gap stays if it is the same at so many flushes: others may be gone in a moment. */
  static final int STAYS = 10;

  private final Channel channel;
  private final Background timer;

  /**
   * Held while something is sent, so that it goes in its order; this object itself is not: who
   * finishes the next delivery need not wait for the socket.
   */
  private final Object sending = new Object();

  /** How many make a batch: a part of what the broker sends ahead, so that it need not pause. */
  private final int batch;

  /** Of so many above a gap some are acknowledged without waiting for it. */
  private final int many;

  /** Every tag up to this one is finished. */
  private long finishedUpTo;

  /** What that was at the last flush, and at how many before it. */
  private long flushedUpTo;

  private int unmoved;

  /**
   * The highest tag up to {@link #finishedUpTo} that is not acknowledged yet, or 0. It must be a
   * tag that the broker still waits for: a multiple acknowledgement of another one closes the
   * channel.
   */
  private long multiple;

  /**
   * What is finished above a gap, as ranges from first to last; few, whatever the number of tags.
   */
  private final TreeMap<Long, Long> above = new TreeMap<>();

  /** Those among them that are not acknowledged yet. */
  private final TreeSet<Long> singles = new TreeSet<>();

  /** How many deliveries {@link #multiple} acknowledges. */
  private int covered;

  private boolean flushScheduled;

  /**
   * For a channel.
   *
   * @param prefetch how many deliveries the broker sends ahead
   */
  AckBatch(Channel channel, int prefetch, Background timer) {
    this.channel = channel;
    this.timer = timer;
    this.batch = Math.max(1, Math.min(LARGEST, prefetch / 4));
    this.many = Math.max(1, prefetch - prefetch / 4);
  }

  /** This delivery is done with. Called once per tag, from any thread. */
  void finished(long tag) {
    boolean enough;
    boolean tooMany;
    synchronized (this) {
      note(tag);
      enough = covered >= batch;
      tooMany = singles.size() >= many;
      if (!enough && !tooMany) {
        flushLater();
        return;
      }
    }
    if (enough) {
      sendMultiple(batch);
    }
    if (tooMany) {
      sendSingles(many, SINGLES);
    }
    synchronized (this) {
      flushLater();
    }
  }

  private void note(long tag) {
    if (tag == finishedUpTo + 1) {
      finishedUpTo = tag;
      multiple = tag;
      covered++;
      Map.Entry<Long, Long> next = above.firstEntry();
      if (next != null && next.getKey() == tag + 1) {
        above.pollFirstEntry();
        finishedUpTo = next.getValue();
        SortedSet<Long> joined = singles.headSet(finishedUpTo + 1);
        if (!joined.isEmpty()) {
          multiple = joined.last();
          covered += joined.size();
          joined.clear();
        }
      }
    } else {
      addAbove(tag);
      singles.add(tag);
    }
  }

  private void flushLater() {
    if (!flushScheduled && (multiple > 0 || !singles.isEmpty())) {
      flushScheduled = timer.later(this::flushInTime, FLUSH_AFTER);
    }
  }

  private void addAbove(long tag) {
    long first = tag;
    long last = tag;
    Map.Entry<Long, Long> before = above.floorEntry(tag);
    if (before != null && before.getValue() == tag - 1) {
      first = before.getKey();
    }
    Long after = above.remove(tag + 1);
    if (after != null) {
      last = after;
    }
    above.put(first, last);
  }

  /** Sends everything that is finished. */
  void flush() {
    sendMultiple(0);
    sendSingles(1, Integer.MAX_VALUE);
    sendMultiple(0); // what joined meanwhile, since its gap was closed
  }

  /** Sends what is finished, but leaves a gap some time to close. */
  void flushInTime() {
    synchronized (this) {
      flushScheduled = false;
    }
    sendMultiple(0);
    boolean stays;
    synchronized (this) {
      unmoved = finishedUpTo == flushedUpTo ? unmoved + 1 : 0;
      flushedUpTo = finishedUpTo;
      stays = unmoved >= STAYS;
    }
    if (stays) {
      sendSingles(1, SINGLES);
    }
    synchronized (this) {
      flushLater();
    }
  }

  private void sendMultiple(int atLeast) {
    synchronized (sending) {
      long tag;
      synchronized (this) {
        if (multiple == 0 || covered < atLeast) {
          return;
        }
        tag = multiple;
        multiple = 0;
        covered = 0;
      }
      send(tag, true);
    }
  }

  private void sendSingles(int atLeast, int atMost) {
    synchronized (sending) {
      for (int sent = 0; sent < atMost; sent++) {
        long tag;
        synchronized (this) {
          if (singles.size() < (sent == 0 ? atLeast : 1)) {
            return;
          }
          tag = singles.first();
          singles.remove(tag);
        }
        send(tag, false);
      }
    }
  }

  private void send(long tag, boolean withAllBefore) {
    try {
      channel.basicAck(tag, withAllBefore);
    } catch (IOException | AlreadyClosedException e) {
      log.debug("the channel is gone, the broker will deliver again", e);
    }
  }
}
