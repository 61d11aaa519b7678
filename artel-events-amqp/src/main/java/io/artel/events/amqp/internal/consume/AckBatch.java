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
 * is finished above a gap is acknowledged singly a moment later, so that one slow delivery does not
 * use up the prefetch window; no tag is acknowledged twice, since the broker closes a channel for
 * that.
 */
final class AckBatch {

  private static final Logger log = LoggerFactory.getLogger(AckBatch.class);
  private static final int BATCH = 50;
  private static final Duration FLUSH_AFTER = Duration.ofMillis(5);

  private final Channel channel;
  private final Background timer;

  /** Every tag up to this one is finished. */
  private long finishedUpTo;

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

  private int unsent;
  private boolean flushScheduled;

  AckBatch(Channel channel, Background timer) {
    this.channel = channel;
    this.timer = timer;
  }

  /** This delivery is done with. Called once per tag, from any thread. */
  synchronized void finished(long tag) {
    unsent++;
    if (tag == finishedUpTo + 1) {
      finishedUpTo = tag;
      multiple = tag;
      Map.Entry<Long, Long> next = above.firstEntry();
      if (next != null && next.getKey() == tag + 1) {
        above.pollFirstEntry();
        finishedUpTo = next.getValue();
        SortedSet<Long> joined = singles.headSet(finishedUpTo + 1);
        if (!joined.isEmpty()) {
          multiple = joined.last();
          joined.clear();
        }
      }
    } else {
      addAbove(tag);
      singles.add(tag);
    }
    if (unsent >= BATCH && multiple > 0) {
      flushContiguous();
    }
    if (unsent > 0 && !flushScheduled) {
      flushScheduled = timer.later(this::flush, FLUSH_AFTER);
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
  synchronized void flush() {
    flushScheduled = false;
    flushContiguous();
    singles.forEach(tag -> send(tag, false));
    singles.clear();
    unsent = 0;
  }

  private void flushContiguous() {
    if (multiple > 0) {
      send(multiple, true);
      multiple = 0;
      unsent = singles.size();
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
